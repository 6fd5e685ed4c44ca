//! A synthetic fleet: phones whose every value follows from a serial number.
//!
//! The benches render the same phones.

use std::sync::Arc;

use phone_provisioning::model::{
    Device, DeviceBuilder, FunctionKey, Handset, HandsetBinding, Ipei, KeyKind, Mac, Site,
};
use phone_provisioning::{Document, Extension, Secret, Targets, Text};

/// The targets that there are phones of.
pub(crate) const TARGETS: [&str; 3] = ["snom-desk", "snom-dect", "yealink"];

/// Phones that have an address of their own: as many as three bytes count.
pub(crate) const MOST: u64 = 1 << 24;

pub(crate) const SNOM: u32 = 0x00_0413;
pub(crate) const YEALINK: u32 = 0x80_5E0C;

/// What a company has of a target's phones.
pub(crate) fn phones(target: &str) -> &'static [Phone] {
    match target {
        "snom-desk" => &SNOM_DESK,
        "snom-dect" => &SNOM_DECT,
        _ => &YEALINK_DESK,
    }
}

const SNOM_DESK: [Phone; 4] = [
    Phone::desk("snom D785", SNOM, 4, 12),
    Phone::desk("snom D713", SNOM, 1, 4),
    Phone::desk("snom D865", SNOM, 2, 16),
    Phone::desk("snom D335", SNOM, 2, 8),
];

const SNOM_DECT: [Phone; 3] = [
    Phone::base("snom M300", SNOM, 6),
    Phone::base("snom M700", SNOM, 12),
    Phone::base("snom M900", SNOM, 12),
];

const YEALINK_DESK: [Phone; 4] = [
    Phone::desk("yealink T46S", YEALINK, 4, 10),
    Phone::desk("yealink T31P", YEALINK, 1, 2),
    Phone::desk("yealink T54W", YEALINK, 2, 20),
    Phone::desk("yealink T42U", YEALINK, 1, 8),
];

/// A kind of phone: a model and what is used of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phone {
    /// Maker and model.
    pub(crate) model: &'static str,
    /// First three bytes of its addresses.
    pub(crate) oui: u32,
    /// Accounts of a desk phone.
    pub(crate) extensions: u16,
    /// Handsets of a base, each with one account.
    pub(crate) handsets: u16,
    /// Keys of the phone itself that are assigned.
    pub(crate) keys: u16,
    /// Modules attached, and the keys of each that are assigned.
    pub(crate) modules: (u8, u16),
}

impl Phone {
    /// A desk phone without modules.
    pub(crate) const fn desk(model: &'static str, oui: u32, extensions: u16, keys: u16) -> Self {
        Self {
            model,
            oui,
            extensions,
            handsets: 0,
            keys,
            modules: (0, 0),
        }
    }

    /// A base.
    pub(crate) const fn base(model: &'static str, oui: u32, handsets: u16) -> Self {
        Self {
            handsets,
            ..Self::desk(model, oui, 0, 0)
        }
    }

    /// The phone of this number. Two numbers give two phones that share no value of their own.
    pub(crate) fn device(&self, serial: u64) -> Device {
        let built = self.builder(serial).build();
        built.expect("a synthetic phone is valid")
    }

    /// The same before it is built.
    pub(crate) fn builder(&self, serial: u64) -> DeviceBuilder {
        let mut values = Values {
            serial,
            state: serial,
        };
        let token = values.secret(32);
        let mut builder = Device::builder(values.mac(self.oui), self.model).token(token);
        for n in 1..=self.extensions {
            builder = builder.extension(values.extension(n));
        }
        for n in 1..=self.handsets {
            let mut handset = Handset::new(n);
            handset.binding = HandsetBinding::Ipei(values.ipei());
            handset.extensions.push(values.extension(n));
            builder = builder.handset(handset);
        }
        let accounts = self.extensions.max(1);
        for position in 1..=self.keys {
            builder = builder.key(values.lamp(None, position, accounts));
        }
        let (modules, module_keys) = self.modules;
        if modules > 0 {
            builder = builder.modules(modules);
        }
        for module in 1..=modules {
            for position in 1..=module_keys {
                builder = builder.key(values.lamp(Some(module), position, accounts));
            }
        }
        builder
    }
}

/// The values of one phone, one after another.
struct Values {
    serial: u64,
    state: u64,
}

impl Values {
    /// The next number of the sequence that the serial number starts (splitmix64).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn mac(&self, oui: u32) -> Mac {
        let [_, a, b, c] = oui.to_be_bytes();
        let [.., d, e, f] = self.serial.to_be_bytes();
        Mac::new([a, b, c, d, e, f]).expect("the address of one phone")
    }

    fn ipei(&mut self) -> Ipei {
        let bits = self.next();
        let psn = (bits >> 16) as u32 & Ipei::MAX_PSN;
        Ipei::new(bits as u16, psn).expect("a serial number of 20 bits")
    }

    fn extension(&mut self, n: u16) -> Extension {
        let number = self.number(n.into());
        let mut extension = Extension::new(text(number.clone()), self.secret(16));
        extension.username = Some(text(format!("u{number}")));
        extension.auth_username = Some(text(format!("a{number}")));
        extension.display_name = Some(text(self.name(&number)));
        extension.label = Some(text(format!("Line {number}")));
        extension.voicemail = Some(text(format!("*97{number}")));
        extension
    }

    /// A lamp of another phone.
    fn lamp(&mut self, module: Option<u8>, position: u16, accounts: u16) -> FunctionKey {
        let mut key = FunctionKey::new(position, KeyKind::Blf);
        key.module = module;
        let number = self.number(100 + u64::from(position) + 100 * u64::from(module.unwrap_or(0)));
        key.label = Some(text(self.name(&number)));
        key.value = Some(text(number));
        let extension = (self.serial + u64::from(position)) % u64::from(accounts) + 1;
        key.extension = u8::try_from(extension).unwrap_or(1);
        key
    }

    fn number(&self, n: u64) -> String {
        (1_000_000 + self.serial * 1_000 + n).to_string()
    }

    /// A name as people have them; every eighth has a letter that XML escapes.
    fn name(&mut self, number: &str) -> String {
        const FIRST: [&str; 8] = [
            "Anna", "Björn", "Chloé", "Dirk", "Elif", "Femke", "Günter", "Hanna",
        ];
        const LAST: [&str; 8] = [
            "Jansen", "Müller", "de Vries", "O'Neill", "Weiß", "Yılmaz", "Berg", "Bos & Co",
        ];
        let [first, last, ..] = self.next().to_be_bytes();
        let (first, last) = (FIRST[usize::from(first % 8)], LAST[usize::from(last % 8)]);
        format!("{first} {last} {number}")
    }

    fn secret(&mut self, letters: usize) -> Secret {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut secret = String::with_capacity(letters);
        while secret.len() < letters {
            let mut bits = self.next();
            for _ in 0..12.min(letters - secret.len()) {
                secret.push(char::from(LETTERS[(bits % 32) as usize]));
                bits /= 32;
            }
        }
        Secret::new(secret).expect("letters and digits are a secret")
    }
}

fn text(text: String) -> Text {
    Text::new(text).expect("a synthetic text has no control characters")
}

/// The site of all synthetic phones.
pub(crate) fn site() -> Arc<Site> {
    let document = Document::from_toml(SITE).expect("the synthetic site is a document");
    let fleet = document.resolve(&Targets::builtin());
    fleet.expect("the synthetic site is valid").site().clone()
}

const SITE: &str = r#"
devices = []
[site]
name = "Example BV"
provisioning_url = "https://pbx.example.net/p/{token}/"
[site.settings]
time_zone = "Europe/Berlin"
language = "de"
ntp_servers = ["ntp1.example.net", "ntp2.example.net"]
registrar = { host = "sip.example.net", port = 5061, transport = "tls", expires = 600, srtp = "optional" }
outbound_proxy = { host = "edge.example.net", port = 5061 }
codecs = ["g722", "pcma", "pcmu"]
admin = { username = "admin", password = "adm1n-pw" }
user = { username = "user", password = "us3r-pw" }
maintenance = { username = "var", password = "v4r-pw" }
nat = { keep_alive_seconds = 30, rport = true }
feature_codes = { pickup = "*8", group_pickup = "*81", park = "*85", park_retrieve = "*86", dnd_on = "*78", dnd_off = "*79", voicemail = "*97" }
emergency_numbers = ["112", "110"]
ldap = { host = "ldap.example.net", port = 1636, tls = "ldaps", base = "dc=example,dc=net", bind_dn = "cn=phone", password = "ld4p-pw", name_filter = "(cn=%)", number_filter = "(tel=%)", name_attributes = ["cn", "sn"], number_attributes = ["tel"], display_name = "%cn" }
resync = { every_minutes = 60 }
"#;
