//! Codecs of an account: named, or in numbered slots.

use super::super::super::TokenRow;
use super::super::tables::{self, names as n};
use super::super::writer::Ix;
use super::Reader;
use crate::model::{Codec, CodecList};

/// What is on in the named scheme when nobody says otherwise, best first (reference, 4.1).
const DEFAULTS: [&str; 4] = ["g722", "pcmu", "pcma", "g729"];

/// The codecs of an account in their order; nothing when the files do not speak of them.
pub(super) fn of_account(r: &mut Reader<'_>, account: u16) -> Option<CodecList> {
    let slots = slots(r, account);
    let named = speaks_of_names(r, account);
    // V81 knows both and believes the slots; what the firmware does not know is ignored.
    let by_slots = match r.level {
        Some(level) if level[0] >= 82 => !named,
        _ => true,
    };
    let ranked = if by_slots && !slots.is_empty() {
        of_slots(r, account, &slots)
    } else if named {
        of_names(r, account)
    } else {
        return None;
    };
    let mut codecs: Vec<Codec> = Vec::new();
    for (_, row) in ranked {
        match row.word.parse() {
            Ok(codec) if !codecs.contains(&codec) => codecs.push(codec),
            _ => {}
        }
    }
    let list = CodecList::new(codecs).ok()?;
    means_the_same(r, account, &slots, &list);
    Some(list)
}

/// The slots that the files fill, each with the type in it.
fn slots(r: &Reader<'_>, account: u16) -> Vec<(u16, &'static TokenRow)> {
    let numbers = r.indices(&format!("account.{account}.codec."));
    let slots = numbers.into_iter().filter_map(|slot| {
        let ix = &[account, slot];
        let row = match r.get(n::ACCOUNT_X_CODEC_Y_PAYLOAD_TYPE, ix) {
            Some(payload) => of_type(r, payload),
            // By itself a slot holds the type that the model's layout has there.
            None => layout(r).find(|row| row.order == slot),
        };
        Some((slot, row?))
    });
    slots.collect()
}

fn layout<'r>(r: &'r Reader<'_>) -> impl Iterator<Item = &'static TokenRow> + use<'r> {
    let (model, level) = (r.draft.model, r.level);
    let rows = tables::CODEC_SLOTS.iter();
    rows.filter(move |row| row.exists_on(model, level))
}

/// The row of a type, of this model's layout or of another's. Layouts spell types in two ways.
fn of_type(r: &Reader<'_>, payload: &str) -> Option<&'static TokenRow> {
    let plain = |token: &str| token.to_ascii_uppercase().replace('-', "_");
    let wanted = plain(payload);
    let is_it = |row: &&TokenRow| plain(row.token) == wanted;
    layout(r)
        .find(is_it)
        .or_else(|| tables::CODEC_SLOTS.iter().find(is_it))
}

type Ranked = Vec<(i64, &'static TokenRow)>;

fn of_slots(r: &mut Reader<'_>, account: u16, slots: &[(u16, &'static TokenRow)]) -> Ranked {
    let mut ranked = Ranked::new();
    for (slot, row) in slots {
        let ix = &[account, *slot];
        let priority: Option<i64> = r.parsed(&[n::ACCOUNT_X_CODEC_Y_PRIORITY], ix);
        if r.flag(&[n::ACCOUNT_X_CODEC_Y_ENABLE], ix) == Some(true) {
            ranked.push((priority.unwrap_or(i64::MAX), row));
        }
    }
    // Of equal rank the earlier slot first.
    ranked.sort_by_key(|(priority, _)| *priority);
    ranked
}

fn names_of<'r>(r: &'r Reader<'_>) -> impl Iterator<Item = &'static TokenRow> + use<'r> {
    let (model, level) = (r.draft.model, r.level);
    let rows = tables::CODECS.iter();
    rows.filter(move |row| row.exists_on(model, level))
}

fn speaks_of_names(r: &Reader<'_>, account: u16) -> bool {
    tables::CODECS.iter().any(|row| {
        let numbers = [account];
        let ix = Ix {
            numbers: &numbers,
            word: row.token,
        };
        r.has(n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE, ix)
            || r.has(n::ACCOUNT_X_CODEC_PAYLOAD_PRIORITY, ix)
    })
}

fn of_names(r: &mut Reader<'_>, account: u16) -> Ranked {
    let rows: Vec<&'static TokenRow> = names_of(r).collect();
    let mut ranked = Ranked::new();
    for row in rows {
        let numbers = [account];
        let ix = Ix {
            numbers: &numbers,
            word: row.token,
        };
        let default = DEFAULTS.iter().position(|name| *name == row.token);
        let on = r.flag(&[n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE], ix);
        if on.unwrap_or(default.is_some()) {
            let priority: Option<i64> = r.parsed(&[n::ACCOUNT_X_CODEC_PAYLOAD_PRIORITY], ix);
            // The ranks of the defaults begin with 1.
            let default = default.map(|at| at as i64 + 1);
            ranked.push((priority.or(default).unwrap_or(i64::MAX), row));
        }
    }
    ranked.sort_by_key(|(priority, _)| *priority);
    ranked
}

/// The same codecs in the same order are said in other numbers: slots in another order, ranks with
/// gaps, a rank that stayed with a codec that is off.
fn means_the_same(
    r: &mut Reader<'_>,
    account: u16,
    slots: &[(u16, &'static TokenRow)],
    list: &CodecList,
) {
    let numbers = [account];
    let name_of = |r: &Reader<'_>, word: &str| {
        let mut rows = names_of(r).filter(|row| row.word == word);
        // Of several rates each is said by itself.
        match (rows.next(), rows.next()) {
            (Some(only), None) => Some(only.token),
            _ => None,
        }
    };
    let is_on = |word: &str| list.iter().any(|codec| codec.as_str() == word);
    let digit = |on: bool| if on { "1" } else { "0" };
    let rows: Vec<&'static TokenRow> = names_of(r).collect();
    for row in rows {
        if name_of(r, row.word).is_none() {
            continue;
        }
        let ix = Ix {
            numbers: &numbers,
            word: row.token,
        };
        let enable = n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE;
        let priority = n::ACCOUNT_X_CODEC_PAYLOAD_PRIORITY;
        r.means(priority, ix, enable, ix, digit(is_on(row.word)));
    }
    for (slot, row) in slots {
        let own = [account, *slot];
        let own = Ix::from(&own);
        let said = is_on(row.word);
        // Where the phone's firmware takes slots they are written, else names.
        let places = [account, row.order];
        let is_of_layout = layout(r).any(|other| std::ptr::eq(other, *row));
        let (switch, ix) = match name_of(r, row.word) {
            _ if is_of_layout => (n::ACCOUNT_X_CODEC_Y_ENABLE, Ix::from(&places)),
            Some(token) => {
                let ix = Ix {
                    numbers: &numbers,
                    word: token,
                };
                (n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE, ix)
            }
            None => continue,
        };
        // A slot that is off, beside another with the same type that is on, says nothing.
        let off = r.flag(&[n::ACCOUNT_X_CODEC_Y_ENABLE], own) != Some(true);
        for part in [
            n::ACCOUNT_X_CODEC_Y_ENABLE,
            n::ACCOUNT_X_CODEC_Y_PAYLOAD_TYPE,
            n::ACCOUNT_X_CODEC_Y_PRIORITY,
            n::ACCOUNT_X_CODEC_Y_RTPMAP,
        ] {
            if off || said {
                r.means(part, own, switch, ix, digit(said));
            }
        }
    }
}
