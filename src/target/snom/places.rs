//! How a file names servers, codecs and volumes, read back: what both Snom dialects share.

use crate::model::{Codec, HostPort, Percent, Transport};

/// What stands in `user_outbound`: `host[:port][;transport=T]`, perhaps a second place behind a comma.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Outbound {
    pub(super) first: HostPort,
    /// Of the first place; absent = whatever the records of the domain say.
    pub(super) transport: Option<Transport>,
    pub(super) second: Option<HostPort>,
}

impl Outbound {
    /// `None` when it is no such text, or when the two places differ in their transport.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (first, second) = match text.split_once(',') {
            Some((first, second)) => (first, Some(place(second)?)),
            None => (text, None),
        };
        let (first, transport) = place(first)?;
        if second
            .as_ref()
            .is_some_and(|(_, other)| *other != transport)
        {
            return None;
        }
        Some(Self {
            first,
            transport,
            second: second.map(|(place, _)| place),
        })
    }
}

/// A place with its transport. `sip:` before it and a slash behind it are found in the field.
fn place(text: &str) -> Option<(HostPort, Option<Transport>)> {
    let text = text.trim();
    let text = text.strip_prefix("sip:").unwrap_or(text);
    let mut parts = text.split(';');
    let place = parts.next()?.parse().ok()?;
    let mut transport = None;
    for parameter in parts {
        let word = parameter.strip_prefix("transport=")?;
        transport = Some(match word.to_ascii_lowercase().as_str() {
            "udp" => Transport::Udp,
            "tcp" => Transport::Tcp,
            "tls" => Transport::Tls,
            _ => return None,
        });
    }
    Some((place, transport))
}

/// The codecs of a list, divided by commas, each once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Codecs<'t> {
    pub(super) known: Vec<Codec>,
    /// Whether telephone events are offered with them.
    pub(super) events: bool,
    /// What has no word.
    pub(super) unknown: Vec<&'t str>,
}

impl<'t> Codecs<'t> {
    /// `word` gives the document's word for a token.
    pub(super) fn read(list: &'t str, word: impl Fn(&str) -> Option<&'static str>) -> Self {
        let mut read = Self::default();
        let tokens = list.split(',').map(str::trim);
        for token in tokens.filter(|token| !token.is_empty()) {
            let known = word(token).and_then(|word| word.parse().ok());
            match known {
                _ if token == "telephone-event" => read.events = true,
                Some(codec) if !read.known.contains(&codec) => read.known.push(codec),
                Some(_) => {}
                None => read.unknown.push(token),
            }
        }
        read
    }
}

/// The share that makes this step of a range, the nearest one.
pub(super) fn percent(step: u16, min: u16, max: u16) -> Option<Percent> {
    let wanted = (u32::from(step) * 100).checked_div(u32::from(max))?;
    let distance = |percent: &Percent| u32::from(percent.get()).abs_diff(wanted);
    (0..=100)
        .filter_map(|percent| Percent::new(percent).ok())
        .filter(|percent| percent.of(min, max) == step)
        .min_by_key(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outbound_proxy_has_a_transport_and_perhaps_a_second_place() {
        let read = |text| {
            Outbound::read(text).map(|read| {
                let second = read.second.map(|place| place.to_string());
                (read.first.to_string(), read.transport, second)
            })
        };
        let host = |text: &str| text.to_owned();
        assert_eq!(read("a.example"), Some((host("a.example"), None, None)));
        assert_eq!(
            read("sip:a.example:5061;transport=TLS"),
            Some((host("a.example:5061"), Some(Transport::Tls), None))
        );
        assert_eq!(
            read("[2001:db8::1]:5060;transport=udp,b.example;transport=udp"),
            Some((
                host("[2001:db8::1]:5060"),
                Some(Transport::Udp),
                Some(host("b.example"))
            ))
        );
        // Not the vendor's spelling, or not one transport.
        assert_eq!(read("a.example;udp"), None);
        assert_eq!(read("a.example;transport=udp,b.example"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn every_step_of_a_range_has_its_share() {
        for step in 0..=15 {
            assert_eq!(percent(step, 0, 15).unwrap().of(0, 15), step);
        }
        assert_eq!(percent(16, 0, 15), None);
        assert_eq!(percent(1, 0, 0), None);
        assert_eq!(percent(10, 0, 15).unwrap().get(), 66);
    }
}
