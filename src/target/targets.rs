//! The list of targets in use, and the look-up of models.

use std::sync::Arc;

use super::{ModelRow, ProvisioningTarget, TargetId};
use crate::error::{ErrorKind, shortened};
use crate::model::nearest;

/// The targets in use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Targets(Arc<[Arc<dyn ProvisioningTarget>]>);

impl Targets {
    /// The targets that this crate ships and that are compiled in.
    pub fn builtin() -> Self {
        let targets: Vec<Arc<dyn ProvisioningTarget>> = vec![
            #[cfg(feature = "snom")]
            Arc::new(super::snom::SnomDesk::new()),
            #[cfg(feature = "snom")]
            Arc::new(super::snom::SnomDect::new()),
            #[cfg(feature = "yealink")]
            Arc::new(super::yealink::Yealink::new()),
        ];
        Self(targets.into())
    }

    /// These targets.
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
        Self(targets.into_iter().collect())
    }

    /// The targets, one after another.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn ProvisioningTarget>> {
        self.0.iter()
    }

    /// Their names.
    pub fn ids(&self) -> Vec<TargetId> {
        self.0.iter().map(|target| target.id()).collect()
    }

    /// Finds a model by vendor and name: `yealink T46S`. Letter case, blanks, dashes, underscores and
    /// a `SIP-` before the name do not matter.
    ///
    /// # Errors
    /// [`ErrorKind::Unresolved`] with the nearest model that exists.
    pub fn model(&self, spelled: &str) -> Result<ModelMatch<'_>, ErrorKind> {
        let wanted = squeeze(spelled);
        for (target_index, target) in self.0.iter().enumerate() {
            let Some(name) = model_part(&wanted, target.vendor()) else {
                continue;
            };
            let found = target.models().iter().position(|row| is_named(row, name));
            if let Some(model_index) = found {
                let row = &target.models()[model_index];
                return Ok(ModelMatch {
                    target,
                    row,
                    target_index,
                    model_index,
                });
            }
        }
        let canonical: Vec<String> = self
            .0
            .iter()
            .flat_map(|target| target.models().iter().map(|row| full_name(&**target, row)))
            .collect();
        Err(ErrorKind::Unresolved {
            what: "model",
            name: shortened(spelled),
            nearest: nearest(spelled, canonical.iter().map(String::as_str)).map(str::to_owned),
        })
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
    pub(super) target_index: usize,
    pub(super) model_index: usize,
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

/// The letters and digits of a name, in lower case; `+` counts as a letter.
fn squeeze(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, ' ' | '-' | '_'))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
