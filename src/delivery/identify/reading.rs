//! What each place of a request says, and what follows of all of them.

use std::sync::Arc;

use super::{
    Confidence, Conflict, Fact, Identification, NamedModel, Origin, RequestedFile, Subject,
    certificate,
};
use crate::delivery::RequestFacts;
use crate::model::{Mac, percent_decoded};
use crate::target::index::{FileReading, TargetSet};
use crate::target::targets::AgentReading;
use crate::target::{AgentClaim, FileKind, OuiRow, ProvisioningTarget, Targets};

/// The address that each place has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Macs {
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

    pub(super) fn at(&self, origin: Origin) -> Option<Mac> {
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
pub(super) struct Conflicts {
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

    pub(super) fn as_slice(&self) -> &[Conflict] {
        self.found.get(..self.len).unwrap_or_default()
    }
}

/// What each place of a request says, before it is held against the others.
pub(super) struct Reading<'a> {
    targets: &'a Targets,
    file: FileReading,
    file_name: &'a str,
    is_own_file: bool,
    has_agent: bool,
    agent: AgentReading<'a>,
    macs: Macs,
}

impl<'a> Reading<'a> {
    pub(super) fn new(targets: &'a Targets, facts: &RequestFacts<'a>) -> Self {
        let located = facts.located();
        let (folders, file_name) = match located {
            Some(located) => ("", located.file()),
            None => facts.path().rsplit_once('/').unwrap_or(("", facts.path())),
        };
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
        let parameters = facts.query().into_iter().flat_map(|query| query.split('&'));
        let parameters = parameters.take(PARAMETERS);
        parameters.for_each(|parameter| macs.add(Origin::Query, mac_parameter(parameter)));
        let subject = facts.certificate().unwrap_or_default();
        certificate::macs(subject).for_each(|mac| macs.add(Origin::Certificate, Some(mac)));
        let agent = match facts.user_agent() {
            _ if facts.has_two_user_agents() => AgentReading::Several,
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
            has_agent: facts.user_agent().is_some(),
            agent,
            macs,
        }
    }

    pub(super) fn decide(self) -> Identification<'a> {
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
