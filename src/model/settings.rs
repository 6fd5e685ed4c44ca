//! One layer of settings: the same struct for a site, a profile and a device.

use std::fmt;
use std::str::FromStr;

use super::{CodecList, Country, Host, HostPort, Language, Port, TimeZone, Url};
use crate::error::{ErrorKind, Invalid};
use crate::text::{Secret, Text};

/// One layer of settings, every field optional. What a layer does not say, the layer below says.
///
/// A table that names a place or a login replaces the one below as a whole; the tables [`Volumes`],
/// [`FeatureCodes`], [`RingTones`], [`Nat`], [`Tls`] and [`Resync`] merge field by field; lists
/// replace; [`custom`](Self::custom) entries are joined.
///
/// ```
/// use phone_provisioning::model::{Codec, CodecList, Registrar, Settings, Srtp, Transport};
///
/// let mut registrar = Registrar::new("sip.example.net".parse()?);
/// registrar.transport = Transport::Tls;
/// registrar.srtp = Srtp::Mandatory;
///
/// let mut settings = Settings::default();
/// settings.registrar = Some(registrar);
/// settings.time_zone = Some("Europe/Berlin".parse()?);
/// settings.codecs = Some(CodecList::new([Codec::G722, Codec::Pcma])?);
/// assert!(!settings.is_empty());
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Time zone of the place where the phone stands.
    pub time_zone: Option<TimeZone>,
    /// Language of the phone's display and web pages.
    pub language: Option<Language>,
    /// Country of the call-progress tones; absent = not sent.
    pub tone_country: Option<Country>,
    /// How the phone shows the time of day.
    pub time_format: Option<TimeFormat>,
    /// How the phone shows a date.
    pub date_format: Option<DateFormat>,
    /// Time servers, best first.
    pub ntp_servers: Option<Vec<Host>>,
    /// Where extensions register.
    pub registrar: Option<Registrar>,
    /// The interface of the PBX that the phone talks to.
    pub outbound_proxy: Option<OutboundProxy>,
    /// Second registrar.
    pub backup_registrar: Option<HostPort>,
    /// Codecs, best first.
    pub codecs: Option<CodecList>,
    /// How keys pressed during a call are sent.
    pub dtmf: Option<Dtmf>,
    /// Administrator's login of the phone's web pages.
    pub admin: Option<Login>,
    /// User's login of the phone's web pages.
    pub user: Option<Login>,
    /// Third login of the phone's web pages, where the phone has one.
    pub maintenance: Option<Login>,
    /// What the phone answers to the provisioning server's challenge.
    pub download: Option<Login>,
    /// Restricted account on line 1 while nobody is logged in.
    pub logged_out: Option<LoggedOut>,
    /// Help for phones behind a NAT.
    pub nat: Nat,
    /// Whether the phone checks the servers' certificates.
    pub tls: Tls,
    /// Language pack for a language that the firmware does not bring.
    pub language_pack: Option<Url>,
    /// Whether a second call is offered during a call.
    pub call_waiting: Option<bool>,
    /// What the display shows of a caller.
    pub caller_id: Option<CallerId>,
    /// Volumes.
    pub volumes: Volumes,
    /// VLAN of the phone and of its PC port.
    pub vlan: Option<Vlan>,
    /// Numbers that can be dialled while the phone is locked or logged out.
    pub emergency_numbers: Option<Vec<Text>>,
    /// Codes that the PBX answers to.
    pub feature_codes: FeatureCodes,
    /// Ring tones.
    pub ring_tones: RingTones,
    /// LDAP directory.
    pub ldap: Option<Ldap>,
    /// Remote XML directory.
    pub phonebook: Option<Phonebook>,
    /// Polling for new settings.
    pub resync: Resync,
    /// Raw vendor settings.
    pub custom: Vec<CustomSetting>,
}

impl Settings {
    /// Whether the layer says nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Time of day with 24 hours or with 12 and am/pm.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "there is no third way to count a day's hours"
)]
pub enum TimeFormat {
    /// 13:45
    H24,
    /// 1:45 pm
    H12,
}

/// Order of day, month and year.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DateFormat {
    /// 31.12.2026
    DayMonthYear,
    /// 12/31/2026
    MonthDayYear,
    /// 2026-12-31
    YearMonthDay,
}

/// Where extensions register: the SIP registrar (RFC 3261, section 10).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Registrar {
    /// Domain or address.
    pub host: Host,
    /// Port; absent = the transport's own.
    pub port: Option<Port>,
    /// Transport of signalling.
    pub transport: Transport,
    /// Encryption of speech.
    pub srtp: Srtp,
    /// Validity of a registration in seconds, from 1.
    pub expires: u32,
}

impl Registrar {
    /// A registrar with UDP, no SRTP and registrations of an hour.
    pub fn new(host: Host) -> Self {
        Self {
            host,
            port: None,
            transport: Transport::Udp,
            srtp: Srtp::Off,
            expires: 3600,
        }
    }
}

/// Transport of SIP signalling.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Transport {
    /// UDP.
    #[default]
    Udp,
    /// TCP.
    Tcp,
    /// TLS over TCP.
    Tls,
    /// Whatever the NAPTR and SRV records of the registrar's domain say.
    DnsSrv,
}

/// Encryption of speech.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "SRTP is off, offered or demanded")]
pub enum Srtp {
    /// Never.
    #[default]
    Off,
    /// Offered, and used when the other side has it.
    Optional,
    /// No call without it.
    Mandatory,
}

/// The outbound proxy (RFC 3261, section 8.1.2): the interface of the PBX that phones send all requests
/// to, whatever the domain is that they register at.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct OutboundProxy {
    /// Domain or address.
    pub host: Host,
    /// Port; absent = the transport's own.
    pub port: Option<Port>,
    /// Transport; absent = the registrar's.
    pub transport: Option<Transport>,
}

impl OutboundProxy {
    /// A proxy with the registrar's transport and that transport's port.
    pub fn new(host: Host) -> Self {
        Self {
            host,
            port: None,
            transport: None,
        }
    }
}

/// How keys pressed during a call are sent.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Dtmf {
    /// As telephone events in the stream, RFC 4733.
    #[default]
    Rfc4733,
    /// As SIP INFO.
    SipInfo,
    /// As tones in the speech.
    InBand,
    /// Both ways of signalling.
    Rfc4733AndSipInfo,
}

/// A user name and a password.
///
/// ```
/// use phone_provisioning::model::{Login, Settings};
///
/// let mut settings = Settings::default();
/// let (username, password) = ("admin".parse()?, "correct-horse".parse()?);
/// settings.admin = Some(Login { username, password });
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(
    clippy::exhaustive_structs,
    reason = "a login is a name and a password"
)]
pub struct Login {
    /// The name.
    pub username: Text,
    /// The password.
    pub password: Secret,
}

/// Restricted account of a phone that nobody has logged in to: it can dial a login code or an
/// emergency number.
///
/// A phone with extensions does not get it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LoggedOut {
    /// The number.
    pub number: Text,
    /// SIP user; absent = the number.
    pub username: Option<Text>,
    /// User for authentication; absent = the SIP user.
    pub auth_username: Option<Text>,
    /// Password.
    pub password: Secret,
}

impl LoggedOut {
    /// An account whose user names are its number.
    pub fn new(number: Text, password: Secret) -> Self {
        Self {
            number,
            username: None,
            auth_username: None,
            password,
        }
    }
}

/// Help for phones behind a NAT.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Nat {
    /// Seconds between keep-alive packets.
    pub keep_alive_seconds: Option<u32>,
    /// Whether answers come back to the port they were asked from, RFC 3581.
    pub rport: Option<bool>,
    /// STUN server.
    pub stun: Option<HostPort>,
}

/// Whether the phone checks the servers' certificates.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Tls {
    /// Whether it checks them.
    pub verify: Option<bool>,
    /// Where it gets the certificate of the authority.
    pub ca_url: Option<Url>,
}

/// What the display shows of a caller.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum CallerId {
    /// The name.
    Name,
    /// The number.
    Number,
    /// The name, then the number.
    NameAndNumber,
    /// The number, then the name.
    NumberAndName,
}

/// A share of the phone's range, 0 to 100 per cent.
///
/// ```
/// use phone_provisioning::model::Percent;
///
/// let half: Percent = 50.try_into()?;
/// assert_eq!(half.get(), 50);
/// let refused = Percent::new(101).unwrap_err();
/// assert_eq!(refused.to_string(), "expected a share of 0 to 100 per cent, found `101`");
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Percent(u8);

impl Percent {
    /// A share of 0 to 100 per cent.
    ///
    /// # Errors
    /// More than 100.
    pub fn new(percent: u8) -> Result<Self, Invalid> {
        if percent > 100 {
            let found = percent.to_string();
            return Err(Invalid::new("a share of 0 to 100 per cent", &found));
        }
        Ok(Self(percent))
    }

    /// The number, 0 to 100.
    pub fn get(self) -> u8 {
        self.0
    }

    /// The step of a range from `min` to `max`: percent × max / 100, halves rounded up, and at
    /// least `min`.
    ///
    /// ```
    /// use phone_provisioning::model::Percent;
    ///
    /// assert_eq!(Percent::new(50)?.of(0, 15), 8);
    /// assert_eq!(Percent::new(0)?.of(1, 53), 1);
    /// assert_eq!(Percent::new(100)?.of(1, 53), 53);
    /// # Ok::<(), phone_provisioning::error::Invalid>(())
    /// ```
    pub fn of(self, min: u16, max: u16) -> u16 {
        let share = (u32::from(self.0) * u32::from(max) * 2 + 100) / 200;
        // At most `max`, which is a u16.
        (share as u16).max(min)
    }
}

impl TryFrom<u8> for Percent {
    type Error = Invalid;

    fn try_from(percent: u8) -> Result<Self, Self::Error> {
        Self::new(percent)
    }
}

/// Volumes; what is not said is left as it is on the phone.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Volumes {
    /// The bell.
    pub ringer: Option<Percent>,
    /// The loudspeaker.
    pub speaker: Option<Percent>,
    /// The handset.
    pub handset: Option<Percent>,
    /// The headset.
    pub headset: Option<Percent>,
    /// The microphones.
    pub microphone: Option<Percent>,
}

/// VLAN of the phone and of its PC port (IEEE 802.1Q).
///
/// * Ids are 1 to 4094, priorities 0 to 7.
///
/// ```
/// use phone_provisioning::model::Vlan;
///
/// let vlan = Vlan::new(20, Some(5))?.with_pc(1, None)?;
/// assert_eq!((vlan.id(), vlan.priority(), vlan.pc()), (20, 5, Some((1, 0))));
/// assert!(Vlan::new(4095, None).is_err());
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Vlan {
    id: u16,
    priority: u8,
    pc: Option<(u16, u8)>,
}

impl Vlan {
    /// A VLAN of the phone: `id` 1–4094, `priority` 0–7 (IEEE 802.1Q); absent priority = 0.
    ///
    /// # Errors
    /// [`ErrorKind::OutOfRange`] naming the number that is beyond its limits.
    pub fn new(id: u16, priority: Option<u8>) -> Result<Self, ErrorKind> {
        let (id, priority) = vlan(id, priority)?;
        Ok(Self {
            id,
            priority,
            pc: None,
        })
    }

    /// The same with a VLAN for what is plugged into the phone's PC port.
    ///
    /// # Errors
    /// As [`Vlan::new`].
    pub fn with_pc(self, id: u16, priority: Option<u8>) -> Result<Self, ErrorKind> {
        Ok(Self {
            pc: Some(vlan(id, priority)?),
            ..self
        })
    }

    /// VLAN of the phone, 1–4094.
    pub fn id(&self) -> u16 {
        self.id
    }

    /// Priority of the phone's packets, 0–7.
    pub fn priority(&self) -> u8 {
        self.priority
    }

    /// VLAN and priority of the PC port.
    pub fn pc(&self) -> Option<(u16, u8)> {
        self.pc
    }
}

fn vlan(id: u16, priority: Option<u8>) -> Result<(u16, u8), ErrorKind> {
    let out_of_range = |what, min, max, found: i64| ErrorKind::OutOfRange {
        what,
        min,
        max,
        found,
        limit: "IEEE 802.1Q".to_owned(),
    };
    if !(1..=4094).contains(&id) {
        return Err(out_of_range("a VLAN id", 1, 4094, id.into()));
    }
    let priority = priority.unwrap_or(0);
    if priority > 7 {
        return Err(out_of_range("a priority", 0, 7, priority.into()));
    }
    Ok((id, priority))
}

/// Feature codes: what the PBX answers to, as they are dialled. Keys of the phone use them, and so does
/// the phone where it asks the PBX to do something.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct FeatureCodes {
    /// Takes the call that rings at an extension (the extension's number follows).
    pub pickup: Option<Text>,
    /// Takes a call that rings in the group.
    pub group_pickup: Option<Text>,
    /// Parks a call.
    pub park: Option<Text>,
    /// Fetches a parked call.
    pub park_retrieve: Option<Text>,
    /// Switches do-not-disturb on at the PBX.
    pub dnd_on: Option<Text>,
    /// Switches do-not-disturb off at the PBX.
    pub dnd_off: Option<Text>,
    /// Switches forwarding of all calls on at the PBX.
    pub forward_always_on: Option<Text>,
    /// Switches forwarding of all calls off at the PBX.
    pub forward_always_off: Option<Text>,
    /// Switches forwarding while busy on at the PBX.
    pub forward_busy_on: Option<Text>,
    /// Switches forwarding while busy off at the PBX.
    pub forward_busy_off: Option<Text>,
    /// Switches forwarding of unanswered calls on at the PBX.
    pub forward_no_answer_on: Option<Text>,
    /// Switches forwarding of unanswered calls off at the PBX.
    pub forward_no_answer_off: Option<Text>,
    /// Listens to voice mail.
    pub voicemail: Option<Text>,
    /// What a logged-out phone dials to log in.
    pub login: Option<Text>,
}

/// Built-in ring tones by number, from 1; 0 is silent.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct RingTones {
    /// For calls from colleagues.
    pub internal: Option<u8>,
    /// For all other calls.
    pub external: Option<u8>,
}

/// LDAP directory.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Ldap {
    /// Server.
    pub host: Host,
    /// Port; absent = 389, or 636 with LDAPS.
    pub port: Option<Port>,
    /// Encryption.
    pub tls: LdapTls,
    /// Where the search begins: `ou=people,dc=example,dc=net`.
    pub base: Text,
    /// Whom the phone binds as; absent = anonymous.
    pub bind_dn: Option<Text>,
    /// Password of the bind.
    pub password: Option<Secret>,
    /// Filter of a search by name; `%` stands for what was typed.
    pub name_filter: Option<Text>,
    /// Filter of a search by number; `%` stands for the number.
    pub number_filter: Option<Text>,
    /// Attributes that hold names.
    pub name_attributes: Vec<Text>,
    /// Attributes that hold numbers.
    pub number_attributes: Vec<Text>,
    /// What is shown of an entry: attributes behind `%`.
    pub display_name: Option<Text>,
}

impl Ldap {
    /// An unencrypted, anonymous directory.
    pub fn new(host: Host, base: Text) -> Self {
        Self {
            host,
            port: None,
            tls: LdapTls::Off,
            base,
            bind_dn: None,
            password: None,
            name_filter: None,
            number_filter: None,
            name_attributes: Vec::new(),
            number_attributes: Vec::new(),
            display_name: None,
        }
    }
}

/// Encryption of LDAP.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "LDAP knows these two ways to TLS")]
pub enum LdapTls {
    /// None.
    #[default]
    Off,
    /// On the same port, after StartTLS (RFC 4511, section 4.14).
    StartTls,
    /// From the first byte, on a port of its own.
    Ldaps,
}

/// Remote XML directory.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Phonebook {
    /// Where the phone reads it.
    pub url: Url,
    /// What the phone calls it.
    pub name: Option<Text>,
}

impl Phonebook {
    /// A directory without a name of its own.
    pub fn new(url: Url) -> Self {
        Self { url, name: None }
    }
}

/// Polling for new settings.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Resync {
    /// Minutes between two polls.
    pub every_minutes: Option<u32>,
    /// Time of day of a daily poll, in the phone's own time.
    pub daily_at: Option<TimeOfDay>,
}

/// A time of day, `00:00` to `23:59`.
///
/// ```
/// use phone_provisioning::model::TimeOfDay;
///
/// let night: TimeOfDay = "03:30".parse()?;
/// assert_eq!(night, TimeOfDay::new(3, 30)?);
/// assert!(TimeOfDay::new(24, 0).is_err());
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
}

impl TimeOfDay {
    /// Hour 0–23 and minute 0–59.
    ///
    /// # Errors
    /// An hour or a minute beyond.
    pub fn new(hour: u8, minute: u8) -> Result<Self, Invalid> {
        if hour < 24 && minute < 60 {
            Ok(Self { hour, minute })
        } else {
            Err(Self::refused(&format!("{hour:02}:{minute:02}")))
        }
    }

    /// Hour, 0–23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// Minute, 0–59.
    pub fn minute(self) -> u8 {
        self.minute
    }

    fn refused(found: &str) -> Invalid {
        Invalid::new("a time of day from `00:00` to `23:59`", found)
    }
}

impl FromStr for TimeOfDay {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = |digits: &str| match digits.as_bytes() {
            [b'0'..=b'9', b'0'..=b'9'] => digits.parse().ok(),
            _ => None,
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Self::new(number(hour)?, number(minute)?).ok())
            .ok_or_else(|| Self::refused(text))
    }
}

impl TryFrom<&str> for TimeOfDay {
    type Error = Invalid;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

/// A raw setting in the vendor's own terms, for what the model does not say.
///
/// It is held against the vendor's dictionary: a value outside its domain is an error unless
/// [`unchecked`](Self::unchecked); a name that it does not have, or one that the model feeds, is sent
/// with a notice.
///
/// ```
/// use phone_provisioning::model::{CustomSetting, CustomValue, Settings};
///
/// let value = CustomValue::Literal("600".parse()?);
/// let wait = CustomSetting::new("acme".parse()?, "screensaver.wait_time".parse()?, value);
/// let mut settings = Settings::default();
/// settings.custom.push(wait);
/// # Ok::<(), phone_provisioning::error::ErrorKind>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CustomSetting {
    /// Target that it is for: the id of a [`ProvisioningTarget`](crate::target::ProvisioningTarget).
    pub target: Text,
    /// Name of the setting as the phone spells it.
    pub name: Text,
    /// Index, where the setting has one.
    pub index: Option<u16>,
    /// What is sent.
    pub value: CustomValue,
    /// Models that it is for, as they are written in a device's `model`; empty = all.
    pub models: Vec<Text>,
    /// Whether it is sent even when the vendor's dictionary does not allow the value.
    pub unchecked: bool,
}

impl CustomSetting {
    /// A checked setting for all models of a target.
    pub fn new(target: Text, name: Text, value: CustomValue) -> Self {
        Self {
            target,
            name,
            index: None,
            value,
            models: Vec::new(),
            unchecked: false,
        }
    }

    /// Whether two entries set the same thing, so that the later layer's replaces the earlier.
    pub fn same_place(&self, other: &Self) -> bool {
        self.target == other.target && self.name == other.name && self.index == other.index
    }
}

/// What a raw setting sends. Its text may be a password, so `Debug` does not show it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CustomValue {
    /// Exactly this.
    Literal(Secret),
    /// Nothing: the setting is cleared in the way of its format.
    Empty,
    /// What a template makes of the device.
    #[cfg(feature = "templates")]
    Template(super::Template),
}
