//! Layers of settings above one another: every value is found together with the layer that gave it.

use super::{CustomSetting, FunctionKey, Profile, Settings, Site};
use crate::error::Path;

/// Which layer a value comes from, in ascending order: what a higher layer says wins.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[allow(clippy::exhaustive_enums, reason = "the layers of the fleet document")]
pub enum Layer {
    /// What the target does when nobody says anything.
    Default,
    /// The site.
    Site,
    /// The device's profile.
    Profile,
    /// The device itself.
    Device,
    /// The extension, handset or key.
    Extension,
}

impl Layer {
    /// Whether the value was set for this phone itself rather than inherited: what the phone cannot
    /// do is then an error in strict handling, not a notice.
    pub fn is_own(self) -> bool {
        matches!(self, Self::Device | Self::Extension)
    }
}

/// A value and the layer that gave it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "a pair")]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// The layer.
    pub layer: Layer,
}

/// The settings of one device: site, profile and device above one another.
///
/// ```
/// use phone_provisioning::model::{Layer, Layers, Settings, Site};
///
/// let mut settings = Settings::default();
/// settings.language = Some("de".parse()?);
/// let site = Site::new("Example".parse()?, settings);
/// let mut own = Settings::default();
/// own.language = Some("fr".parse()?);
///
/// let layers = Layers::new(&site, None, &own);
/// let language = layers.find(|s| s.language.as_ref()).unwrap();
/// assert_eq!(language.value.as_str(), "fr");
/// assert_eq!(language.layer, Layer::Device);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a> {
    site: &'a Site,
    profile: Option<(&'a str, &'a Profile)>,
    device: &'a Settings,
}

impl<'a> Layers<'a> {
    /// The layers of a device. A profile that the site does not have counts as none; whether it
    /// must be there is checked where the device is.
    pub fn new(site: &'a Site, profile: Option<&'a str>, device: &'a Settings) -> Self {
        let profile = profile.and_then(|name| Some((name, site.profiles.get(name)?)));
        Self {
            site,
            profile,
            device,
        }
    }

    /// The site: the lowest layer.
    pub fn site(&self) -> &'a Site {
        self.site
    }

    /// The value of the highest layer that has it; `None` when no layer has, so that the target's own
    /// default holds.
    pub fn find<T>(&self, get: impl Fn(&'a Settings) -> Option<T>) -> Option<Found<T>> {
        get(self.device)
            .map(|value| Found {
                value,
                layer: Layer::Device,
            })
            .or_else(|| {
                let (_, profile) = self.profile?;
                Some(Found {
                    value: get(&profile.settings)?,
                    layer: Layer::Profile,
                })
            })
            .or_else(|| {
                Some(Found {
                    value: get(&self.site.settings)?,
                    layer: Layer::Site,
                })
            })
    }

    /// Path of a value of the settings, for a device at `device`: the layer's own place in the
    /// document. The key of a field of a table is dotted: `registrar.host`.
    pub fn path(&self, layer: Layer, device: &Path, key: &str) -> Path {
        let settings = match (layer, self.profile) {
            (Layer::Default, _) => return Path::root().key("default").key(key),
            (Layer::Profile, Some((name, _))) => Path::root().key("profiles").key(name),
            (Layer::Site | Layer::Profile, _) => Path::root().key("site"),
            (Layer::Device | Layer::Extension, _) => device.clone(),
        };
        // A dotted key names a field of a table.
        key.split('.')
            .fold(settings.key("settings"), |path, part| path.key(part))
    }

    /// The layers in words, for a value that none of them has.
    pub fn looked_at(&self, device: &Path) -> String {
        let mut layers = format!("{}, ", device.key("settings"));
        if let Some((name, _)) = self.profile {
            layers += &format!(
                "{}, ",
                Path::root().key("profiles").key(name).key("settings")
            );
        }
        layers + "site.settings"
    }

    /// The raw settings of all layers that are for this phone, a later layer's at the same place
    /// replacing the earlier, each with its layer and its place in that layer's list.
    pub fn custom(
        &self,
        is_for: impl Fn(&CustomSetting) -> bool,
    ) -> Vec<(Found<&'a CustomSetting>, usize)> {
        let layers = [
            (Layer::Site, Some(&self.site.settings)),
            (
                Layer::Profile,
                self.profile.map(|(_, profile)| &profile.settings),
            ),
            (Layer::Device, Some(self.device)),
        ];
        let mut joined: Vec<(Found<&'a CustomSetting>, usize)> = Vec::new();
        for (layer, settings) in layers {
            for (index, value) in settings.iter().flat_map(|s| s.custom.iter().enumerate()) {
                if is_for(value) {
                    joined.retain(|(earlier, _)| !earlier.value.same_place(value));
                    joined.push((Found { value, layer }, index));
                }
            }
        }
        joined
    }

    /// The keys of the profile and the device, the device's at the same place replacing the
    /// profile's, each with its layer and its place in that layer's list.
    pub fn keys(&self, device: &'a [FunctionKey]) -> Vec<(Found<&'a FunctionKey>, usize)> {
        let profile = self
            .profile
            .iter()
            .flat_map(|(_, profile)| profile.keys.iter().enumerate());
        let inherited = profile
            .filter(|(_, key)| !device.iter().any(|own| own.same_place(key)))
            .map(|(index, value)| {
                (
                    Found {
                        value,
                        layer: Layer::Profile,
                    },
                    index,
                )
            });
        let own = device.iter().enumerate().map(|(index, value)| {
            (
                Found {
                    value,
                    layer: Layer::Device,
                },
                index,
            )
        });
        inherited.chain(own).collect()
    }

    /// Path of a key in its layer's list.
    pub fn key_path(&self, layer: Layer, device: &Path, index: usize) -> Path {
        match (layer, self.profile) {
            (Layer::Profile, Some((name, _))) => Path::root()
                .key("profiles")
                .key(name)
                .key("keys")
                .index(index),
            _ => device.key("keys").index(index),
        }
    }
}
