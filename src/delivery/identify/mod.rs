//! Who sent a request, and what is asked for ([`identify`]).

mod certificate;
mod fact;
mod reading;

use std::fmt;
use std::sync::Arc;

pub use fact::{Confidence, Conflict, Fact, Origin, Subject};

use super::request::RequestFacts;
use crate::model::{Firmware, Mac};
use crate::target::{FileKind, ModelMatch, Modules, OuiRow, ProvisioningTarget, Targets};
use reading::{Conflicts, Macs, Reading};

/// Says who sent a request and what is asked for, as far as the request tells.
///
/// * Path and query, User-Agent, certificate and the block of the MAC address are read each by itself; a
///   fact says where it comes from and how far it can be trusted.
/// * Where two of them differ that is a [`Conflict`] and the fact is `None`: an attack, or a proxy that
///   is set up wrongly. No place wins.
/// * Nothing here is a permission. Whoever knows an address can write such a request.
///
/// Bounded: of a User-Agent 512 bytes are read, of a path the last part, of which 128 bytes.
/// Nothing is allocated.
///
#[cfg_attr(feature = "snom", doc = "```")]
#[cfg_attr(not(feature = "snom"), doc = "```ignore")]
/// use phone_provisioning::Targets;
/// use phone_provisioning::delivery::{Confidence, RequestFacts, identify};
/// use phone_provisioning::target::FileKind;
///
/// let targets = Targets::builtin();
/// let agent = b"Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12 000413922D24 SXM:0 UXM:1)";
/// let facts = RequestFacts::new("/p/snomD785-000413922D24.htm").with_user_agent(agent);
/// let phone = identify(&targets, &facts);
/// let mac = phone.mac().unwrap();
/// assert_eq!(mac.value.to_string(), "00:04:13:92:2d:24");
/// assert_eq!(mac.confidence, Confidence::Agreed);
/// assert_eq!(phone.model().unwrap().value.name(), "D785");
/// assert_eq!(phone.firmware().unwrap().value.to_string(), "10.1.33.33");
/// assert_eq!(phone.modules().unwrap().total(), 1);
/// assert_eq!(phone.file().kind(), FileKind::Device);
///
/// let phone = identify(&targets, &RequestFacts::new("/p/000413922D25.xml").with_user_agent(agent));
/// assert!(phone.mac().is_none());
/// assert_eq!(phone.conflicts()[0].to_string(), "mac differs: path, user-agent");
/// ```
pub fn identify<'a>(targets: &'a Targets, facts: &RequestFacts<'a>) -> Identification<'a> {
    Reading::new(targets, facts).decide()
}

/// What [`identify`] says.
#[derive(Clone, Copy, Debug)]
pub struct Identification<'a> {
    vendor: Option<Fact<&'a str>>,
    target: Option<Fact<&'a Arc<dyn ProvisioningTarget>>>,
    model: Option<Fact<NamedModel<'a>>>,
    firmware: Option<Fact<Firmware>>,
    mac: Option<Fact<Mac>>,
    block: Option<OuiRow>,
    modules: Option<Modules<'a>>,
    file: RequestedFile<'a>,
    macs: Macs,
    conflicts: Conflicts,
}

impl<'a> Identification<'a> {
    /// The maker, as its targets name it: `yealink`.
    pub fn vendor(&self) -> Option<Fact<&'a str>> {
        self.vendor
    }

    /// The target that makes the files of this phone.
    pub fn target(&self) -> Option<Fact<&'a Arc<dyn ProvisioningTarget>>> {
        self.target
    }

    /// The model. The block of the address never decides it: blocks are used again for other models.
    pub fn model(&self) -> Option<Fact<NamedModel<'a>>> {
        self.model
    }

    /// The firmware that the phone runs.
    pub fn firmware(&self) -> Option<Fact<Firmware>> {
        self.firmware
    }

    /// The MAC address, where all places that have one agree.
    pub fn mac(&self) -> Option<Fact<Mac>> {
        self.mac
    }

    /// The address that one place has, whether the others agree or not. A place with two has none.
    pub fn mac_from(&self, origin: Origin) -> Option<Mac> {
        self.macs.at(origin)
    }

    /// The block that the MAC address is in: who else has phones of it, and the models that it is known
    /// for, as far as the targets know it.
    pub fn block(&self) -> Option<OuiRow> {
        self.block
    }

    /// The expansion modules that the phone says it has.
    pub fn modules(&self) -> Option<Modules<'a>> {
        self.modules
    }

    /// What is asked for.
    pub fn file(&self) -> RequestedFile<'a> {
        self.file
    }

    /// What does not agree; empty when everything does.
    pub fn conflicts(&self) -> &[Conflict] {
        self.conflicts.as_slice()
    }

    /// How far all of it can be trusted: as far as the address, or without one the maker. With a conflict
    /// no further than a hint.
    pub fn confidence(&self) -> Option<Confidence> {
        let mac = self.mac.map(|fact| fact.confidence);
        let confidence = mac.or(self.vendor.map(|fact| fact.confidence));
        if self.conflicts().is_empty() {
            confidence
        } else {
            Some(Confidence::Hint)
        }
    }
}

/// A model as a request names it.
#[derive(Clone, Copy, Debug)]
pub struct NamedModel<'a> {
    spelled: &'a str,
    known: Option<ModelMatch<'a>>,
}

impl<'a> NamedModel<'a> {
    /// The name as the table of models has it, and of a model that is not there as the phone spells it:
    /// at most 32 letters, digits, `_`, `-` and `+`.
    pub fn name(&self) -> &'a str {
        self.known.map_or(self.spelled, |known| &*known.row.name)
    }

    /// The row of the model, if there is one.
    pub fn known(&self) -> Option<ModelMatch<'a>> {
        self.known
    }

    fn is_place(&self) -> Option<(usize, usize)> {
        self.known
            .map(|known| (known.target_index, known.model_index))
    }
}

/// A file that is asked for. `Debug` shows its name only if it is a known one: a token may stand there.
#[derive(Clone, Copy)]
pub struct RequestedFile<'a> {
    name: &'a str,
    kind: FileKind,
}

impl<'a> RequestedFile<'a> {
    /// The last part of the path as it was sent.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// What it is.
    pub fn kind(&self) -> FileKind {
        self.kind
    }
}

impl fmt::Debug for RequestedFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RequestedFile");
        if self.kind != FileKind::Other {
            shown.field("name", &self.name);
        }
        shown.field("kind", &self.kind).finish()
    }
}
