//! Function keys: what every target checks of them.

use super::job::{Job, Limit};
use crate::error::{ErrorKind, Path};
use crate::model::{Found, FunctionKey, KeyKind};

/// A key of the profile or the device, with its place in that layer's list.
pub(crate) type Placed<'a> = (Found<&'a FunctionKey>, usize);

impl<'a> Job<'a> {
    /// Path of a key in its layer's list.
    pub(crate) fn key_path(&self, (key, index): &Placed<'_>) -> Path {
        self.layers.key_path(key.layer, self.at, *index)
    }

    /// The keys that the phone has and whose kind can be written; what it cannot do of the others
    /// is reported.
    pub(crate) fn fitting_keys(
        &mut self,
        keys: &[Placed<'a>],
        accounts: u16,
        modules: u8,
        writes: impl Fn(&FunctionKey) -> bool,
    ) -> Vec<Placed<'a>> {
        keys.iter()
            .copied()
            .filter(|key| self.has_place(key, modules) && self.can_be(key, accounts, &writes))
            .collect()
    }

    fn has_place(&mut self, placed: &Placed<'a>, modules: u8) -> bool {
        let (key, _) = placed;
        let path = self.key_path(placed);
        let limit = match key.value.module {
            None => self.model.line_keys,
            Some(_) => positions(&self.model.module_keys).max().or(Some(0)),
        };
        if limit == Some(0) {
            let what = match key.value.module {
                None => "function key",
                Some(_) => "expansion module",
            };
            self.unsupported(key.layer, path, what, Limit::Model, "");
            return false;
        }
        let model_name = self.model_name;
        let beyond = |what, max: i64, found: i64| ErrorKind::OutOfRange {
            what,
            min: 1,
            max,
            found,
            limit: model_name.to_owned(),
        };
        let limit = limit.unwrap_or(u16::MAX);
        if !(1..=limit).contains(&key.value.position) {
            let kind = beyond("a position", limit.into(), key.value.position.into());
            self.beyond(key.layer, path.key("position"), kind);
            return false;
        }
        let Some(module) = key.value.module else {
            return true;
        };
        let most = self.model.modules.unwrap_or(modules.into());
        let attached = u16::from(modules).min(most);
        if attached == 0 {
            let what = "expansion module attached";
            self.unsupported(key.layer, path.key("module"), what, Limit::Model, "");
            return false;
        }
        if !(1..=attached).contains(&module.into()) {
            let kind = beyond("a module", attached.into(), module.into());
            self.beyond(key.layer, path.key("module"), kind);
            return false;
        }
        true
    }

    fn can_be(
        &mut self,
        placed: &Placed<'a>,
        accounts: u16,
        writes: impl Fn(&FunctionKey) -> bool,
    ) -> bool {
        let (key, _) = placed;
        let path = self.key_path(placed);
        if !writes(key.value) {
            let what = format!("key of kind `{}` as yet", key.value.kind.as_str());
            self.unsupported(key.layer, path.key("kind"), what, Limit::Model, "");
            return false;
        }
        if key.value.kind != KeyKind::Line {
            return true;
        }
        if key.value.value.is_some() {
            let what = "value for a key of kind `line`";
            self.unsupported(key.layer, path.key("value"), what, Limit::Model, "");
        }
        // While nobody is logged in, keys wait for the first extension.
        let accounts = accounts.max(1);
        if !(1..=accounts).contains(&key.value.extension.into()) {
            let kind = ErrorKind::OutOfRange {
                what: "an extension",
                min: 1,
                max: accounts.into(),
                found: key.value.extension.into(),
                limit: "the device's extensions".to_owned(),
            };
            self.beyond(key.layer, path.key("extension"), kind);
            return false;
        }
        true
    }
}

/// The positions of inclusive ranges.
pub(crate) fn positions(ranges: &[(u16, u16)]) -> impl Iterator<Item = u16> + '_ {
    ranges.iter().flat_map(|(from, to)| *from..=*to)
}
