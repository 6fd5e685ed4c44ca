//! What a template writes to: text, with the places of the values in it, within limits.

use std::io;
use std::ops::Range;

use zeroize::Zeroizing;

/// Stands around a value that is written.
pub(super) const VALUE_START: char = '\u{2}';
pub(super) const VALUE_END: char = '\u{3}';

/// Stands around the number of a secret in the data. Only the helper `secret` writes what it is.
pub(super) const SECRET: char = '\u{1}';

/// Begins a piece that is no text but something to tell the caller.
pub(super) const NOTICE: char = '\u{4}';

/// Bytes that one template may write.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Pieces of text, values and rounds of a loop that one template may take.
const MOST_STEPS: usize = 200_000;

/// The result of a template. No text of the model and no template holds a control character but
/// line ends and tabs, so the marks are never mistaken.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) text: Zeroizing<String>,
    /// Where values stand, in order, none within another.
    pub(super) values: Vec<Range<usize>>,
    /// What the template tells the caller.
    pub(super) notices: Vec<String>,
    /// Why nothing more was written.
    pub(super) stopped: Option<&'static str>,
    value_from: Option<usize>,
    steps: usize,
}

impl Sink {
    pub(super) fn new() -> Self {
        Self {
            // Text that has to move leaves its old memory to the allocator, passwords and all.
            text: Zeroizing::new(String::with_capacity(32 * 1024)),
            ..Self::default()
        }
    }

    fn stop(&mut self, why: &'static str) -> io::Result<()> {
        self.stopped = Some(why);
        Err(io::Error::other(why))
    }
}

impl handlebars::Output for Sink {
    fn write(&mut self, text: &str) -> io::Result<()> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return self.stop("more than 200000 steps: do its loops end?");
        }
        if let Some(notice) = text.strip_prefix(NOTICE) {
            self.notices.push(notice.to_owned());
            return Ok(());
        }
        let mut rest = text;
        while let Some(at) = rest.find([SECRET, VALUE_START, VALUE_END]) {
            self.text.push_str(&rest[..at]);
            match rest.as_bytes()[at] {
                0x01 => return self.stop("a password or token; write it with `{{secret …}}`"),
                0x02 => self.value_from = Some(self.text.len()),
                _ => {
                    if let Some(from) = self.value_from.take()
                        && from < self.text.len()
                    {
                        self.values.push(from..self.text.len());
                    }
                }
            }
            rest = &rest[at + 1..];
        }
        self.text.push_str(rest);
        if self.text.len() > MOST_BYTES {
            return self.stop("more than 4 MiB of text");
        }
        Ok(())
    }
}
