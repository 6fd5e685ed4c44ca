//! What both dialects check of the caller's raw settings.

use super::super::custom::Custom;
use super::super::job::{Job, Limit};
use super::super::{LintRow, LintRule, Scope, SettingRow};
use crate::error::ErrorKind;

/// Why a known raw setting cannot be sent as it stands, and which of its keys is at fault.
///
/// `facts` name the settings of which an empty value does harm; `indices` are those that the phone
/// has, where that is known.
pub(super) fn misfit(
    job: &Job<'_>,
    raw: &Custom<'_>,
    row: &SettingRow,
    facts: &[LintRow],
    indices: Option<(u16, u16)>,
) -> Option<(&'static str, ErrorKind)> {
    if raw.setting.unchecked {
        return None;
    }
    let name = row.name;
    let conflict = |text: String| ErrorKind::Conflict(text.into());
    let harms = |fact: &LintRow| fact.rule == LintRule::NeverEmpty && fact.name == name;
    if raw.value().is_none() && facts.iter().any(harms) {
        let text = format!(
            "`{name}` must not be sent empty: leave it out, or set `unchecked` to send it all the same"
        );
        return Some((raw.sent.key, conflict(text)));
    }
    let kind = match (row.scope == Scope::Phone, raw.setting.index, indices) {
        (true, Some(_), _) => conflict(format!("`{name}` takes no index")),
        (false, None, _) => conflict(format!("`{name}` takes an index")),
        (false, Some(index), Some((min, max))) if !(min..=max).contains(&index) => {
            ErrorKind::OutOfRange {
                what: "an index",
                min: min.into(),
                max: max.into(),
                found: index.into(),
                limit: job.limit(Limit::Model),
            }
        }
        _ => return None,
    };
    Some(("index", kind))
}
