//! What the server keeps beside the inventory: accounts of subscribers, handsets of bases.

use std::fmt;

use phone_provisioning::fleet::{
    ExtensionDoc, HandsetDoc, Lax, List, MulticellDoc, Number, ProfileDoc,
};
use phone_provisioning::inventory::{OrganisationId, Subscriber};
use phone_provisioning::model::Mac;
use serde::{Deserialize, Serialize};

use super::Problem;

/// A subscriber and its accounts, the first of which is its number. `Debug` shows no passwords.
#[derive(Clone, Deserialize, Serialize)]
pub struct Account {
    /// Whose subscriber it is.
    pub organisation: OrganisationId,
    /// The subscriber.
    pub subscriber: Subscriber,
    /// The accounts, in the order of the lines on a phone.
    pub extensions: Vec<ExtensionDoc>,
}

impl Account {
    /// The name that colleagues see.
    pub fn display_name(&self) -> Option<&str> {
        let first = self.extensions.first()?;
        Some(first.display_name.as_ref()?.value()?.as_str())
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({} of {})", self.subscriber, self.organisation)
    }
}

/// What is known of a phone beside its record in the inventory.
#[derive(Clone, Deserialize, Serialize)]
pub struct Equipment {
    /// The phone.
    #[serde(with = "mac_text")]
    pub mac: Mac,
    /// Its maker, which is needed to the last: its registration may outlive its record.
    pub vendor: String,
    /// Expansion modules that are attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modules: Option<u8>,
    /// The part of a base in a system of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multicell: Option<MulticellDoc>,
    /// Handsets of a base.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handsets: Vec<Handset>,
}

impl Equipment {
    /// Of a phone that has nothing besides.
    pub fn new(mac: Mac, vendor: &str) -> Self {
        Self {
            mac,
            vendor: vendor.to_owned(),
            modules: None,
            multicell: None,
            handsets: Vec::new(),
        }
    }

    /// In the inventory a base has one line: this one, which stands for its handsets.
    pub fn line_of_base(mac: Mac) -> Subscriber {
        let name = format!("handsets-{}", mac.plain_lower());
        name.parse().expect("a name of 21 letters and digits")
    }
}

/// What is set up on a phone, whoever uses it: its own settings and keys, and its expansion modules.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct SetUp {
    /// Expansion modules that are attached; absent = as many as the keys name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modules: Option<Lax<Number<0, 255>>>,
    /// Settings and keys.
    #[serde(flatten)]
    pub profile: ProfileDoc,
}

impl SetUp {
    /// How many modules there are, as far as somebody says so.
    ///
    /// # Errors
    /// Something else than a number from 0 to 255.
    pub(super) fn count_modules(&self) -> Result<Option<u8>, Problem> {
        let Some(modules) = &self.modules else {
            return Ok(None);
        };
        let count = modules
            .value()
            .and_then(|count| count.get().try_into().ok());
        let wrong = || Problem::field("modules", "expected a number between 0 and 255");
        count.map(Some).ok_or_else(wrong)
    }
}

impl fmt::Debug for SetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUp").finish_non_exhaustive()
    }
}

/// A handset of a base, and who carries it.
#[derive(Clone, Deserialize, Serialize)]
pub struct Handset {
    /// Slot, name, IPEI, access code; without accounts.
    #[serde(flatten)]
    pub handset: HandsetDoc,
    /// Whose accounts it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscriber: Option<Subscriber>,
}

impl Handset {
    /// The handset with these accounts.
    pub fn with(&self, extensions: Vec<ExtensionDoc>) -> HandsetDoc {
        let mut handset = self.handset.clone();
        handset.extensions = Some(List::from_iter(extensions).into());
        handset
    }

    /// Its slot.
    pub fn slot(&self) -> Option<i64> {
        Some(self.handset.slot.as_ref()?.value()?.get())
    }
}

/// It may hold an access code.
impl fmt::Debug for Handset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handset").finish_non_exhaustive()
    }
}

/// A MAC address as text.
pub(super) mod mac_text {
    use phone_provisioning::model::Mac;
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(in super::super) fn serialize<S: Serializer>(
        mac: &Mac,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(mac)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Mac, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
