//! A phone as lists and its own page show it.

use chrono::{DateTime, Utc};
use phone_provisioning::delivery::admission::WindowState;
use phone_provisioning::inventory::{Phone, PhoneState};
use phone_provisioning::redirection::life;

use super::local_time::{ago, remaining};
use super::picture::Picture;
use crate::server::State;

/// A phone as lists and its own page show it.
pub(super) struct Summary {
    /// Its address as people read it.
    pub(super) mac: String,
    /// The path of its page.
    pub(super) path: String,
    /// Maker and model.
    pub(super) model: String,
    /// What it looks like.
    pub(super) picture: Picture,
    /// What people call it.
    pub(super) description: String,
    /// Whose it is.
    pub(super) organisation: String,
    /// Who uses it.
    pub(super) user: User,
    /// How far it is.
    pub(super) state: Badge,
    /// Whether it may come in for the first time.
    pub(super) window: Badge,
    /// Where it stands with its maker's service.
    pub(super) maker: Badge,
    /// The firmware that it reports.
    pub(super) firmware: String,
    /// When it last came for its files: as a machine reads it, and for people.
    pub(super) last_seen: Option<(String, String)>,
}

/// Who uses a phone.
pub(super) enum User {
    /// Nobody.
    Nobody,
    /// A subscriber: number, and name or nothing.
    Subscriber(String, String),
    /// A base: so many handsets.
    Handsets(usize),
}

/// A short word about a state. The colour only repeats what the word says.
pub(super) struct Badge {
    /// The word.
    pub(super) text: String,
    /// The class of the style sheet.
    pub(super) class: &'static str,
}

impl Badge {
    fn new(class: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { text, class }
    }
}

impl Summary {
    /// Of a phone.
    pub(super) fn of(state: &State, phone: &Phone, now: DateTime<Utc>) -> Self {
        let model = state.targets().model(phone.model()).ok();
        let row = model.as_ref().map(|model| model.row);
        let site = state.inventory.organisation(phone.organisation());
        let name = site.and_then(|organisation| super::organisations::name(organisation.site()));
        let seen = phone.admission().last_admitted();
        Self {
            mac: phone.mac().to_string(),
            path: path(phone),
            model: phone.model().to_owned(),
            picture: Picture::of(row),
            description: phone
                .description()
                .map_or("", |text| text.as_str())
                .to_owned(),
            organisation: name.unwrap_or(phone.organisation().as_str()).to_owned(),
            user: user(state, phone),
            state: badge_of_state(phone.state(now)),
            window: badge_of_window(phone.admission().status(now).window),
            maker: badge_of_maker(phone, now),
            firmware: phone.installed_firmware().unwrap_or("").to_owned(),
            last_seen: seen.map(|seen| (seen.at.to_rfc3339(), ago(now - seen.at))),
        }
    }

    /// Whether what somebody looks for is in it: a part of the address in any spelling, of the
    /// description, the subscriber, the model.
    pub(super) fn matches(state: &State, phone: &Phone, wanted: &str) -> bool {
        let contains = |text: &str| text.to_lowercase().contains(wanted);
        let digits: String = wanted.chars().filter(|c| !":-. ".contains(*c)).collect();
        let is_of_mac = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit());
        let account = phone.subscriber();
        let account = account.and_then(|who| state.account(phone.organisation(), who));
        let name = account.and_then(|account| account.display_name());
        (is_of_mac && phone.mac().plain_lower().to_string().contains(&digits))
            || contains(phone.model())
            || phone
                .description()
                .is_some_and(|text| contains(text.as_str()))
            || phone.subscriber().is_some_and(|who| contains(who.as_str()))
            || name.is_some_and(contains)
    }
}

/// The path of a phone's page.
pub(super) fn path(phone: &Phone) -> String {
    format!("/admin/phones/{}", phone.mac().plain_lower())
}

fn user(state: &State, phone: &Phone) -> User {
    let handsets = state
        .equipment(phone.mac())
        .map_or(0, |known| known.handsets.len());
    match phone.subscriber() {
        _ if handsets > 0 => User::Handsets(handsets),
        None => User::Nobody,
        Some(who) => {
            let account = state.account(phone.organisation(), who);
            let name = account.and_then(|account| account.display_name());
            User::Subscriber(who.to_string(), name.unwrap_or("").to_owned())
        }
    }
}

fn badge_of_state(state: PhoneState) -> Badge {
    match state {
        PhoneState::Listed => Badge::new("", "Listed"),
        PhoneState::Assigned {
            window_is_open: false,
        } => Badge::new("", "Assigned"),
        PhoneState::Assigned {
            window_is_open: true,
        } => Badge::new("warn", "Assigned, may come"),
        PhoneState::Provisioned => Badge::new("good", "Provisioned"),
        PhoneState::Unassigning => Badge::new("warn", "Unassigning"),
        other => Badge::new("", other.to_string()),
    }
}

fn badge_of_window(window: WindowState) -> Badge {
    match window {
        WindowState::Open {
            remaining: time, ..
        } => Badge::new("warn", format!("Open, {}", remaining(time))),
        WindowState::NotYet { .. } => Badge::new("bad", "Not yet: the clock was set back"),
        _ => Badge::new("", "Closed"),
    }
}

fn badge_of_maker(phone: &Phone, now: DateTime<Utc>) -> Badge {
    let registration = phone.registration();
    let diagnosis = registration.diagnose(now, None);
    let class = match (diagnosis.is_suboptimal, diagnosis.cause) {
        (_, Some(_)) => "bad",
        (true, None) => "warn",
        (false, None) => "",
    };
    match registration.state() {
        life::State::Disabled => Badge::new(class, "Disabled"),
        life::State::Active => Badge::new(class, "Active"),
        life::State::Provision => Badge::new(class, "Being registered"),
        life::State::Deprovision => Badge::new(class, "Being removed"),
        other => Badge::new(class, other.to_string()),
    }
}
