//! The few lines of SIP that plug and play reads (RFC 3261 section 7).

use std::borrow::Cow;

use super::Refusal;

/// Longest datagram that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// Most lines of a header that are read, the folded ones counted as they stand.
const MOST_LINES: usize = 64;

/// The head of a message: its first line and the fields that matter here.
#[derive(Debug, Default)]
pub(in crate::delivery) struct Message<'a> {
    /// The request line or the status line.
    pub(in crate::delivery) start: Cow<'a, str>,
    /// Every line of `Via`, in order.
    pub(in crate::delivery) via: Vec<Cow<'a, str>>,
    pub(in crate::delivery) from: Option<Cow<'a, str>>,
    pub(in crate::delivery) to: Option<Cow<'a, str>>,
    pub(in crate::delivery) call_id: Option<Cow<'a, str>>,
    pub(in crate::delivery) cseq: Option<Cow<'a, str>>,
    pub(in crate::delivery) event: Option<Cow<'a, str>>,
    pub(in crate::delivery) user_agent: Option<Cow<'a, str>>,
    /// Every line of `Contact`, in order.
    pub(in crate::delivery) contact: Vec<Cow<'a, str>>,
}

impl<'a> Message<'a> {
    /// Reads a datagram. Lines end with CR LF or a bare LF; a line that begins with a blank goes on
    /// with the one before it; the names of fields may be the compact ones.
    pub(in crate::delivery) fn read(datagram: &'a [u8]) -> Result<Self, Refusal> {
        if datagram.len() > LONGEST {
            return Err(Refusal::TooLong);
        }
        let mut lines = unfolded(datagram)?.into_iter();
        let start = text("request line", lines.next().ok_or(Refusal::NotSip)?)?;
        let mut message = Self {
            start,
            ..Self::default()
        };
        for line in lines {
            message.add(line)?;
        }
        Ok(message)
    }

    fn add(&mut self, line: Cow<'a, [u8]>) -> Result<(), Refusal> {
        let colon = line.iter().position(|byte| *byte == b':');
        let colon = colon.ok_or(Refusal::Malformed("header"))?;
        let name = line[..colon].trim_ascii();
        let of = |full: &str, compact: &str| {
            name.eq_ignore_ascii_case(full.as_bytes())
                || name.eq_ignore_ascii_case(compact.as_bytes())
        };
        // Copied into the answer as they are: these must be text.
        let (place, name) = if of("Via", "v") {
            self.via.push(text("Via", value(line, colon))?);
            return Ok(());
        } else if of("Contact", "m") {
            self.contact.push(loose(value(line, colon)));
            return Ok(());
        } else if of("From", "f") {
            (&mut self.from, "From")
        } else if of("To", "t") {
            (&mut self.to, "To")
        } else if of("Call-ID", "i") {
            (&mut self.call_id, "Call-ID")
        } else if of("CSeq", "CSeq") {
            (&mut self.cseq, "CSeq")
        } else if of("Event", "o") {
            (&mut self.event, "Event")
        } else if of("User-Agent", "User-Agent") {
            (&mut self.user_agent, "User-Agent")
        } else {
            return Ok(());
        };
        if place.is_some() {
            return Err(Refusal::Repeated(name));
        }
        let value = value(line, colon);
        *place = Some(match name {
            // Only read, and written again without what does not belong there.
            "Event" | "User-Agent" => loose(value),
            _ => text(name, value)?,
        });
        Ok(())
    }
}

/// The lines of the header, folded ones put together, up to the empty line that must be there.
fn unfolded(datagram: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, Refusal> {
    let mut lines: Vec<Cow<'_, [u8]>> = Vec::new();
    let mut rest = datagram;
    // Line ends in front of a message are to be ignored, RFC 3261 section 7.5.
    while let Some((b'\r' | b'\n', after)) = rest.split_first() {
        rest = after;
    }
    for count in 0.. {
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            break;
        };
        let line = &rest[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        rest = &rest[end + 1..];
        if line.is_empty() {
            return Ok(lines);
        }
        if count > MOST_LINES {
            return Err(Refusal::TooManyLines);
        }
        if line
            .iter()
            .any(|byte| byte.is_ascii_control() && *byte != b'\t')
        {
            return Err(Refusal::ControlCharacter);
        }
        if !matches!(line[0], b' ' | b'\t') {
            lines.push(Cow::Borrowed(line));
        } else if let Some(last) = lines.last_mut() {
            let last = last.to_mut();
            last.push(b' ');
            last.extend_from_slice(line.trim_ascii());
        } else {
            return Err(Refusal::NotSip);
        }
    }
    // What is no SIP has no such line either; the first line tells.
    match lines.first() {
        Some(first) if first.windows(7).any(|part| part == b"SIP/2.0") => {
            Err(Refusal::Unterminated)
        }
        _ => Err(Refusal::NotSip),
    }
}

fn value(line: Cow<'_, [u8]>, colon: usize) -> Cow<'_, [u8]> {
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(line[colon + 1..].trim_ascii()),
        Cow::Owned(line) => Cow::Owned(line[colon + 1..].trim_ascii().to_vec()),
    }
}

fn text<'a>(name: &'static str, value: Cow<'a, [u8]>) -> Result<Cow<'a, str>, Refusal> {
    let malformed = Refusal::Malformed(name);
    Ok(match value {
        Cow::Borrowed(bytes) => Cow::Borrowed(std::str::from_utf8(bytes).or(Err(malformed))?),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).or(Err(malformed))?),
    })
}

fn loose(value: Cow<'_, [u8]>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// A field such as `From`, taken apart: the address, and the parameters behind it.
pub(in crate::delivery) fn name_addr(value: &str) -> Option<(&str, &str)> {
    // A name in quotation marks may hold anything, angle brackets too.
    let after_name = match value.strip_prefix('"') {
        Some(quoted) => {
            let mut escaped = false;
            let end = quoted.bytes().position(|byte| {
                let ends = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                ends
            })?;
            &quoted[end + 1..]
        }
        None => value,
    };
    let (uri, parameters) = match after_name.split_once('<') {
        Some((_, rest)) => rest.split_once('>')?,
        None => match after_name.find(';') {
            Some(at) => after_name.split_at(at),
            None => (after_name, ""),
        },
    };
    Some((uri.trim(), parameters.trim()))
}

/// The value of one of the parameters behind an address, `Some("")` for one without a value.
pub(in crate::delivery) fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    parameters.split(';').find_map(|parameter| {
        let (found, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim())
    })
}

/// The user of a `sip:` address, still encoded.
pub(in crate::delivery) fn user(uri: &str) -> Option<&str> {
    Some(without_scheme(uri)?.split_once('@')?.0)
}

/// What follows `sip:` or `sips:`.
pub(in crate::delivery) fn without_scheme(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once(':')?;
    let sip = scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips");
    sip.then_some(rest)
}

/// The number and the method of a `CSeq`.
pub(in crate::delivery) fn cseq(value: &str) -> Option<(u32, &str)> {
    let (number, method) = value.split_once([' ', '\t'])?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    Some((number.parse().ok().filter(|_| digits)?, method.trim()))
}

/// The number in a status line, behind the version.
pub(in crate::delivery) fn status(line: &str) -> Option<u16> {
    let number = line.split(' ').next().unwrap_or_default();
    let digits = number.len() == 3 && number.bytes().all(|byte| byte.is_ascii_digit());
    let range = 100..700;
    number
        .parse()
        .ok()
        .filter(|number| digits && range.contains(number))
}
