//! The tables of the format, one struct each. Every name here is the name of a key.

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess};

use super::lax::{Lax, List, Names, Number, SecretText, Unknown, Wire, Word, disguised, unread};
use crate::model::{
    CallerId, Codec, DateFormat, Dtmf, Handling, KeyKind, LdapTls, MulticellRole, Srtp, TimeFormat,
    Transport,
};

/// A table of the format.
pub(super) trait Table: Wire {
    /// The keys that it has, in the order of the format.
    const KEYS: &'static [&'static str];

    /// The keys that were found and that it does not have.
    fn unknown(&self) -> &Unknown;
}

/// Every field of a table is optional, of any type, and written only when it was read; keys that
/// are no field are collected. One list of fields gives the struct, the keys and the reader, and the
/// schema: that comes of a second struct, so that no type of `schemars` is in the interface of this
/// crate. The texts of tables and fields are its descriptions too; what is `required` there, `resolve`
/// asks for in words of its own.
macro_rules! tables {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident {
            $($(#[doc = $about:literal])+ $field:ident: $type:ty $(= $required:ident)?,)+
        }
    )+) => {
        #[cfg(feature = "schema")]
        #[expect(dead_code, reason = "only their types are looked at")]
        pub(super) mod schema {
            use crate::fleet::schema::{Lax, List, Names, Number, SecretText, Word};
            use super::{
                CallerId, Codec, DateFormat, Dtmf, Handling, KeyKind, LdapTls, MulticellRole,
                Srtp, TimeFormat, Transport,
            };

            $(
                $(#[doc = $doc])+
                #[derive(schemars::JsonSchema)]
                #[schemars(deny_unknown_fields)]
                pub(in super::super) struct $name {
                    $(
                        $(#[doc = $about])+
                        $(#[schemars($required)])?
                        $field: Option<Lax<$type>>,
                    )+
                }
            )+
        }

        $(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[doc = $about])+
                #[serde(skip_serializing_if = "unread")]
                pub $field: Option<Lax<$type>>,
            )+
            #[serde(skip)]
            pub(super) unknown: Unknown,
        }

        impl $name {
            /// The keys that were found and that the format does not have here.
            pub fn unknown_keys(&self) -> impl Iterator<Item = &str> {
                self.unknown.keys()
            }
        }

        impl Table for $name {
            const KEYS: &'static [&'static str] = &[$(stringify!($field)),+];

            fn unknown(&self) -> &Unknown {
                &self.unknown
            }
        }

        impl Wire for $name {
            const EXPECTED: &'static str = "a table";

            fn table<'de, A: MapAccess<'de>>(
                mut table: A,
            ) -> Result<Result<Self, &'static str>, A::Error> {
                let mut read = Self::default();
                while let Some(key) = table.next_key::<String>()? {
                    match key.as_str() {
                        $(stringify!($field) => {
                            if read.$field.is_some() {
                                return Err(serde::de::Error::duplicate_field(stringify!($field)));
                            }
                            read.$field = table.next_value()?;
                        })+
                        _ => {
                            table.next_value::<IgnoredAny>()?;
                            if let Some(disguised) = disguised(&key) {
                                return Ok(Err(disguised.found()));
                            }
                            read.unknown.insert(key);
                        }
                    }
                }
                Ok(Ok(read))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Lax::deserialize(deserializer)?.into_value().map_err(|found| {
                    serde::de::Error::custom(format_args!("expected a table, found {found}"))
                })
            }
        }
        )+
    };
}

tables! {
    /// A whole fleet: one site, its profiles and its devices.
    Document {
        /// What all devices share.
        site: SiteDoc = required,
        /// Named sets of settings and keys that devices refer to.
        profiles: Names<ProfileDoc>,
        /// The phones and bases.
        devices: List<DeviceDoc> = required,
    }

    /// What all devices share.
    SiteDoc {
        /// Name, shown on idle displays where the phone can.
        name: String = required,
        /// Where phones fetch their files: a URL with `{token}` and `{mac}`.
        provisioning_url: String,
        /// Where firmware images are: a URL with `{vendor}`, `{model}`, `{version}` and `{file}`,
        /// used when a choice has no `url`.
        firmware_base: String,
        /// Model → firmware that it shall have; a model that is not here keeps what it has.
        firmware: Names<FirmwareDoc>,
        /// The lowest layer of settings.
        settings: SettingsDoc,
    }

    /// A named set of settings and keys.
    ProfileDoc {
        /// Settings above the site's and below the device's.
        settings: SettingsDoc,
        /// Keys; a device's key at the same place replaces the profile's.
        keys: List<KeyDoc>,
    }

    /// One layer of settings.
    SettingsDoc {
        /// IANA name: `Europe/Amsterdam`.
        time_zone: String,
        /// BCP 47 tag of the phone's display and web pages: `nl`, `de-AT`.
        language: String,
        /// ISO 3166-1 alpha-2 code of the call-progress tones; absent = not sent.
        tone_country: String,
        /// How the phone shows the time of day.
        time_format: Word<TimeFormat>,
        /// How the phone shows a date.
        date_format: Word<DateFormat>,
        /// Time servers, best first.
        ntp_servers: List<String>,
        /// Where extensions register.
        registrar: RegistrarDoc,
        /// The interface of the PBX that the phone uses.
        outbound_proxy: OutboundProxyDoc,
        /// Second registrar.
        backup_registrar: BackupRegistrarDoc,
        /// Codecs, best first; default `g722 pcma pcmu g729`.
        codecs: List<Word<Codec>>,
        /// How keys pressed during a call are sent; default `rfc4733`.
        dtmf: Word<Dtmf>,
        /// Administrator's login of the phone's web pages.
        admin: LoginDoc,
        /// User's login of the phone's web pages.
        user: LoginDoc,
        /// Third login of the phone's web pages; absent = the administrator's password.
        maintenance: LoginDoc,
        /// What the phone answers to the provisioning server's challenge.
        download: LoginDoc,
        /// Restricted account on line 1 while nobody is logged in.
        logged_out: LoggedOutDoc,
        /// Help for phones behind a NAT.
        nat: NatDoc,
        /// Whether the phone checks the servers' certificates.
        tls: TlsDoc,
        /// Language pack for a language that the firmware does not bring.
        language_pack: LanguagePackDoc,
        /// Whether a second call is offered during a call.
        call_waiting: bool,
        /// What the display shows of a caller.
        caller_id: Word<CallerId>,
        /// Volumes, 0–100, scaled to the phone's range.
        volumes: VolumesDoc,
        /// VLAN of the phone and of its PC port.
        vlan: VlanDoc,
        /// Numbers that can be dialled while the phone is locked or logged out.
        emergency_numbers: List<String>,
        /// Codes that the PBX answers to.
        feature_codes: FeatureCodesDoc,
        /// Ring tones.
        ring_tones: RingTonesDoc,
        /// LDAP directory.
        ldap: LdapDoc,
        /// Remote XML directory.
        phonebook: PhonebookDoc,
        /// Polling for new settings.
        resync: ResyncDoc,
        /// Raw vendor settings.
        custom: List<CustomDoc>,
    }

    /// Where extensions register.
    RegistrarDoc {
        /// Domain or address.
        host: String = required,
        /// Port; absent = the transport's own.
        port: Number<1, 65_535>,
        /// Transport of signalling; default `udp`.
        transport: Word<Transport>,
        /// Validity of a registration in seconds; default 3600.
        expires: Number<1, 4_294_967_295>,
        /// Encryption of speech; default `off`.
        srtp: Word<Srtp>,
    }

    /// The interface of the PBX that the phone uses.
    OutboundProxyDoc {
        /// Domain or address.
        host: String = required,
        /// Port; absent = the transport's own.
        port: Number<1, 65_535>,
        /// Transport; absent = the registrar's.
        transport: Word<Transport>,
    }

    /// Second registrar.
    BackupRegistrarDoc {
        /// Domain or address.
        host: String = required,
        /// Port; absent = the transport's own.
        port: Number<1, 65_535>,
    }

    /// A user name and a password.
    LoginDoc {
        /// The name.
        username: String = required,
        /// The password.
        password: SecretText = required,
    }

    /// Restricted account of a phone that nobody has logged in to.
    LoggedOutDoc {
        /// The number.
        number: String = required,
        /// SIP user; default `number`.
        username: String,
        /// User for authentication; default `username`.
        auth_username: String,
        /// The password.
        password: SecretText = required,
    }

    /// Help for phones behind a NAT.
    NatDoc {
        /// Seconds between keep-alive packets.
        keep_alive_seconds: Number<1, 4_294_967_295>,
        /// Whether answers come back to the port they were asked from, RFC 3581.
        rport: bool,
        /// STUN server: `host` or `host:port`.
        stun: String,
    }

    /// Whether the phone checks the servers' certificates.
    TlsDoc {
        /// Whether it checks them.
        verify: bool,
        /// URL of the certificate of the authority.
        ca_url: String,
    }

    /// Language pack for a language that the firmware does not bring.
    LanguagePackDoc {
        /// URL of the pack.
        url: String = required,
    }

    /// Volumes, 0–100; what is not said is left as it is on the phone.
    VolumesDoc {
        /// The bell.
        ringer: Number<0, 100>,
        /// The loudspeaker.
        speaker: Number<0, 100>,
        /// The handset.
        handset: Number<0, 100>,
        /// The headset.
        headset: Number<0, 100>,
        /// The microphones.
        microphone: Number<0, 100>,
    }

    /// VLAN of the phone and of its PC port.
    VlanDoc {
        /// VLAN of the phone.
        id: Number<1, 4094> = required,
        /// Priority of its packets; default 0.
        priority: Number<0, 7>,
        /// VLAN of the PC port.
        pc_id: Number<1, 4094>,
        /// Priority of the PC port's packets; default 0.
        pc_priority: Number<0, 7>,
    }

    /// Codes that the PBX answers to, as they are dialled.
    FeatureCodesDoc {
        /// Takes the call that rings at an extension.
        pickup: String,
        /// Takes a call that rings in the group.
        group_pickup: String,
        /// Parks a call.
        park: String,
        /// Fetches a parked call.
        park_retrieve: String,
        /// Switches do-not-disturb on.
        dnd_on: String,
        /// Switches do-not-disturb off.
        dnd_off: String,
        /// Switches forwarding of all calls on.
        forward_always_on: String,
        /// Switches forwarding of all calls off.
        forward_always_off: String,
        /// Switches forwarding while busy on.
        forward_busy_on: String,
        /// Switches forwarding while busy off.
        forward_busy_off: String,
        /// Switches forwarding of unanswered calls on.
        forward_no_answer_on: String,
        /// Switches forwarding of unanswered calls off.
        forward_no_answer_off: String,
        /// Listens to voice mail.
        voicemail: String,
        /// What a logged-out phone dials to log in.
        login: String,
    }

    /// Built-in ring tones by number, from 1; 0 is silent.
    RingTonesDoc {
        /// For calls from colleagues.
        internal: Number<0, 255>,
        /// For all other calls.
        external: Number<0, 255>,
    }

    /// LDAP directory.
    LdapDoc {
        /// Server.
        host: String = required,
        /// Port; absent = 389, or 636 with `ldaps`.
        port: Number<1, 65_535>,
        /// Encryption; default `off`.
        tls: Word<LdapTls>,
        /// Where the search begins.
        base: String = required,
        /// Whom the phone binds as; absent = anonymous.
        bind_dn: String,
        /// Password of the bind.
        password: SecretText,
        /// Filter of a search by name.
        name_filter: String,
        /// Filter of a search by number.
        number_filter: String,
        /// Attributes that hold names.
        name_attributes: List<String>,
        /// Attributes that hold numbers.
        number_attributes: List<String>,
        /// What is shown of an entry.
        display_name: String,
    }

    /// Remote XML directory.
    PhonebookDoc {
        /// URL of the directory.
        url: String = required,
        /// What the phone calls it.
        name: String,
    }

    /// Polling for new settings.
    ResyncDoc {
        /// Minutes between two polls.
        every_minutes: Number<1, 4_294_967_295>,
        /// Time of day of a daily poll: `03:30`.
        daily_at: String,
    }

    /// A raw vendor setting; exactly one of `value` and `template`.
    CustomDoc {
        /// Target that it is for: `snom-desk`, `snom-dect`, `yealink`.
        target: String = required,
        /// Name of the setting as the phone spells it.
        name: String = required,
        /// Index, where the setting has one.
        index: Number<0, 65_535>,
        /// What is sent; an empty text clears the setting.
        value: SecretText,
        /// Template of what is sent (feature `templates`).
        template: SecretText,
        /// Models that it is for; absent = all of the target.
        models: List<String>,
        /// Whether it is sent even when the vendor's dictionary does not allow the value.
        unchecked: bool,
    }

    /// A firmware that a phone shall have.
    FirmwareDoc {
        /// The version.
        version: String = required,
        /// URL of the image, or on DECT of the server's root; absent = `firmware_base`.
        url: String,
    }

    /// One phone or base.
    DeviceDoc {
        /// Hardware address in any usual spelling.
        mac: String = required,
        /// Vendor and model: `snom D785`, `yealink T46S`.
        model: String = required,
        /// What people call the phone.
        label: String,
        /// Name of the profile that it follows.
        profile: String,
        /// Firmware that the phone reports; absent = the newest of the model.
        installed_firmware: String,
        /// Firmware that it shall have; overrides the site's choice for the model.
        firmware: FirmwareDoc,
        /// What fills `{token}` in its URL.
        token: SecretText,
        /// Expansion modules attached; absent = as many as the highest `module` of its keys.
        modules: Number<0, 255>,
        /// Whether it is registered at the manufacturer's redirection service.
        redirect: bool,
        /// What happens when the phone cannot do what was set for it; default `strict`.
        handling: Word<Handling>,
        /// The device's own layer of settings.
        settings: SettingsDoc,
        /// Desk phones: accounts 1, 2, …; absent or empty = nobody logged in.
        extensions: List<ExtensionDoc>,
        /// Function keys.
        keys: List<KeyDoc>,
        /// DECT bases: the handsets.
        handsets: List<HandsetDoc>,
        /// DECT: part in a system of several bases.
        multicell: MulticellDoc,
    }

    /// One SIP account.
    ExtensionDoc {
        /// The number.
        number: String = required,
        /// Name that the called party sees.
        display_name: String,
        /// SIP user; default `number`.
        username: String,
        /// User for authentication; default `username`.
        auth_username: String,
        /// The password.
        password: SecretText = required,
        /// What the phone calls the line; default `display_name`, else `number`.
        label: String,
        /// Number to dial for voice mail.
        voicemail: String,
        /// Registrar of its own.
        registrar: RegistrarDoc,
        /// Outbound proxy of its own.
        outbound_proxy: OutboundProxyDoc,
        /// Codecs of its own.
        codecs: List<Word<Codec>>,
        /// DTMF of its own.
        dtmf: Word<Dtmf>,
        /// Ring tones of its own.
        ring_tones: RingTonesDoc,
        /// Forwarding by the phone.
        forward: ForwardDoc,
        /// Whether it rejects all calls.
        dnd: bool,
        /// Whether a second call is offered during a call.
        call_waiting: bool,
        /// Whether it answers by itself.
        auto_answer: bool,
    }

    /// Where an extension's calls go.
    ForwardDoc {
        /// All calls.
        always: String,
        /// Calls while it is busy.
        busy: String,
        /// Calls that nobody answers.
        no_answer: String,
        /// Seconds until a call counts as not answered.
        no_answer_seconds: Number<0, 65_535>,
    }

    /// One function key.
    KeyDoc {
        /// Place, from 1, counted over the pages of the phone or of the module.
        position: Number<1, 65_535> = required,
        /// Expansion module, from 1; absent = the phone itself.
        module: Number<1, 255>,
        /// What the key does.
        kind: Word<KeyKind> = required,
        /// Number, address or code that it does it with.
        value: String,
        /// What the phone writes beside the key.
        label: String,
        /// Extension that it belongs to, from 1; default 1.
        extension: Number<1, 255>,
    }

    /// One handset of a base.
    HandsetDoc {
        /// Slot, from 1.
        slot: Number<1, 65_535> = required,
        /// What people call it.
        name: String,
        /// Which handset may take the slot: 12 or 13 decimal digits or 10 hexadecimal digits;
        /// absent = any; `remove` or `FFFFFFFFFF` = none.
        ipei: String,
        /// Four digits that are typed into the handset to register it.
        access_code: SecretText,
        /// Handset model, for its firmware.
        model: String,
        /// Firmware for handsets of its model.
        firmware: HandsetFirmwareDoc,
        /// Accounts that it carries.
        extensions: List<ExtensionDoc>,
    }

    /// Firmware for handsets of one model.
    HandsetFirmwareDoc {
        /// The version.
        version: String = required,
    }

    /// Part of a base in a system of several.
    MulticellDoc {
        /// Number that all bases of the system share.
        chain_id: Number<0, 65_535>,
        /// Part of this base.
        role: Word<MulticellRole> = required,
        /// IP address of the data master.
        primary: String,
    }
}
