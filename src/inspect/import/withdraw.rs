//! What the emitter refuses is taken out of the document, until it can be rendered. Importers check what
//! they read; this is for what only the whole of a document shows, such as more than the phone holds.

use super::{Draft, RemarkKind, Unknown};
use crate::error::{Error, ErrorKind, Errors, Path};
use crate::model::{Extension, Handset, Registrar, Settings};

impl Draft<'_> {
    /// Takes out of the document what these errors are about; `false` when that changes nothing.
    pub(super) fn withdraw(&mut self, errors: Errors) -> bool {
        let mut errors = errors.into_vec();
        // Of a list the last entries first, so that the others keep their places.
        errors.sort_by(|one, other| steps(other.path()).cmp(&steps(one.path())));
        errors.dedup_by(|one, other| one.path() == other.path());
        let mut changed = false;
        for error in errors {
            changed |= self.withdraw_one(&error);
        }
        changed
    }

    fn withdraw_one(&mut self, error: &Error) -> bool {
        use Step::{At, Key};
        let steps = steps(error.path());
        let changed = match steps[..] {
            [Key("site"), Key("settings"), Key(key), ..] => {
                let part = match steps.get(3) {
                    Some(Key(part)) => Some(*part),
                    _ => None,
                };
                forget(&mut self.site.settings, key, part)
            }
            [Key("site"), Key("provisioning_url"), ..] => {
                self.site.provisioning_url.take().is_some()
            }
            [
                Key("devices"),
                At(0),
                Key("settings"),
                Key("custom"),
                At(i),
                ..,
            ] => {
                return self.withdraw_custom(i, error);
            }
            [Key("devices"), At(0), Key("token"), ..] => self.token.take().is_some(),
            [Key("devices"), At(0), Key("firmware"), ..] => self.image.take().is_some(),
            [Key("devices"), At(0), Key("modules"), ..] => self.modules.take().is_some(),
            [Key("devices"), At(0), Key("multicell"), ..] => self.multicell.take().is_some(),
            [Key("devices"), At(0), Key("keys"), At(i), ..] => remove(&mut self.keys, i),
            [Key("devices"), At(0), Key("extensions")] => shorten(&mut self.extensions, error),
            [
                Key("devices"),
                At(0),
                Key("extensions"),
                At(i),
                ref rest @ ..,
            ] => {
                let before = self.extensions.len();
                let changed = forget_of_extension(&mut self.extensions, i, rest);
                if self.extensions.len() < before {
                    self.close_gap(|unknown| match unknown {
                        Unknown::Password(j) => behind(i, j).map(Unknown::Password),
                        other => Some(other),
                    });
                }
                changed
            }
            [Key("devices"), At(0), Key("handsets")] => {
                shorten(&mut self.handsets, error) || self.handsets.pop().is_some()
            }
            [
                Key("devices"),
                At(0),
                Key("handsets"),
                At(i),
                Key("extensions"),
                At(j),
                ref rest @ ..,
            ] => {
                let Some(handset) = self.handsets.get_mut(i) else {
                    return false;
                };
                let before = handset.extensions.len();
                let changed = forget_of_extension(&mut handset.extensions, j, rest);
                if handset.extensions.len() < before {
                    self.close_gap(|unknown| match unknown {
                        Unknown::HandsetPassword(own, k) if own == i => {
                            behind(j, k).map(|k| Unknown::HandsetPassword(i, k))
                        }
                        other => Some(other),
                    });
                }
                changed
            }
            [
                Key("devices"),
                At(0),
                Key("handsets"),
                At(i),
                Key("extensions"),
            ] => {
                let handset = self.handsets.get_mut(i);
                handset.is_some_and(|handset| handset.extensions.pop().is_some())
            }
            [Key("devices"), At(0), Key("handsets"), At(i), ref rest @ ..] => {
                let before = self.handsets.len();
                let changed = forget_of_handset(&mut self.handsets, i, rest);
                if self.handsets.len() < before {
                    self.close_gap(|unknown| match unknown {
                        Unknown::HandsetPassword(j, k) => {
                            behind(i, j).map(|j| Unknown::HandsetPassword(j, k))
                        }
                        other => Some(other),
                    });
                }
                changed
            }
            _ => false,
        };
        // Of lists that were cut short.
        let (extensions, handsets) = (&self.extensions, &self.handsets);
        self.unknown.retain(|unknown| match *unknown {
            Unknown::Password(i) => i < extensions.len(),
            Unknown::HandsetPassword(i, j) => {
                let handset = handsets.get(i);
                handset.is_some_and(|handset| j < handset.extensions.len())
            }
            Unknown::Mac | Unknown::Model => true,
        });
        if changed {
            self.remark(
                RemarkKind::Lost,
                error.path().clone(),
                error.kind().to_string(),
            );
        }
        changed
    }

    /// Keeps what is not known of the others where one of a list is gone.
    fn close_gap(&mut self, moved: impl Fn(Unknown) -> Option<Unknown>) {
        let unknown = std::mem::take(&mut self.unknown);
        self.unknown = unknown.into_iter().filter_map(moved).collect();
    }

    /// A raw setting outside of its domain is sent all the same, as the files have it; any other
    /// fault takes it out.
    fn withdraw_custom(&mut self, i: usize, error: &Error) -> bool {
        let Some(setting) = self.custom.get_mut(i) else {
            return false;
        };
        if matches!(error.kind(), ErrorKind::OutsideDomain { .. }) && !setting.unchecked {
            setting.unchecked = true;
            return true;
        }
        self.custom.remove(i);
        // Its remark is the one of that number.
        let mut of_custom = self
            .remarks
            .iter_mut()
            .filter(|remark| remark.kind == RemarkKind::Custom);
        if let Some(remark) = of_custom.nth(i) {
            remark.kind = RemarkKind::Lost;
            remark.path = Path::root();
            remark.message = error.kind().to_string().into();
        }
        true
    }
}

/// The place of an entry when the one at `gone` is gone; nothing when it is that one.
fn behind(gone: usize, place: usize) -> Option<usize> {
    (place != gone).then(|| place - usize::from(place > gone))
}

/// Takes a value out of the settings.
fn forget(settings: &mut Settings, key: &str, part: Option<&str>) -> bool {
    let before = settings.clone();
    let codes = &mut settings.feature_codes;
    match (key, part) {
        ("time_zone", _) => settings.time_zone = None,
        ("language", _) => settings.language = None,
        ("tone_country", _) => settings.tone_country = None,
        ("time_format", _) => settings.time_format = None,
        ("date_format", _) => settings.date_format = None,
        ("ntp_servers", _) => settings.ntp_servers = None,
        ("registrar", Some("expires")) => {
            if let Some(registrar) = &mut settings.registrar {
                registrar.expires = Registrar::new(registrar.host.clone()).expires;
            }
        }
        ("registrar", _) => settings.registrar = None,
        ("outbound_proxy", _) => settings.outbound_proxy = None,
        ("backup_registrar", _) => settings.backup_registrar = None,
        ("codecs", _) => settings.codecs = None,
        ("dtmf", _) => settings.dtmf = None,
        ("admin", _) => settings.admin = None,
        ("user", _) => settings.user = None,
        ("maintenance", _) => settings.maintenance = None,
        ("download", _) => settings.download = None,
        ("logged_out", _) => settings.logged_out = None,
        ("nat", _) => settings.nat = Default::default(),
        ("tls", _) => settings.tls = Default::default(),
        ("language_pack", _) => settings.language_pack = None,
        ("call_waiting", _) => settings.call_waiting = None,
        ("caller_id", _) => settings.caller_id = None,
        ("volumes", _) => settings.volumes = Default::default(),
        ("vlan", _) => settings.vlan = None,
        ("emergency_numbers", _) => settings.emergency_numbers = None,
        ("feature_codes", Some("pickup")) => codes.pickup = None,
        ("feature_codes", Some("group_pickup")) => codes.group_pickup = None,
        ("feature_codes", Some("park")) => codes.park = None,
        ("feature_codes", Some("park_retrieve")) => codes.park_retrieve = None,
        ("feature_codes", Some("dnd_on")) => codes.dnd_on = None,
        ("feature_codes", Some("dnd_off")) => codes.dnd_off = None,
        ("feature_codes", Some("forward_always_on")) => codes.forward_always_on = None,
        ("feature_codes", Some("forward_always_off")) => codes.forward_always_off = None,
        ("feature_codes", Some("forward_busy_on")) => codes.forward_busy_on = None,
        ("feature_codes", Some("forward_busy_off")) => codes.forward_busy_off = None,
        ("feature_codes", Some("forward_no_answer_on")) => codes.forward_no_answer_on = None,
        ("feature_codes", Some("forward_no_answer_off")) => codes.forward_no_answer_off = None,
        ("feature_codes", Some("voicemail")) => codes.voicemail = None,
        ("feature_codes", Some("login")) => codes.login = None,
        ("ring_tones", _) => settings.ring_tones = Default::default(),
        ("ldap", _) => settings.ldap = None,
        ("phonebook", _) => settings.phonebook = None,
        ("resync", _) => settings.resync = Default::default(),
        _ => {}
    }
    *settings != before
}

/// Takes a value out of an extension; one without which it is none takes the extension with it.
fn forget_of_extension(extensions: &mut Vec<Extension>, i: usize, rest: &[Step<'_>]) -> bool {
    let Some(extension) = extensions.get_mut(i) else {
        return false;
    };
    let before = extension.clone();
    match rest.first() {
        Some(Step::Key("display_name")) => extension.display_name = None,
        Some(Step::Key("auth_username")) => extension.auth_username = None,
        Some(Step::Key("label")) => extension.label = None,
        Some(Step::Key("voicemail")) => extension.voicemail = None,
        Some(Step::Key("registrar")) => extension.registrar = None,
        Some(Step::Key("outbound_proxy")) => extension.outbound_proxy = None,
        Some(Step::Key("codecs")) => extension.codecs = None,
        Some(Step::Key("dtmf")) => extension.dtmf = None,
        Some(Step::Key("ring_tones")) => extension.ring_tones = Default::default(),
        Some(Step::Key("forward")) => extension.forward = Default::default(),
        Some(Step::Key("dnd")) => extension.dnd = None,
        Some(Step::Key("call_waiting")) => extension.call_waiting = None,
        Some(Step::Key("auto_answer")) => extension.auto_answer = None,
        _ => {}
    }
    extensions.get(i) != Some(&before) || remove(extensions, i)
}

/// Takes a value out of a handset; one without which it is none takes the handset with it.
fn forget_of_handset(handsets: &mut Vec<Handset>, i: usize, rest: &[Step<'_>]) -> bool {
    let Some(handset) = handsets.get_mut(i) else {
        return false;
    };
    let before = handset.clone();
    match rest.first() {
        Some(Step::Key("name")) => handset.name = None,
        Some(Step::Key("ipei")) => handset.binding = Default::default(),
        Some(Step::Key("access_code")) => handset.access_code = None,
        Some(Step::Key("model")) => (handset.model, handset.firmware) = (None, None),
        Some(Step::Key("firmware")) => handset.firmware = None,
        _ => {}
    }
    handsets.get(i) != Some(&before) || remove(handsets, i)
}

fn remove<T>(list: &mut Vec<T>, i: usize) -> bool {
    let is_there = i < list.len();
    if is_there {
        list.remove(i);
    }
    is_there
}

/// Cuts a list to what the phone holds.
fn shorten<T>(list: &mut Vec<T>, error: &Error) -> bool {
    let before = list.len();
    if let ErrorKind::TooMany { limit, .. } = error.kind() {
        list.truncate(*limit);
    }
    list.len() < before
}

/// One step of a path.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Step<'p> {
    At(usize),
    Key(&'p str),
}

/// The steps of a path. Keys that are quoted there are of no table that is looked at here.
fn steps(path: &Path) -> Vec<Step<'_>> {
    let pieces = path.as_str().split(['.', '[']);
    pieces
        .map(|piece| match piece.strip_suffix(']') {
            Some(index) => index.parse().map_or(Step::Key(index), Step::At),
            None => Step::Key(piece),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_behind_a_gap_moves_up() {
        assert_eq!(
            [0, 1, 2, 3].map(|place| behind(1, place)),
            [Some(0), None, Some(1), Some(2)]
        );
    }

    #[test]
    fn a_path_is_taken_apart() {
        let path = Path::root().key("devices").index(0).key("keys").index(12);
        assert_eq!(
            steps(&path.key("value")),
            [
                Step::Key("devices"),
                Step::At(0),
                Step::Key("keys"),
                Step::At(12),
                Step::Key("value"),
            ]
        );
    }
}
