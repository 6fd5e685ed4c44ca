//! Handsets of a base: the slots, the accounts that ring and dial there, what is pushed to all.

use std::collections::BTreeMap;

use super::super::job::Limit;
use super::super::view::{Account, AccountAt};
use super::clock;
use super::firmware::handset_row;
use super::tables::{self, names as n};
use super::writer::{PHONE, Writer};
use crate::error::{ErrorKind, Path, shortened};
use crate::model::{Device, Handset, HandsetBinding, Layer, TimeFormat};

/// On a base the account of a phone that nobody uses has no place: every slot is somebody's.
pub(super) fn nobody<'a>(w: &mut Writer<'_, 'a>, accounts: &mut Vec<Account<'a>>) {
    if !w.job.model.is("dect") {
        return;
    }
    accounts.retain(|account| !matches!(account.at, AccountAt::LoggedOut(_)));
    if let Some(found) = w.job.find(|s| s.logged_out.as_ref()) {
        let path = w.job.path(found.layer, "logged_out");
        let what = "account of a phone that nobody uses";
        w.job.unsupported(found.layer, path, what, Limit::Model, "");
    }
}

/// The accounts with their numbers. They count on, but on a manager of many bases an account has the
/// number of its handset's slot, and a handset has one. Those of a handset that is taken away are
/// not used; their numbers stay free.
pub(super) fn numbered<'a>(
    w: &mut Writer<'_, 'a>,
    device: &Device,
    accounts: Vec<Account<'a>>,
) -> Vec<(u16, Account<'a>)> {
    let is_used = |account: &Account<'_>| match account.at {
        AccountAt::Handset(handset, _) => {
            device.handsets()[handset].binding != HandsetBinding::Remove
        }
        AccountAt::Extension(_) | AccountAt::LoggedOut(_) => true,
    };
    if w.job.model.family != "dect-manager" {
        // More than the model holds is an error already.
        let all = (1..u16::MAX).zip(accounts);
        return all.filter(|(_, account)| is_used(account)).collect();
    }
    let mut numbered = Vec::new();
    for account in accounts.into_iter().filter(is_used) {
        match account.at {
            AccountAt::Handset(handset, 0) => {
                let slot = device.handsets()[handset].slot;
                check_number(w, handset, slot);
                numbered.push((slot, account));
            }
            AccountAt::Handset(handset, _) => {
                let kind = ErrorKind::TooMany {
                    what: "accounts of one handset",
                    limit: w.job.model.handset_accounts.unwrap_or(1).into(),
                    found: device.handsets()[handset].extensions.len(),
                    origin: w.job.limit(Limit::Model),
                };
                let at = w.job.at.key("handsets").index(handset);
                w.job.error(at.key("extensions"), kind);
            }
            AccountAt::Extension(_) | AccountAt::LoggedOut(_) => numbered.push((1, account)),
        }
    }
    numbered.sort_by_key(|(number, _)| *number);
    numbered
}

/// Where the slots of a manager are not known, its accounts bound them.
fn check_number(w: &mut Writer<'_, '_>, handset: usize, slot: u16) {
    let model = w.job.model;
    let accounts = model.accounts.filter(|_| model.handsets.is_none());
    if let Some(max) = accounts.filter(|max| slot > *max) {
        let kind = ErrorKind::OutOfRange {
            what: "a slot with an account",
            min: 1,
            max: max.into(),
            found: slot.into(),
            limit: w.job.limit(Limit::Model),
        };
        let at = w.job.at.key("handsets").index(handset);
        w.job.error(at.key("slot"), kind);
    }
}

/// Every slot of the base, used or not, and what all handsets are told. Nothing on a phone, nor on a
/// base that a manager tells everything.
pub(super) fn write(w: &mut Writer<'_, '_>, device: &Device) {
    let model = w.job.model;
    if !model.is("dect") || model.handsets == Some(0) {
        return;
    }
    let slots = slots(device);
    for slot in slots.values() {
        check(w, slot);
    }
    // Of slots beyond those of the model there is an error already.
    let last = model.handsets.or(slots.keys().last().copied());
    for number in 1..=last.unwrap_or(0) {
        match slots.get(&number) {
            Some(slot) if slot.handset.binding != HandsetBinding::Remove => one(w, slot),
            None if model.handsets.is_none() => {}
            _ => unused(w, number),
        }
    }
    to_all(w, device);
}

/// A slot that the device names.
#[derive(Debug)]
struct Slot<'a> {
    handset: &'a Handset,
    path: Path,
    /// Numbers of its accounts, on a base of its own.
    accounts: Vec<String>,
}

fn slots(device: &Device) -> BTreeMap<u16, Slot<'_>> {
    let mut slots = BTreeMap::new();
    let mut next: u16 = 1;
    for (i, handset) in device.handsets().iter().enumerate() {
        // At most the accounts of the base, which are checked elsewhere.
        let count = u16::try_from(handset.extensions.len()).unwrap_or(u16::MAX);
        let behind = next.saturating_add(count);
        let slot = Slot {
            handset,
            path: device.path().key("handsets").index(i),
            accounts: (next..behind).map(|account| account.to_string()).collect(),
        };
        slots.insert(handset.slot, slot);
        next = behind;
    }
    slots
}

fn one(w: &mut Writer<'_, '_>, slot: &Slot<'_>) {
    let Slot {
        handset,
        path,
        accounts,
    } = slot;
    let x = &[handset.slot];
    w.numbered_section("handset", handset.slot);
    match handset.binding {
        HandsetBinding::Ipei(ipei) => w.token(n::HANDSET_X_IPUI, x, ipei.ipui().as_str()),
        HandsetBinding::Any | HandsetBinding::Remove => w.clear(n::HANDSET_X_IPUI, x),
    }
    let name = handset.name.as_ref().map(|name| name.value());
    w.text_or_clear(n::HANDSET_X_NAME, x, name, |_| path.key("name"));
    let Some(first) = accounts.first() else {
        return no_lines(w, handset.slot);
    };
    let list = accounts.join(",");
    w.token(n::HANDSET_X_INCOMING_LINES, x, &list);
    w.token(n::HANDSET_X_DIAL_OUT_LINES, x, &list);
    // One of the handset's own: another would have no effect.
    w.token(n::HANDSET_X_DIAL_OUT_DEFAULT_LINE, x, first);
}

/// A handset that is still registered there is bound, named and called no more.
fn unused(w: &mut Writer<'_, '_>, slot: u16) {
    w.numbered_section("handset", slot);
    w.clear(n::HANDSET_X_IPUI, &[slot]);
    w.clear(n::HANDSET_X_NAME, &[slot]);
    no_lines(w, slot);
}

/// By itself a slot has the account of its own number, which may be another handset's: its lines are
/// made empty.
fn no_lines(w: &mut Writer<'_, '_>, slot: u16) {
    w.empty(n::HANDSET_X_INCOMING_LINES, &[slot]);
    w.empty(n::HANDSET_X_DIAL_OUT_LINES, &[slot]);
    w.clear(n::HANDSET_X_DIAL_OUT_DEFAULT_LINE, &[slot]);
}

/// What every handset is told: the base pushes it only when that is switched on, see `provisioning`.
fn to_all(w: &mut Writer<'_, '_>, device: &Device) {
    w.section("handsets");
    language(w, device);
    let hours = w.job.or(|s| s.time_format, TimeFormat::H24);
    w.flag(
        n::CUSTOM_HANDSET_TIME_FORMAT,
        PHONE,
        hours == TimeFormat::H24,
    );
    let date = clock::date_format(w);
    w.number(n::CUSTOM_HANDSET_DATE_FORMAT, PHONE, date);
}

/// The language of the handsets, by its number. They take no packs.
fn language(w: &mut Writer<'_, '_>, device: &Device) {
    // Without a language there is an error already.
    let Some(language) = w.job.find(|s| s.language.as_ref()) else {
        return;
    };
    let row = w.job.token_of(tables::HANDSET_LANGUAGES, language.value);
    let of_cp935w = |handset: &Handset| {
        let model = handset.model.as_ref();
        model.is_some_and(|model| {
            handset_row(model.as_str()).is_some_and(|row| row.word == "CP935W")
        })
    };
    // Two languages are on one model of handset alone; the setting is for all that the base has.
    let all_have_it = || {
        let handsets = device.handsets();
        !handsets.is_empty() && handsets.iter().all(of_cp935w)
    };
    match row.filter(|row| row.built_in || all_have_it()) {
        Some(row) => w.token(n::CUSTOM_HANDSET_LANGUAGE, PHONE, row.token),
        None => {
            let what = format!("language `{}` on its handsets", language.value.as_str());
            let path = w.job.path(language.layer, "language");
            let instead = "choose it on each handset";
            w.job
                .unsupported(language.layer, path, what, Limit::Model, instead);
        }
    }
}

fn check(w: &mut Writer<'_, '_>, slot: &Slot<'_>) {
    let Slot { handset, path, .. } = slot;
    if let Some(slots) = w.job.model.handsets.filter(|slots| handset.slot > *slots) {
        let kind = ErrorKind::OutOfRange {
            what: "a slot",
            min: 1,
            max: slots.into(),
            found: handset.slot.into(),
            limit: w.job.limit(Limit::Model),
        };
        w.job.beyond(Layer::Extension, path.key("slot"), kind);
    }
    let binds = w.job.has(n::HANDSET_X_IPUI);
    let model = handset.model.as_ref().map(|model| model.as_str());
    let unknown = model.filter(|model| handset_row(model).is_none());
    let wishes = [
        (
            "ipei",
            matches!(handset.binding, HandsetBinding::Ipei(_)) && !binds,
            "binding of a slot to one handset".to_owned(),
            "register the handsets in the order of the slots",
        ),
        (
            "ipei",
            handset.binding == HandsetBinding::Remove && !binds,
            "way to unbind a handset".to_owned(),
            "leave it out, which switches its accounts off, and deregister it at the base",
        ),
        (
            "access_code",
            handset.access_code.is_some(),
            "access code of one slot".to_owned(),
            "set that of the base as the raw setting `base.pin_code`",
        ),
        (
            "model",
            unknown.is_some(),
            format!("handset `{}`", shortened(unknown.unwrap_or_default())),
            "",
        ),
    ];
    for (key, wished, what, instead) in wishes {
        if wished {
            let path = path.key(key);
            w.job
                .unsupported(Layer::Extension, path, what, Limit::Model, instead);
        }
    }
}
