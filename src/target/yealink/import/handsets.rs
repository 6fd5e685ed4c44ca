//! Slots of a base → handsets with the accounts that ring there.

use super::super::tables::names as n;
use super::super::writer::full_name;
use super::Reader;
use super::accounts::Account;
use crate::inspect::{Mark, Unknown};
use crate::model::{Handset, HandsetBinding, Ipei};

/// All handsets of a base. The result are the numbers that the accounts have in the files, in the
/// order in which the document counts them.
pub(super) fn read(r: &mut Reader<'_>, accounts: &[Account]) -> Vec<u16> {
    let model = r.draft.model;
    if !model.is("dect") {
        return accounts.iter().map(|account| account.number).collect();
    }
    if model.handsets == Some(0) {
        return Vec::new();
    }
    let of_manager = model.family == "dect-manager";
    let mut slots = r.indices("handset.");
    let most = model.handsets.unwrap_or(u16::MAX);
    // Where no slot says which accounts it has, each has the one of its own number.
    let says_lines = slots
        .iter()
        .any(|slot| r.has(n::HANDSET_X_INCOMING_LINES, &[*slot]));
    let by_number = of_manager || !says_lines;
    if by_number {
        slots.extend(accounts.iter().map(|account| account.number));
        slots.sort_unstable();
        slots.dedup();
    }
    let mut places: Vec<(u16, Vec<u16>)> = slots
        .iter()
        .copied()
        .filter(|slot| (1..=most).contains(slot))
        .map(|slot| {
            let numbers = if by_number {
                vec![slot]
            } else {
                lines(r, slot)
            };
            (slot, numbers)
        })
        .collect();
    if !of_manager {
        // The document counts accounts in the order of its handsets.
        places.sort_by_key(|(slot, numbers)| (numbers.first().map_or(u16::MAX, |n| *n), *slot));
    }
    let mut order = Vec::new();
    for (slot, numbers) in places {
        let carried = numbers.into_iter().filter_map(|number| {
            accounts
                .iter()
                .find(|account| account.number == number && !order.contains(&number))
        });
        let carried: Vec<&Account> = carried.collect();
        let name = r.text(n::HANDSET_X_NAME, &[slot]);
        let binding = binding(r, slot);
        if carried.is_empty() && name.is_none() && binding == HandsetBinding::Any {
            continue;
        }
        let mut handset = Handset::new(slot);
        handset.name = name;
        handset.binding = binding;
        let at = r.draft.handsets.len();
        for account in carried {
            if account.no_password {
                let i = handset.extensions.len();
                r.draft.unknown.insert(Unknown::HandsetPassword(at, i));
            }
            handset.extensions.push(account.extension.clone());
            order.push(account.number);
        }
        r.draft.handsets.push(handset);
    }
    if of_manager {
        return Vec::new();
    }
    if !by_number {
        renumbered_lines(r, &slots, &order);
    }
    order
}

/// The accounts of a slot; where it says none, those that it dials with.
fn lines(r: &Reader<'_>, slot: u16) -> Vec<u16> {
    let rows = [n::HANDSET_X_INCOMING_LINES, n::HANDSET_X_DIAL_OUT_LINES];
    let text = r.first(&rows, &[slot]).unwrap_or_default();
    let mut numbers: Vec<u16> = Vec::new();
    for number in text.split(',').filter_map(|item| item.trim().parse().ok()) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

/// Lists of accounts with the numbers of the document, written as it writes them.
fn renumbered_lines(r: &mut Reader<'_>, slots: &[u16], order: &[u16]) {
    for slot in slots {
        let x = &[*slot];
        for row in [
            n::HANDSET_X_INCOMING_LINES,
            n::HANDSET_X_DIAL_OUT_LINES,
            n::HANDSET_X_DIAL_OUT_DEFAULT_LINE,
        ] {
            let Some(text) = r.get(row, x) else { continue };
            let new = text.split(',').map(|item| {
                let old: u16 = item.trim().parse().ok()?;
                let at = order.iter().position(|number| *number == old)?;
                Some((at + 1).to_string())
            });
            if let Some(new) = new.collect::<Option<Vec<String>>>() {
                let name = full_name(row, x.into());
                r.draft.sheet.rewrite(&name, None, new.join(","));
            }
        }
    }
}

fn binding(r: &mut Reader<'_>, slot: u16) -> HandsetBinding {
    let Some(text) = r.get(n::HANDSET_X_IPUI, &[slot]) else {
        return HandsetBinding::Any;
    };
    let Ok(ipei) = text.parse::<Ipei>() else {
        let why = "no identity of a handset";
        r.mark(n::HANDSET_X_IPUI, &[slot], Mark::Because(why.into()));
        return HandsetBinding::Any;
    };
    let written = ipei.ipui();
    let row = n::HANDSET_X_IPUI;
    r.means(
        row,
        (&[slot]).into(),
        row,
        (&[slot]).into(),
        written.as_str(),
    );
    HandsetBinding::Ipei(ipei)
}
