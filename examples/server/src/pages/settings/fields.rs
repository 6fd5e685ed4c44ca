//! Which settings a form shows, under which names. The rest of a document is for the page of its text.

use phone_provisioning::model::{Codec, DateFormat, KeyKind, Srtp, TimeFormat, Transport};

/// The words of the documents for a choice.
macro_rules! words {
    ($choice:ident) => {
        || {
            let words = $choice::ALL.iter();
            words.map(|choice| choice.as_str()).collect()
        }
    };
}

/// A field of a form. Its name is the place of its value in the document.
pub(super) struct Field {
    /// The place: `settings.registrar.host`; of a row the last part of it.
    pub path: &'static str,
    /// What the form calls it.
    pub label: &'static str,
    /// What to type; empty where the label says enough.
    pub hint: &'static str,
    /// What it takes.
    pub kind: Kind,
}

/// What a field takes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A text, of which some are suggested.
    Suggested(Suggestions),
    /// An integer.
    Number,
    /// One of these words.
    Choice(fn() -> Vec<&'static str>),
    /// Yes or no.
    YesNo,
    /// A list of texts, one in each line.
    Lines,
    /// A list of words, best first: one field for each rank.
    Ranks(fn() -> Vec<&'static str>),
    /// A secret, which is never shown. It goes when the field of this place is emptied.
    Password(&'static str),
    /// The scheme of the address at this place.
    SchemeOf(&'static str),
}

/// Lists of suggestions, which stand once on a page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Suggestions {
    /// Tags of languages that phones speak.
    Languages,
    /// Names of time zones.
    TimeZones,
    /// Codes of countries.
    Countries,
}

/// Fields that belong together.
pub(super) struct Group {
    /// What they are about.
    pub title: &'static str,
    /// What holds for all of them; may be empty.
    pub note: &'static str,
    /// The fields.
    pub fields: &'static [Field],
}

/// What an organisation has besides settings.
pub(super) const ORGANISATION: Group = Group {
    title: "Organisation",
    note: "",
    fields: &[
        text("name", "Name", "Shown on idle displays where the phone can"),
        text(
            "provisioning_url",
            "Provisioning address",
            "Where phones fetch their files, with {token} and {mac}",
        ),
        field(
            "https",
            "Phones fetch their files with",
            "",
            Kind::SchemeOf("provisioning_url"),
        ),
        text(
            "firmware_base",
            "Address of firmware images",
            "With {vendor}, {model}, {version} and {file}",
        ),
    ],
};

/// What a phone has besides settings and keys.
pub(super) const MODULES: Group = Group {
    title: "Expansion modules",
    note: "",
    fields: &[number(
        "modules",
        "Modules that are attached",
        "Empty: as many as the keys name",
    )],
};

const WHOLE: &str = "What is filled in here replaces what is inherited as a whole.";

/// Settings that every layer can have.
pub(super) const SETTINGS: &[Group] = &[
    Group {
        title: "Language and time",
        note: "",
        fields: &[
            field(
                "settings.language",
                "Language",
                "Tag of the language: nl, de-AT",
                Kind::Suggested(Suggestions::Languages),
            ),
            field(
                "settings.time_zone",
                "Time zone",
                "Name of the zone: Europe/Amsterdam",
                Kind::Suggested(Suggestions::TimeZones),
            ),
            field(
                "settings.tone_country",
                "Country of the call-progress tones",
                "Two letters: NL",
                Kind::Suggested(Suggestions::Countries),
            ),
            field(
                "settings.time_format",
                "Time of day",
                "",
                Kind::Choice(words!(TimeFormat)),
            ),
            field(
                "settings.date_format",
                "Date",
                "",
                Kind::Choice(words!(DateFormat)),
            ),
        ],
    },
    Group {
        title: "Interface of the phone system (outbound proxy)",
        note: WHOLE,
        fields: &[
            text("settings.outbound_proxy.host", "Proxy host", ""),
            number("settings.outbound_proxy.port", "Proxy port", ""),
            field(
                "settings.outbound_proxy.transport",
                "Proxy transport",
                "Not chosen: the registrar's",
                Kind::Choice(words!(Transport)),
            ),
        ],
    },
    Group {
        title: "Registrar",
        note: WHOLE,
        fields: &[
            text("settings.registrar.host", "Registrar host", ""),
            number("settings.registrar.port", "Registrar port", ""),
            field(
                "settings.registrar.transport",
                "Transport",
                "Not chosen: UDP",
                Kind::Choice(words!(Transport)),
            ),
            field(
                "settings.registrar.srtp",
                "Encryption of speech (SRTP)",
                "Not chosen: off",
                Kind::Choice(words!(Srtp)),
            ),
            number(
                "settings.registrar.expires",
                "Seconds that a registration lasts",
                "Empty: 3600",
            ),
        ],
    },
    Group {
        title: "Certificates of servers",
        note: "",
        fields: &[
            field(
                "settings.tls.verify",
                "Phones check the servers' certificates",
                "",
                Kind::YesNo,
            ),
            text(
                "settings.tls.ca_url",
                "Address of the authority's certificate",
                "",
            ),
        ],
    },
    Group {
        title: "Codecs",
        note: "The best first. Ranks that are left empty are skipped.",
        fields: &[field(
            "settings.codecs",
            "Codec",
            "",
            Kind::Ranks(words!(Codec)),
        )],
    },
    Group {
        title: "Login of the phone's own web pages",
        note: WHOLE,
        fields: &[
            text("settings.admin.username", "Administrator's name", ""),
            field(
                "settings.admin.password",
                "Administrator's password",
                "",
                Kind::Password("settings.admin.username"),
            ),
        ],
    },
    Group {
        title: "Volumes",
        note: "From 0 to 100; empty leaves it as it is on the phone.",
        fields: &[
            number("settings.volumes.ringer", "Bell", ""),
            number("settings.volumes.speaker", "Loudspeaker", ""),
            number("settings.volumes.handset", "Handset", ""),
            number("settings.volumes.headset", "Headset", ""),
            number("settings.volumes.microphone", "Microphones", ""),
        ],
    },
    Group {
        title: "Ring tones",
        note: "Numbers of built-in tones from 1; 0 is silent.",
        fields: &[
            number("settings.ring_tones.internal", "Calls from colleagues", ""),
            number("settings.ring_tones.external", "All other calls", ""),
        ],
    },
    Group {
        title: "Calls",
        note: "",
        fields: &[
            field(
                "settings.emergency_numbers",
                "Emergency numbers",
                "One in each line; they can be dialled on a locked phone",
                Kind::Lines,
            ),
            number(
                "settings.nat.keep_alive_seconds",
                "Seconds between keep-alive packets",
                "For phones behind a NAT",
            ),
        ],
    },
];

/// The fields of one key.
pub(super) const KEY: &[Field] = &[
    number("position", "Position", ""),
    number("module", "Module", ""),
    field("kind", "Kind", "", Kind::Choice(words!(KeyKind))),
    text("value", "Value", ""),
    text("label", "Label", ""),
    number("extension", "Account", ""),
];

/// A word of the documents as people read it.
pub(super) fn spoken(word: &str) -> String {
    match word {
        "udp" | "tcp" | "tls" | "dnd" | "url" | "blf" | "dtmf" | "ldap" => {
            word.to_ascii_uppercase()
        }
        "dns_srv" => "as DNS says (SRV)".to_owned(),
        "24h" => "24 hours".to_owned(),
        "12h" => "12 hours".to_owned(),
        "dmy" => "day, month, year".to_owned(),
        "mdy" => "month, day, year".to_owned(),
        "ymd" => "year, month, day".to_owned(),
        word => word.replace('_', " "),
    }
}

const fn field(path: &'static str, label: &'static str, hint: &'static str, kind: Kind) -> Field {
    Field {
        path,
        label,
        hint,
        kind,
    }
}

const fn text(path: &'static str, label: &'static str, hint: &'static str) -> Field {
    field(path, label, hint, Kind::Text)
}

const fn number(path: &'static str, label: &'static str, hint: &'static str) -> Field {
    field(path, label, hint, Kind::Number)
}
