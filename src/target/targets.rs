//! The list of targets in use, and the look-up of models.

use std::slice;
use std::sync::{Arc, LazyLock};

use super::agent::{AgentClaim, AgentWords};
use super::index::{Index, squeeze, squeezed};
use super::{ModelRow, ProvisioningTarget, TargetId};
use crate::error::{ErrorKind, shortened};
use crate::model::nearest;

/// The targets in use, in order. Cheap to clone.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// use phone_provisioning::Targets;
///
/// let targets = Targets::builtin();
/// let found = targets.model("Yealink SIP-T46S").unwrap();
/// assert_eq!(found.canonical(), "yealink T46S");
/// assert_eq!(found.row.accounts, Some(16));
/// let unknown = targets.model("yealink T46Z").unwrap_err();
/// assert!(unknown.to_string().starts_with("no model `yealink T46Z`"));
/// ```
#[derive(Clone, Debug)]
pub struct Targets(Arc<Registry>);

#[derive(Debug)]
struct Registry {
    list: Box<[Arc<dyn ProvisioningTarget>]>,
    index: Index,
}

impl Targets {
    /// The targets that this crate ships and that are compiled in. Made once: the same are given out again.
    pub fn builtin() -> Self {
        static BUILTIN: LazyLock<Targets> = LazyLock::new(|| {
            let targets: Vec<Arc<dyn ProvisioningTarget>> = vec![
                #[cfg(feature = "snom")]
                Arc::new(super::snom::SnomDesk::new()),
                #[cfg(feature = "snom")]
                Arc::new(super::snom::SnomDect::new()),
                #[cfg(feature = "yealink")]
                Arc::new(super::yealink::Yealink::new()),
            ];
            Targets::new(targets)
        });
        BUILTIN.clone()
    }

    /// These targets. No two have the same [id](ProvisioningTarget::id); of two that have a model of one
    /// name the first makes its files.
    ///
    #[cfg_attr(feature = "yealink", doc = "```")]
    #[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
    /// use std::sync::Arc;
    /// use phone_provisioning::target::{Targets, yealink::Yealink};
    ///
    /// let targets = Targets::new([Arc::new(Yealink::new().boot_file(true)) as Arc<_>]);
    /// assert!(targets.model("yealink SIP-T46S").is_ok());
    /// ```
    pub fn new(targets: impl IntoIterator<Item = Arc<dyn ProvisioningTarget>>) -> Self {
        let list: Box<[_]> = targets.into_iter().collect();
        let index = Index::new(&list);
        Self(Arc::new(Registry { list, index }))
    }

    /// The same and one more, behind them.
    ///
    /// ```
    /// # #[cfg(feature = "templates")] {
    /// use phone_provisioning::target::{ModelRow, Targets, template::TemplateTarget};
    ///
    /// let acme = TemplateTarget::builder("acme-desk", "acme").model(ModelRow::new("X1"));
    /// # let acme = acme.file(phone_provisioning::target::template::FileTemplate::new(
    /// #     "{{mac}}.txt", phone_provisioning::target::template::Format::Text, "{{mac}}\n"));
    /// let targets = Targets::builtin().with(acme.build()?);
    /// assert!(targets.model("Acme X1").is_ok());
    /// # }
    /// # Ok::<(), phone_provisioning::Errors>(())
    /// ```
    #[must_use]
    pub fn with(&self, target: impl ProvisioningTarget) -> Self {
        let target: Arc<dyn ProvisioningTarget> = Arc::new(target);
        Self::new(self.iter().cloned().chain([target]))
    }

    /// The targets, one after another.
    pub fn iter(&self) -> slice::Iter<'_, Arc<dyn ProvisioningTarget>> {
        self.0.list.iter()
    }

    /// Their names.
    pub fn ids(&self) -> Vec<TargetId> {
        self.iter().map(|target| target.id()).collect()
    }

    /// Finds a model by vendor and name: `yealink T46S`. Letter case, blanks, dashes, underscores and
    /// a `SIP-` before the name do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::Unresolved`] with the nearest model that exists.
    pub fn model(&self, spelled: &str) -> Result<ModelMatch<'_>, ErrorKind> {
        let wanted = squeeze(spelled);
        for (target_index, target) in self.iter().enumerate() {
            let name = model_part(&wanted, target.vendor());
            let found = name.and_then(|name| self.0.index.model(target_index, name.as_bytes()));
            if let Some(found) = found.and_then(|at| self.at(target_index, at)) {
                return Ok(found);
            }
        }
        let canonical: Vec<String> = self
            .iter()
            .flat_map(|target| target.models().iter().map(|row| full_name(&**target, row)))
            .collect();
        Err(ErrorKind::Unresolved {
            what: "model",
            name: shortened(spelled),
            nearest: nearest(spelled, canonical.iter().map(String::as_str)).map(str::to_owned),
        })
    }

    /// What a User-Agent says, and whose phone it is, if it is one of a target in use and of no other
    /// maker's too. Of a header beyond 512 bytes the first whole words are read.
    ///
    #[cfg_attr(feature = "yealink", doc = "```")]
    #[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
    /// use phone_provisioning::Targets;
    ///
    /// let targets = Targets::builtin();
    /// let (target, claim) = targets.read_agent(b"Yealink SIP-T46G 28.72.0.1").unwrap();
    /// assert_eq!((target.vendor(), claim.model), ("yealink", Some("T46G")));
    /// assert!(targets.read_agent(b"curl/8.14.1").is_none());
    /// ```
    pub fn read_agent<'a>(
        &'a self,
        agent: &'a [u8],
    ) -> Option<(&'a Arc<dyn ProvisioningTarget>, AgentClaim<'a>)> {
        match self.agent(agent) {
            AgentReading::One(at, claim) => Some((self.get(at)?, claim)),
            AgentReading::Unknown | AgentReading::Several => None,
        }
    }

    /// The same, with the place of the target in the list.
    pub(crate) fn agent<'a>(&self, agent: &'a [u8]) -> AgentReading<'a> {
        let agent = AgentWords::new(agent);
        let targets = self.iter().enumerate();
        let mut claims = targets.filter_map(|(at, target)| Some((at, target.read_agent(&agent)?)));
        let Some((at, claim)) = claims.next() else {
            return AgentReading::Unknown;
        };
        let maker = self.0.index.maker(at);
        match claims.any(|(other, _)| self.0.index.maker(other) != maker) {
            true => AgentReading::Several,
            false => AgentReading::One(at, claim),
        }
    }

    /// The model of a target that a phone spells so, without its maker.
    pub(crate) fn model_of(&self, target: usize, spelled: &str) -> Option<ModelMatch<'_>> {
        let mut buffer = [0; AgentClaim::MAX_MODEL_LEN];
        let name = squeezed(spelled, &mut buffer)?;
        self.at(target, self.0.index.model(target, name)?)
    }

    pub(crate) fn index(&self) -> &Index {
        &self.0.index
    }

    pub(crate) fn get(&self, target: usize) -> Option<&Arc<dyn ProvisioningTarget>> {
        self.0.list.get(target)
    }

    /// A model by its place.
    pub(crate) fn at(&self, target_index: usize, model_index: usize) -> Option<ModelMatch<'_>> {
        let target = self.get(target_index)?;
        Some(ModelMatch {
            target,
            row: target.models().get(model_index)?,
            target_index,
            model_index,
        })
    }
}

/// Whose User-Agent one is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AgentReading<'a> {
    /// Of the target at this place.
    One(usize, AgentClaim<'a>),
    /// Of the phones of more than one maker.
    Several,
    Unknown,
}

impl<'a> IntoIterator for &'a Targets {
    type Item = &'a Arc<dyn ProvisioningTarget>;
    type IntoIter = slice::Iter<'a, Arc<dyn ProvisioningTarget>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A model that was found, with its target.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ModelMatch<'a> {
    /// The target.
    pub target: &'a Arc<dyn ProvisioningTarget>,
    /// The model's row.
    pub row: &'a ModelRow,
    pub(crate) target_index: usize,
    pub(crate) model_index: usize,
}

impl ModelMatch<'_> {
    /// The one spelling that everything else is compared with: `yealink T46S`.
    pub fn canonical(&self) -> String {
        full_name(&**self.target, self.row)
    }
}

fn full_name(target: &dyn ProvisioningTarget, row: &ModelRow) -> String {
    format!("{} {}", target.vendor(), row.name)
}

/// Whether a model spelled with its vendor is the one of this row.
pub(super) fn names_model(spelled: &str, vendor: &str, row: &ModelRow) -> bool {
    let squeezed = squeeze(spelled);
    model_part(&squeezed, vendor).is_some_and(|name| is_named(row, name))
}

/// What follows the vendor, without the `SIP-` that some print before a model.
fn model_part<'s>(squeezed: &'s str, vendor: &str) -> Option<&'s str> {
    let name = squeezed.strip_prefix(vendor)?;
    Some(name.strip_prefix("sip").unwrap_or(name))
}

fn is_named(row: &ModelRow, squeezed: &str) -> bool {
    squeeze(&row.name) == squeezed || row.other_names.iter().any(|o| squeeze(o) == squeezed)
}
