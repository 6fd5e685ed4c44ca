//! Who sent a request, and what is asked for ([`identify`]).

mod certificate;
mod fact;

use std::fmt;
use std::sync::Arc;

pub use fact::{Confidence, Conflict, Fact, Origin, Subject};

use super::request::RequestFacts;
use crate::model::{Firmware, Mac, percent_decoded};
use crate::target::index::{FileReading, TargetSet};
use crate::target::targets::AgentReading;
use crate::target::{
    AgentClaim, FileKind, ModelMatch, Modules, OuiRow, ProvisioningTarget, Targets,
};

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
/// let facts = RequestFacts::new("/p/snomD785-000413922D24.htm").user_agent(agent);
/// let phone = identify(&targets, &facts);
/// let mac = phone.mac().unwrap();
/// assert_eq!(mac.value.to_string(), "00:04:13:92:2d:24");
/// assert_eq!(mac.confidence, Confidence::Agreed);
/// assert_eq!(phone.model().unwrap().value.name(), "D785");
/// assert_eq!(phone.firmware().unwrap().value.to_string(), "10.1.33.33");
/// assert_eq!(phone.modules().unwrap().total(), 1);
/// assert_eq!(phone.file().kind(), FileKind::Device);
///
/// let phone = identify(&targets, &RequestFacts::new("/p/000413922D25.xml").user_agent(agent));
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

/// The address that each place has.
#[derive(Clone, Copy, Debug, Default)]
struct Macs {
    /// By origin.
    found: [Option<Mac>; 4],
    /// Whether a place has two that differ.
    ambiguous: [bool; 4],
}

impl Macs {
    fn add(&mut self, origin: Origin, mac: Option<Mac>) {
        let (Some(mac), at) = (mac, origin as usize) else {
            return;
        };
        match self.found[at] {
            Some(other) if other != mac => self.ambiguous[at] = true,
            _ => self.found[at] = Some(mac),
        }
    }

    fn at(&self, origin: Origin) -> Option<Mac> {
        let at = origin as usize;
        let is_clear = self.ambiguous.get(at) == Some(&false);
        self.found.get(at).copied().flatten().filter(|_| is_clear)
    }

    /// The one address, or the places that differ.
    fn decide(&self) -> Result<Option<Fact<Mac>>, Conflict> {
        let places = || {
            let of_mac = Origin::ALL.into_iter().zip(self.found);
            of_mac.filter_map(|(origin, mac)| Some((origin, mac?)))
        };
        let Some((origin, mac)) = places().next() else {
            return Ok(None);
        };
        if self.ambiguous.contains(&true) || places().any(|(_, other)| other != mac) {
            let origins = places().map(|(origin, _)| origin);
            return Err(Conflict::new(Subject::Mac, origins));
        }
        let confidence = match (origin, places().count()) {
            (Origin::Certificate, _) => Confidence::Certified,
            (_, 1) => Confidence::Claimed,
            _ => Confidence::Agreed,
        };
        Ok(Some(Fact::new(mac, origin, confidence)))
    }
}

/// At most one of each subject.
#[derive(Clone, Copy, Debug)]
struct Conflicts {
    found: [Conflict; 3],
    len: usize,
}

impl Conflicts {
    fn new() -> Self {
        let unused = Conflict::new(Subject::Mac, []);
        Self {
            found: [unused; 3],
            len: 0,
        }
    }

    fn push(&mut self, conflict: Conflict) {
        if let Some(place) = self.found.get_mut(self.len) {
            *place = conflict;
            self.len += 1;
        }
    }

    fn as_slice(&self) -> &[Conflict] {
        self.found.get(..self.len).unwrap_or_default()
    }
}

/// What each place of a request says, before it is held against the others.
struct Reading<'a> {
    targets: &'a Targets,
    file: FileReading,
    file_name: &'a str,
    is_own_file: bool,
    has_agent: bool,
    agent: AgentReading<'a>,
    macs: Macs,
}

impl<'a> Reading<'a> {
    fn new(targets: &'a Targets, facts: &RequestFacts<'a>) -> Self {
        let located = facts.location();
        let (folders, last) = facts.path().rsplit_once('/').unwrap_or(("", facts.path()));
        let file_name = located.map_or(last, |located| located.file());
        let file = targets.index().read_file(file_name);

        let mut macs = Macs::default();
        macs.add(Origin::Path, file.mac);
        macs.ambiguous[Origin::Path as usize] |= file.has_two_macs;
        match located {
            Some(located) => macs.add(Origin::Path, located.mac()),
            None if file.mac.is_none() => {
                let folder = folders.rsplit('/').take(FOLDERS).find_map(|folder| {
                    let mac = Mac::from_word(folder.as_bytes())?;
                    targets.index().block(mac).map(|_| mac)
                });
                macs.add(Origin::Path, folder);
            }
            None => {}
        }
        let parameters = facts
            .query()
            .unwrap_or_default()
            .split('&')
            .take(PARAMETERS);
        parameters.for_each(|parameter| macs.add(Origin::Query, mac_parameter(parameter)));
        let subject = facts.certificate_subject().unwrap_or_default();
        certificate::macs(subject).for_each(|mac| macs.add(Origin::Certificate, Some(mac)));
        let agent = match facts.agent() {
            _ if facts.has_two_agents() => AgentReading::Several,
            Some(agent) => targets.agent(agent),
            None => AgentReading::Unknown,
        };
        if let AgentReading::One(_, claim) = agent {
            macs.add(Origin::UserAgent, claim.mac);
        }
        Self {
            targets,
            file,
            file_name,
            is_own_file: located.is_some_and(|located| located.is_own_file()),
            has_agent: facts.agent().is_some(),
            agent,
            macs,
        }
    }

    fn decide(self) -> Identification<'a> {
        let mut conflicts = Conflicts::new();
        let mac = self.macs.decide().unwrap_or_else(|conflict| {
            conflicts.push(conflict);
            None
        });
        let block = mac.and_then(|mac| self.targets.index().block(mac.value));
        let vendor = self.vendor(block.map(|block| (block.row, block.targets)));
        let vendor = vendor.unwrap_or_else(|conflict| {
            conflicts.push(conflict);
            None
        });
        // Of a block for no model in particular the maker follows, and no more.
        let of_models = block.filter(|block| !block.row.models.is_empty());
        let of_models = of_models.map(|block| block.targets);
        let target = vendor.and_then(|vendor| self.target(&vendor, of_models));
        let claim = match (self.agent, vendor) {
            (AgentReading::One(_, claim), Some(_)) => claim,
            _ => AgentClaim::new(),
        };
        let model = vendor.map_or(Ok(None), |_| self.model(&claim));
        let model = model.unwrap_or_else(|conflict| {
            conflicts.push(conflict);
            None
        });
        let claimed = |firmware| Fact::new(firmware, Origin::UserAgent, Confidence::Claimed);
        Identification {
            vendor,
            target,
            model,
            firmware: claim.firmware.map(claimed),
            mac,
            block: block.map(|block| block.row),
            modules: claim.modules,
            file: RequestedFile {
                name: self.file_name,
                kind: match self.file.kind {
                    FileKind::Other | FileKind::Folder if self.is_own_file => FileKind::Device,
                    kind => kind,
                },
            },
            macs: self.macs,
            conflicts,
        }
    }

    /// The maker, or the places that name different ones.
    fn vendor(
        &self,
        block: Option<(OuiRow, TargetSet)>,
    ) -> Result<Option<Fact<&'a str>>, Conflict> {
        let index = self.targets.index();
        let agent = match self.agent {
            AgentReading::One(target, _) => index.maker(target),
            AgentReading::Several => {
                return Err(Conflict::new(Subject::Vendor, [Origin::UserAgent]));
            }
            AgentReading::Unknown => None,
        };
        let file = index.maker_of(self.file.targets);
        let (file, file_hint) = match self.file.is_telling {
            true => (file, None),
            false => (None, file),
        };
        // Of a part of a block that is known for another maker's phones alone nothing follows, nor of a
        // shared one when the phone says that it is neither.
        let is_shared = block.is_some_and(|(row, _)| !row.shared_with.is_empty());
        let of_others =
            |(row, _): &(OuiRow, _)| is_shared && row.prefix.len() > 3 && row.models.is_empty();
        let is_foreign = block.as_ref().is_some_and(of_others);
        let is_other = self.has_agent && agent.is_none();
        let is_clear = !is_shared || !(is_foreign || is_other || agent.or(file).is_some());
        let block = block.and_then(|(_, targets)| index.maker_of(targets));
        let block = block.filter(|_| is_clear);
        let said = [
            (Origin::UserAgent, agent),
            (Origin::Path, file),
            (Origin::Block, block),
        ];
        let said = || {
            said.iter()
                .filter_map(|&(origin, maker)| Some((origin, maker?)))
        };
        let name = |maker| Some(self.targets.get(maker)?.vendor());
        let fact = |maker, origin, confidence| {
            let fact = |name| Fact::new(name, origin, confidence);
            Ok(name(maker).map(fact))
        };
        let Some((origin, maker)) = said().next() else {
            let hint = file_hint.filter(|_| !self.has_agent && !is_foreign);
            return hint.map_or(Ok(None), |maker| {
                fact(maker, Origin::Path, Confidence::Hint)
            });
        };
        if said().any(|(_, other)| other != maker) {
            let origins = said().map(|(origin, _)| origin);
            return Err(Conflict::new(Subject::Vendor, origins));
        }
        let confidence = match (origin, said().count()) {
            (Origin::Block, _) => Confidence::Hint,
            (_, 1) => Confidence::Claimed,
            _ => Confidence::Agreed,
        };
        fact(maker, origin, confidence)
    }

    /// The target among those of the maker.
    fn target(
        &self,
        vendor: &Fact<&'a str>,
        block: Option<TargetSet>,
    ) -> Option<Fact<&'a Arc<dyn ProvisioningTarget>>> {
        let fact = |at, origin, confidence| {
            let target = self.targets.get(at)?;
            (target.vendor() == vendor.value).then(|| Fact::new(target, origin, confidence))
        };
        if let AgentReading::One(at, _) = self.agent {
            return fact(at, Origin::UserAgent, vendor.confidence);
        }
        if let Some(at) = self.file.targets.single() {
            return fact(at, Origin::Path, vendor.confidence);
        }
        let of_vendor = self.targets.iter().enumerate();
        let mut of_vendor = of_vendor.filter(|(_, target)| target.vendor() == vendor.value);
        if let (Some((only, _)), None) = (of_vendor.next(), of_vendor.next()) {
            return fact(only, vendor.origin, vendor.confidence);
        }
        let of_block = block.and_then(TargetSet::single)?;
        fact(of_block, Origin::Block, Confidence::Hint)
    }

    /// The model, or the places that name different ones.
    fn model(&self, claim: &AgentClaim<'a>) -> Result<Option<Fact<NamedModel<'a>>>, Conflict> {
        let of_agent = match (self.agent, claim.model) {
            (AgentReading::One(target, _), Some(spelled)) => Some(NamedModel {
                spelled,
                known: self.targets.model_of(target, spelled),
            }),
            _ => None,
        };
        let of_file = self.file.model.and_then(|(target, model)| {
            let known = self.targets.at(target, model)?;
            let model = NamedModel {
                spelled: &known.row.name,
                known: Some(known),
            };
            let is_hint = self.file.kind == FileKind::Common && known.target.shares_common_files();
            Some((model, is_hint))
        });
        let fact = |model, origin, confidence| Ok(Some(Fact::new(model, origin, confidence)));
        match (of_agent, of_file) {
            (None, None) => Ok(None),
            (None, Some((model, true))) => fact(model, Origin::Path, Confidence::Hint),
            (None, Some((model, false))) => fact(model, Origin::Path, Confidence::Claimed),
            (Some(model), Some((other, _))) if model.is_place() == other.is_place() => {
                fact(model, Origin::UserAgent, Confidence::Agreed)
            }
            (Some(_), Some((_, false))) => {
                let origins = [Origin::UserAgent, Origin::Path];
                Err(Conflict::new(Subject::Model, origins))
            }
            (Some(model), _) => fact(model, Origin::UserAgent, Confidence::Claimed),
        }
    }
}

/// So many folders are looked at for an address, from the last on.
const FOLDERS: usize = 16;

/// So many parameters of a query are looked at.
const PARAMETERS: usize = 16;

/// The address in a parameter `mac=…`, colons perhaps in percent-encoding.
fn mac_parameter(parameter: &str) -> Option<Mac> {
    let (name, value) = parameter.split_once('=')?;
    if !name.eq_ignore_ascii_case("mac") {
        return None;
    }
    let mut buffer = [0; 17];
    let mut len = 0;
    for byte in percent_decoded(value) {
        *buffer.get_mut(len)? = byte.ok()?;
        len += 1;
    }
    Mac::from_word(&buffer[..len])
}
