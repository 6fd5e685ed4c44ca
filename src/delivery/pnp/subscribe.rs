//! What a phone asks ([`Subscribe`]), read from the datagram.

use crate::model::{Mac, percent_decoded};

use super::Refusal;
use super::message::{Message, cseq, name_addr, parameter, user, without_scheme};

/// Longest text of the phone about itself that is kept, in characters.
const LONGEST_WORD: usize = 64;

/// The request of a phone for the address of its files: a `SUBSCRIBE` for the event `ua-profile`.
///
/// Nothing in it is proven: whoever is on the network can send it. What [`vendor`](Self::vendor),
/// [`model`](Self::model), [`version`](Self::version) and [`user_agent`](Self::user_agent) give is cut
/// to harmless characters and 64 of them, and safe to log.
///
/// ```
/// use phone_provisioning::delivery::pnp::Subscribe;
///
/// let subscribe = Subscribe::parse(
///     b"SUBSCRIBE sip:MAC%3a00005E00532D@224.0.1.75 SIP/2.0\r\n\
///       Via: SIP/2.0/UDP 192.0.2.10:5060;rport\r\n\
///       From: <sip:MAC%3a00005E00532D@224.0.1.75>;tag=658512961\r\n\
///       To: <sip:MAC%3a00005E00532D@224.0.1.75>\r\n\
///       Call-ID: 1930770594@192.0.2.10\r\n\
///       CSeq: 1 SUBSCRIBE\r\n\
///       Event: ua-profile;profile-type=\"device\";vendor=\"acme\";model=\"T46\";version=\"1.2.3\"\r\n\
///       Contact: <sip:192.0.2.10:5060>\r\n\
///       \r\n",
/// )?;
/// assert_eq!(subscribe.mac(), Some("00005e00532d".parse()?));
/// assert_eq!(subscribe.vendor(), Some("acme"));
/// assert_eq!(subscribe.model(), Some("T46"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Subscribe {
    pub(super) via: Vec<String>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) call_id: String,
    pub(super) cseq: String,
    /// Where the phone wants to be asked from now on, if it says so once and clearly.
    pub(super) contact: Option<String>,
    pub(super) profile: Profile,
    mac: Option<Mac>,
    user_agent: Option<String>,
}

/// The parameters of the event, RFC 6080 section 5.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Profile {
    pub(super) profile_type: Option<String>,
    pub(super) vendor: Option<String>,
    pub(super) model: Option<String>,
    pub(super) version: Option<String>,
}

impl Subscribe {
    /// Reads a datagram.
    ///
    /// Taken as phones send it: with or without a branch in `Via`, compact names, bare line feeds,
    /// folded lines, typographic quotation marks, no vendor and no MAC address at all.
    ///
    /// # Errors
    /// Why it is no such request. A message of another kind, such as the answer to a `NOTIFY`, is
    /// [`Refusal::OtherMethod`].
    pub fn parse(datagram: &[u8]) -> Result<Self, Refusal> {
        Self::from_message(Message::read(datagram)?)
    }

    pub(super) fn from_message(message: Message<'_>) -> Result<Self, Refusal> {
        let uri = request_uri(&message.start)?;
        let profile = match &message.event {
            Some(event) => Profile::read(event)?,
            None => return Err(Refusal::Missing("Event")),
        };
        if message.via.is_empty() {
            return Err(Refusal::Missing("Via"));
        }
        let from = message.from.ok_or(Refusal::Missing("From"))?;
        let to = message.to.ok_or(Refusal::Missing("To"))?;
        let call_id = message.call_id.ok_or(Refusal::Missing("Call-ID"))?;
        let number = message.cseq.ok_or(Refusal::Missing("CSeq"))?;

        if cseq(&number).is_none_or(|(_, method)| method != "SUBSCRIBE") {
            return Err(Refusal::Malformed("CSeq"));
        }
        if call_id.is_empty() || call_id.contains([' ', '\t']) {
            return Err(Refusal::Malformed("Call-ID"));
        }
        let (to_uri, to_parameters) = name_addr(&to).ok_or(Refusal::Malformed("To"))?;
        if parameter(to_parameters, "tag").is_some() {
            return Err(Refusal::InDialog);
        }
        let (from_uri, _) = name_addr(&from).ok_or(Refusal::Malformed("From"))?;
        without_scheme(to_uri).ok_or(Refusal::Malformed("To"))?;
        without_scheme(from_uri).ok_or(Refusal::Malformed("From"))?;

        let user_agent = message.user_agent.as_deref();
        let mac = mac_of_user(uri, Prefix::Optional)
            .or_else(|| mac_of_user(to_uri, Prefix::Optional))
            .or_else(|| mac_of_user(from_uri, Prefix::Required))
            .or_else(|| user_agent.and_then(mac_of_user_agent));
        let contact = match &message.contact[..] {
            [contact] => name_addr(contact).map(|(uri, _)| uri.to_owned()),
            _ => None,
        };
        Ok(Self {
            via: message.via.iter().map(|via| via.to_string()).collect(),
            user_agent: user_agent.and_then(|text| clean(text, "/:;=()")),
            from: from.into_owned(),
            to: to.into_owned(),
            call_id: call_id.into_owned(),
            cseq: number.into_owned(),
            contact,
            profile,
            mac,
        })
    }

    /// The phone's MAC address, from the first of these that holds one: the request's address, `To`,
    /// `From`, `User-Agent`.
    pub fn mac(&self) -> Option<Mac> {
        self.mac
    }

    /// The maker's name as the phone gives it; `None` for the word `OEM`, which names nobody.
    pub fn vendor(&self) -> Option<&str> {
        named(&self.profile.vendor)
    }

    /// The model as the phone gives it; `None` for the word `OEM`.
    pub fn model(&self) -> Option<&str> {
        named(&self.profile.model)
    }

    /// The firmware's version as the phone gives it.
    pub fn version(&self) -> Option<&str> {
        named(&self.profile.version)
    }

    /// What profile it asks for: `device` from the phones that are known.
    pub fn profile_type(&self) -> Option<&str> {
        self.profile.profile_type.as_deref()
    }

    /// What the phone calls itself in SIP.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// What is the same in a repetition and different in a new request, RFC 3261 section 17.2.3:
    /// the branch, or what stands for it in requests of the older kind that have none.
    pub(super) fn branch(&self) -> Option<&str> {
        let via = self.via.first()?;
        let branch = parameter(via.split(',').next()?, "branch");
        branch.or_else(|| parameter(name_addr(&self.from)?.1, "tag"))
    }
}

impl Profile {
    fn read(event: &str) -> Result<Self, Refusal> {
        let mut parts = split_outside_quotes(event);
        let package = parts.next().unwrap_or_default().trim();
        if !package.eq_ignore_ascii_case("ua-profile") {
            return Err(Refusal::OtherEvent);
        }
        let mut profile = Self::default();
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                continue;
            };
            let name = name.trim();
            let known = [
                ("profile-type", &mut profile.profile_type),
                ("vendor", &mut profile.vendor),
                ("model", &mut profile.model),
                ("version", &mut profile.version),
            ];
            let place = known
                .into_iter()
                .find(|(known, _)| name.eq_ignore_ascii_case(known));
            if let Some((_, place)) = place {
                // The first counts; quotation marks of all kinds fall away.
                *place = place.take().or_else(|| clean(value, ""));
            }
        }
        Ok(profile)
    }
}

/// The parts between the semicolons that do not stand within straight quotation marks.
fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |character| {
        quoted ^= character == '"';
        character == ';' && !quoted
    })
}

/// The harmless characters of a text: letters, digits, blanks, `.`, `_`, `-` and those in `also`.
fn clean(text: &str, also: &str) -> Option<String> {
    let harmless = |c: &char| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ' ' | '-') || also.contains(*c)
    };
    let kept: String = text.chars().filter(harmless).take(LONGEST_WORD).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

fn named(word: &Option<String>) -> Option<&str> {
    word.as_deref()
        .filter(|word| !word.eq_ignore_ascii_case("OEM"))
}

fn request_uri(start: &str) -> Result<&str, Refusal> {
    let mut words = start.split(' ');
    let (method, uri, version) = (words.next(), words.next(), words.next());
    match (method, uri, version, words.next()) {
        (Some("SUBSCRIBE"), Some(uri), Some("SIP/2.0"), None) => {
            without_scheme(uri).ok_or(Refusal::Malformed("request line"))?;
            Ok(uri)
        }
        (Some("SIP/2.0"), ..) | (Some(_), Some(_), Some("SIP/2.0"), None) => {
            Err(Refusal::OtherMethod)
        }
        _ => Err(Refusal::NotSip),
    }
}

/// Whether `MAC` must stand in front of the digits.
#[derive(Clone, Copy, PartialEq)]
enum Prefix {
    Optional,
    /// A telephone number of twelve digits is no hardware address.
    Required,
}

/// The MAC address in the user of an address: `MAC%3a00005E00532D`, `MAC00005e00532d`,
/// `MAC-00-00-5E-00-53-2D`.
fn mac_of_user(uri: &str, prefix: Prefix) -> Option<Mac> {
    let user = decoded(user(uri)?)?;
    let (digits, prefixed) = match user.get(..3) {
        Some(word) if word.eq_ignore_ascii_case(b"MAC") => (&user[3..], true),
        _ => (&user[..], false),
    };
    if prefix == Prefix::Required && !prefixed {
        return None;
    }
    let digits = match digits.split_first() {
        Some((b':' | b'=' | b'-', rest)) => rest,
        _ => digits,
    };
    let digits: Vec<u8> = digits
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b':' | b'-' | b'.'))
        .collect();
    // Without separators only one writing is left; all zeros and groups are refused there.
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

/// Decoded once, as far as a MAC address can be long.
fn decoded(text: &str) -> Option<Vec<u8>> {
    const LONGEST_USER: usize = 64;
    let bytes = percent_decoded(text).take(LONGEST_USER + 1);
    let bytes: Vec<u8> = bytes.collect::<Result<_, _>>().ok()?;
    (bytes.len() <= LONGEST_USER).then_some(bytes)
}

/// The MAC address in a `User-Agent`: `(MAC=00005E00532D; …)`, or the last word that is one.
fn mac_of_user_agent(text: &str) -> Option<Mac> {
    text.split([' ', '\t', ';', '(', ')', ',', '='])
        .filter(|word| matches!(word.len(), 12 | 17))
        .filter_map(|word| word.parse().ok())
        .next_back()
}
