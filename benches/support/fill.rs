//! The contenders that are compiled in: askama's templates, and appends line by line.

use std::fmt;

use super::contenders::write_escaped;

/// The values of a file, ready to be filled in.
pub(crate) trait Contender {
    /// A template compiled by askama, all values of site and device variables.
    fn askama(&self, out: &mut String) -> askama::Result<()>;

    /// The same with the values of the site in the text of the template.
    fn site_literal(&self, out: &mut String) -> askama::Result<()>;

    /// One append for each literal and each value of each line.
    fn appends(&self, out: &mut Vec<u8>);
}

/// A value that is escaped as XML text.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

/// A value that is escaped for an XML attribute.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(self.0, false, |part| f.write_str(part))
    }
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(self.0, true, |part| f.write_str(part))
    }
}

impl askama::FastWritable for Escaped<'_> {
    fn write_into(&self, out: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        write_escaped(self.0, false, |part| out.write_str(part))?;
        Ok(())
    }
}

impl askama::FastWritable for Quoted<'_> {
    fn write_into(&self, out: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        write_escaped(self.0, true, |part| out.write_str(part))?;
        Ok(())
    }
}

/// A value as the appends write it.
trait Push {
    fn push_to(&self, out: &mut Vec<u8>);
}

impl Push for &str {
    #[inline]
    fn push_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }
}

impl Push for u32 {
    #[inline]
    fn push_to(&self, out: &mut Vec<u8>) {
        let (mut digits, mut from, mut rest) = ([0; 10], 10, *self);
        loop {
            from -= 1;
            digits[from] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        out.extend_from_slice(&digits[from..]);
    }
}

impl Push for Escaped<'_> {
    #[inline]
    fn push_to(&self, out: &mut Vec<u8>) {
        push_escaped(self.0, false, out);
    }
}

impl Push for Quoted<'_> {
    #[inline]
    fn push_to(&self, out: &mut Vec<u8>) {
        push_escaped(self.0, true, out);
    }
}

fn push_escaped(text: &str, quotes: bool, out: &mut Vec<u8>) {
    let Ok(()) = write_escaped(text, quotes, |part| {
        out.extend_from_slice(part.as_bytes());
        Ok::<(), std::convert::Infallible>(())
    });
}

/// Makes a module of the structures of a case.
macro_rules! case {
    ($name:ident) => {
        pub(crate) mod $name {
            use std::marker::PhantomData;

            use askama::Template;

            use super::super::page::{Item, Page};
            #[allow(unused_imports, reason = "files that are not XML escape nothing")]
            use super::{Contender, Escaped, Push as _, Quoted};

            include!(concat!("../templates/", stringify!($name), "/page.rs"));
        }
    };
}

case!(d785);
case!(m900);
case!(minimal);
case!(synthetic);
case!(t46s);
case!(t46s_modules);
