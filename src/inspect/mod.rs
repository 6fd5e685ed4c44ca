//! What a file says, beyond how it is written.
//!
//! | function | question |
//! |---|---|
//! | [`diff`](diff()), [`diff_states`], [`diff_fleets`] | what changes on the phones, by meaning |
//! | [`explain`](explain()) | which fields of a document decide a setting, and by what rule |
//! | [`lint`](lint()) | what is wrong with a file |
//! | [`ProvisioningTarget::import`] | the fleet document that a phone's files come to |
//! | [`target_of`] | which phones a file is for |
//! | [`hide_secrets`], [`is_secret`], [`Shown`] | what of a file may be shown |
//!
//! Everything works on any file, whoever wrote it, and on any target, the caller's own included. No
//! result holds a secret.

mod diff;
mod explain;
mod hide;
mod import;
mod lint;
mod secrets;
mod shown;

use std::sync::Arc;

pub use diff::{
    Change, ChangeKind, DeviceChange, DeviceDiff, Diff, Effects, FleetDiff, StateDiff, Subject,
    diff, diff_fleets, diff_states,
};
pub use explain::{Explanation, Field, Occurrence, Origin, Rule, explain};
pub use hide::hide_secrets;
pub(crate) use import::{
    Draft, Entry, Mark, Sheet, Unknown, ZoneHints, zone_choice, zones_of, zones_where,
};
pub use import::{ImportFile, ImportRequest, Imported, Remark, RemarkKind, SettingPlace};
pub use lint::{LINT_CODES, LintCode, LintFinding, LintRequest, lint};
pub use shown::{Shown, is_secret};

use crate::parse::{File, Format, Setting};
use crate::target::{ProvisioningTarget, Targets};

/// So many settings of a file are looked up.
const SAMPLE: usize = 2_000;

/// The target that a file is for: of those whose files are written so, the one whose dictionary knows
/// most of its names, in the sections where they belong; of several that know equally many the first.
/// `None` when none knows any, as of a list of files.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// use phone_provisioning::inspect::target_of;
/// use phone_provisioning::parse::{self, Limits};
/// use phone_provisioning::target::Targets;
///
/// let targets = Targets::builtin();
/// let file = parse::parse(b"#!version:1.0.0.1\naccount.1.label = Anna\n", &Limits::default());
/// assert_eq!(target_of(&targets, &file).unwrap().id().as_str(), "yealink");
/// ```
pub fn target_of<'t>(
    targets: &'t Targets,
    file: &File<'_>,
) -> Option<&'t Arc<dyn ProvisioningTarget>> {
    let format = match file.format() {
        // What was written as text once, is XML now.
        Format::Text => Format::Xml,
        format => format,
    };
    let mut best = None;
    let mut most = (0, 0);
    for target in targets.iter().filter(|t| t.format() == format) {
        let known = known(&**target, file);
        if known > most {
            most = known;
            best = Some(target);
        }
    }
    best
}

/// How many of a file's settings a target knows, and how many of them stand where they belong.
fn known(target: &dyn ProvisioningTarget, file: &File<'_>) -> (usize, usize) {
    let settings = file.settings().iter().take(SAMPLE);
    settings.fold((0, 0), |(known, at_home), setting| {
        let Some(found) = target.setting(setting.name(), setting.index()) else {
            return (known, at_home);
        };
        let section = section_of(file, setting);
        let is_at_home = !section.is_empty() && found.row.section == section;
        (known + 1, at_home + usize::from(is_at_home))
    })
}

/// The element that a setting stands in, be it the root.
fn section_of<'f>(file: &'f File<'_>, setting: &'f Setting<'_>) -> &'f str {
    match setting.section() {
        "" => file.root().unwrap_or_default(),
        section => section,
    }
}
