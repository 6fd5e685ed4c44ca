//! Phones of every kind, rendered for a zone and read back.

use std::fmt::Write as _;
use std::sync::Arc;

use phone_provisioning::model::{Device, Firmware, Site, TimeZone};
use phone_provisioning::{Notice, Targets};

use super::snom::Base;
use super::tokens::List;
use super::{Clock, snom, yealink};
use crate::support::cfg::Setting;
use crate::support::{self, Model, built, models, site_with, with_firmware};

/// A phone of one kind.
pub struct Phone {
    pub model: &'static str,
    pub firmware: Option<&'static str>,
    pub kind: Kind,
}

/// How its clock is read.
#[derive(Clone, Copy)]
pub enum Kind {
    Yealink(u16),
    Desk(List),
    Dect,
}

pub const T46S: Phone = Phone {
    model: "yealink T46S",
    firmware: None,
    kind: Kind::Yealink(86),
};

pub const T46G: Phone = Phone {
    model: "yealink T46G",
    firmware: Some("28.73.0.50"),
    kind: Kind::Yealink(73),
};

pub const D785: Phone = Phone {
    model: "snom D785",
    firmware: None,
    kind: Kind::Desk(List::V10),
};

pub const D865: Phone = Phone {
    model: "snom D865",
    firmware: None,
    kind: Kind::Desk(List::V10),
};

/// A phone whose newest firmware is 8.9.3.80.
pub const S760: Phone = Phone {
    model: "snom 760",
    firmware: None,
    kind: Kind::Desk(List::V8),
};

/// As the M900, for 20 accounts and not for a thousand.
pub const M400: Phone = Phone {
    model: "snom M400",
    firmware: None,
    kind: Kind::Dect,
};

pub const M900: Phone = Phone {
    model: "snom M900",
    firmware: None,
    kind: Kind::Dect,
};

/// What a phone shows that was told something.
pub enum Reading {
    /// Nobody knows.
    Nothing,
    Clock(Clock),
    /// Believed to be, so the caller must be told in any case.
    Unproven(Clock),
}

impl Kind {
    /// What a phone shows that was told this.
    pub fn read(self, settings: &[Setting]) -> Result<Reading, String> {
        let clock = match self {
            Self::Yealink(generation) => yealink::read(settings, generation)?,
            Self::Desk(list) => snom::read_desk(settings, list)?,
            Self::Dect => match snom::read_dect(settings)? {
                Base::Nothing => None,
                Base::Country(clock) => Some(clock),
                Base::Token(clock) => return Ok(Reading::Unproven(clock)),
            },
        };
        Ok(clock.map_or(Reading::Nothing, Reading::Clock))
    }

    /// Settings that it hangs on.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Yealink(_) => &yealink::NAMES,
            Self::Desk(_) => &snom::DESK_NAMES,
            Self::Dect => &snom::DECT_NAMES,
        }
    }
}

/// What a phone of a site is told, and what the caller is told about the site's zone.
pub struct Told {
    pub settings: Vec<Setting>,
    pub notices: Vec<Notice>,
}

impl Told {
    /// The lines that its clock hangs on.
    pub fn lines(&self, phone: &Phone) -> String {
        let mut lines = String::new();
        for name in phone.kind.names() {
            let mut settings = self.settings.iter().rev();
            if let Some(setting) = settings.find(|setting| setting.name == *name) {
                writeln!(lines, "{name} = {}", setting.value).unwrap();
            }
        }
        lines
    }
}

/// Renders a phone for one site after another.
pub struct Renderer<'t> {
    pub model: Model<'t>,
    pub device: Device,
}

impl<'t> Renderer<'t> {
    pub fn new(phone: &Phone, targets: &'t Targets) -> Self {
        let mut models = models(targets).into_iter();
        let model = models.find(|model| model.name() == phone.model).unwrap();
        let firmware = phone.firmware.map(|version| {
            let scheme = model.target.firmware_scheme();
            Firmware::parse(scheme, version).unwrap()
        });
        let device = built(with_firmware(model.least(), firmware));
        Self { model, device }
    }

    /// All files.
    pub fn bytes(&self, site: Arc<Site>) -> Vec<u8> {
        let rendered = support::render(&site, &self.device);
        let files = rendered.files().iter();
        files.flat_map(|file| file.bytes()).copied().collect()
    }

    pub fn render(&self, site: Arc<Site>) -> Told {
        let rendered = support::render(&site, &self.device);
        let files = rendered.files().iter();
        let about_the_zone = |notice: &&Notice| notice.path().as_str().ends_with("time_zone");
        Told {
            settings: files
                .flat_map(|file| support::read(self.model.target, file.bytes()))
                .collect(),
            notices: rendered
                .notices()
                .iter()
                .filter(about_the_zone)
                .cloned()
                .collect(),
        }
    }
}

/// A site in a zone, with the tones of a country.
pub fn site(zone: TimeZone, tones: Option<&str>) -> Arc<Site> {
    site_with(|site| {
        site.settings.time_zone = Some(zone);
        site.settings.tone_country = tones.map(|country| country.parse().unwrap());
    })
}
