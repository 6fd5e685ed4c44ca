//! What changes on phones: literal changes of small files, and truth against a plain comparison of
//! names and values.

#![allow(
    clippy::disallowed_methods,
    reason = "goldens are files; the rule is for the library"
)]
#![cfg(all(feature = "snom", feature = "yealink"))]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use phone_provisioning::inspect::{
    DeviceChange, Diff, FleetDiff, Shown, Subject, diff, diff_fleets, diff_states, target_of,
};
use phone_provisioning::parse::{self, Format, Limits};
use phone_provisioning::target::snom::{SnomDect, SnomDesk};
use phone_provisioning::target::yealink::Yealink;
use phone_provisioning::target::{ProvisioningTarget, Rendered};
use phone_provisioning::{Provisioner, Targets};
use proptest::prelude::*;
use support::resolve;

#[track_caller]
fn compare(target: &dyn ProvisioningTarget, old: &str, new: &str) -> Diff {
    let [old, new] = [old, new].map(|text| parse::parse(text.as_bytes(), &Limits::default()));
    diff(Some(target), &[&old], &[&new])
}

fn lines(diff: &Diff) -> Vec<String> {
    diff.changes().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_cfg(old: &str, new: &str, expected: &[&str]) {
    let with_header = |text: &str| format!("#!version:1.0.0.1\n{text}");
    let diff = compare(&Yealink::new(), &with_header(old), &with_header(new));
    assert_eq!(lines(&diff), expected);
}

#[track_caller]
fn assert_desk(old: &str, new: &str, expected: &[&str]) {
    let in_root = |text: &str| format!("<settings>{text}</settings>");
    let diff = compare(&SnomDesk::new(), &in_root(old), &in_root(new));
    assert_eq!(lines(&diff), expected);
}

// ---- settings ----

#[test]
fn a_value_a_new_setting_and_a_dropped_one() {
    assert_cfg(
        "lang.gui = English\nldap.host = a\nlang.wui = English\n",
        "lang.gui = German\nlang.wui = English\naccount.1.expires = 60\n",
        &[
            "lang.gui: \"English\" -> \"German\" (effect unknown)",
            "account.1.expires: added \"60\" (registers again)",
            "ldap.host: no longer sent, was \"a\" (effect unknown)",
        ],
    );
}

#[test]
fn the_dictionary_says_what_reboots() {
    assert_cfg(
        "static.network.vlan.internet_port_vid = 1\nstatic.firmware.url = http://a/1\n",
        "static.network.vlan.internet_port_vid = 2\nstatic.firmware.url = http://a/2\n",
        &[
            "static.network.vlan.internet_port_vid: \"1\" -> \"2\" (reboots)",
            "static.firmware.url: \"http://a/1\" -> \"http://a/2\" (reboots)",
        ],
    );
}

#[test]
fn order_is_no_change() {
    assert_cfg(
        "lang.gui = a\nlang.wui = b\n",
        "lang.wui = b\nlang.gui = a\n",
        &[],
    );
    assert_desk(
        "<phone-settings><user_name idx=\"1\" perm=\"R\">a</user_name><user_name idx=\"2\">b</user_name></phone-settings>",
        "<phone-settings><user_name idx=\"2\">b</user_name><user_name perm='R' idx='1'>a</user_name></phone-settings>",
        &[],
    );
}

#[test]
fn of_two_of_one_name_the_last_counts() {
    assert_cfg("lang.gui = a\nlang.gui = b\n", "lang.gui = b\n", &[]);
    assert_cfg(
        "lang.gui = a\n",
        "lang.gui = a\nlang.gui = b\n",
        &["lang.gui: \"a\" -> \"b\" (effect unknown)"],
    );
}

#[test]
fn of_two_files_the_last_counts() {
    let [common, own, other] = [
        "lang.gui = a\nldap.port = 1\n",
        "lang.gui = b\n",
        "lang.gui = a\n",
    ]
    .map(|text| parse::parse_cfg(text.as_bytes(), &Limits::default()));
    let target = Yealink::new();
    let change = diff(Some(&target), &[&common, &own], &[&common, &other]);
    assert_eq!(
        lines(&change),
        ["lang.gui: \"b\" -> \"a\" (effect unknown)"]
    );
    // What moves from one file to another is the same to the phone.
    assert!(diff(Some(&target), &[&common], &[&own, &common]).is_empty());
}

#[test]
fn every_line_of_a_password_counts_for_its_user() {
    let old = "static.security.user_password = user:a\nstatic.security.user_password = admin:b\n";
    let new = "static.security.user_password = admin:b\nstatic.security.user_password = user:c\n";
    assert_cfg(
        old,
        new,
        &["static.security.user_password user: changed [redacted] (effect unknown)"],
    );
    assert_cfg(
        "static.security.user_password = user:a\n",
        "static.security.user_password = admin:b\n",
        &[
            "static.security.user_password admin: added [redacted] (effect unknown)",
            "static.security.user_password user: no longer sent, was [redacted] (effect unknown)",
        ],
    );
    // Nobody knows what stands before a colon that is not there.
    assert_cfg(
        "static.security.user_password = s3cret\n",
        "static.security.user_password = other\n",
        &[
            "static.security.user_password: added [redacted] (effect unknown)",
            "static.security.user_password: no longer sent, was [redacted] (effect unknown)",
        ],
    );
}

#[test]
fn every_certificate_counts() {
    let url = |name: &str| format!("static.trusted_certificates.url = http://a/{name}.pem\n");
    assert_cfg(
        &(url("a") + &url("b")),
        &(url("b") + &url("c")),
        &[
            "static.trusted_certificates.url: added \"http://a/c.pem\" (effect unknown)",
            "static.trusted_certificates.url: no longer sent, was \"http://a/a.pem\" (effect unknown)",
        ],
    );
}

#[test]
fn a_line_for_other_models_is_another_setting() {
    assert_cfg(
        "[T46S]lang.gui = a\nlang.gui = b\n",
        "lang.gui = b\n[T46S]lang.gui = c\n",
        &["[T46S]lang.gui: \"a\" -> \"c\" (effect unknown)"],
    );
}

#[test]
fn attributes_and_permissions_are_compared() {
    assert_desk(
        "<phone-settings><vol_ringer perm=\"R\">5</vol_ringer></phone-settings><functionKeys><fkey idx=\"3\" context=\"1\" label=\"A\">speed 1</fkey></functionKeys>",
        "<phone-settings><vol_ringer perm=\"RW\">5</vol_ringer></phone-settings><functionKeys><fkey idx=\"3\" label=\"B\">speed 1</fkey></functionKeys>",
        &[
            "vol_ringer perm: \"R\" -> \"RW\" (effect unknown)",
            "fkey idx 3 label: \"A\" -> \"B\" (effect unknown)",
            "fkey idx 3 context: no longer sent, was \"1\" (effect unknown)",
        ],
    );
}

#[test]
fn the_permission_of_a_secret_is_none() {
    assert_desk(
        "<phone-settings><http_pass perm=\"R\">s3cret</http_pass></phone-settings>",
        "<phone-settings><http_pass perm=\"RW\">0ther</http_pass></phone-settings>",
        &[
            "http_pass: changed [redacted] (effect unknown)",
            "http_pass perm: \"R\" -> \"RW\" (effect unknown)",
        ],
    );
}

#[test]
fn contacts_have_no_names_and_stand_for_themselves() {
    let book = |names: &[&str]| {
        let items: Vec<String> = names
            .iter()
            .map(|name| format!("<item context=\"active\"><name>{name}</name></item>"))
            .collect();
        format!("<tbook>{}</tbook>", items.concat())
    };
    let (old, new) = (book(&["Ann", "Bob", "Bob"]), book(&["Bob", "Cid", "Ann"]));
    let lines = lines(&compare(&SnomDesk::new(), &old, &new));
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines[0].contains("added") && lines[0].contains("Cid"),
        "{lines:#?}"
    );
    assert!(
        lines[1].contains("no longer sent") && lines[1].contains("Bob"),
        "{lines:#?}"
    );
}

#[test]
fn without_a_dictionary_names_are_compared() {
    let [old, new] = ["a = 1\nmy_password = x\n", "my_password = y\na = 2\n"]
        .map(|text| parse::parse_cfg(text.as_bytes(), &Limits::default()));
    assert_eq!(
        lines(&diff(None, &[&old], &[&new])),
        [
            "my_password: changed [redacted] (effect unknown)",
            "a: \"1\" -> \"2\" (effect unknown)",
        ],
    );
}

// ---- accounts and keys ----

const SITE: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Berlin"
language = "en"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "adm1n-pw" }
user = { username = "user", password = "us3r-pw" }
maintenance = { username = "var", password = "v4r-pw" }
"#;

/// A fleet of one desk phone with these extensions and keys.
fn desk(model: &str, extensions: &[&str], keys: &str) -> String {
    let extensions: Vec<String> = extensions
        .iter()
        .map(|number| format!("{{ number = \"{number}\", password = \"pw-{number}\" }}"))
        .collect();
    let extensions = extensions.join(", ");
    format!(
        "{SITE}[[devices]]\nmac = \"00:04:13:a1:1f:a7\"\nmodel = \"{model}\"\n\
         extensions = [{extensions}]\nkeys = [{keys}]\n"
    )
}

/// A fleet of one base whose handsets have these extensions.
fn base(extensions: &[&str]) -> String {
    let handsets: Vec<String> = (1..)
        .zip(extensions)
        .map(|(slot, number)| {
            format!(
                "[[devices.handsets]]\nslot = {slot}\n\
                 extensions = [{{ number = \"{number}\", password = \"pw-{number}\" }}]\n"
            )
        })
        .collect();
    format!(
        "{SITE}[[devices]]\nmac = \"00:04:13:b6:06:80\"\nmodel = \"snom M900\"\n{}",
        handsets.concat()
    )
}

fn rendered(toml: &str) -> Rendered {
    let fleet = resolve(toml);
    let provisioner = Provisioner::new(fleet.site().clone());
    provisioner.render(&fleet.devices()[0]).unwrap()
}

#[track_caller]
fn assert_device(target: &dyn ProvisioningTarget, old: &str, new: &str, expected: &[&str]) {
    let (old, new) = (rendered(old), rendered(new));
    let state = diff_states(target, old.files(), new.files());
    assert_eq!(lines(&state.diff), expected);
}

#[test]
fn accounts_that_move_up_are_one_change_each() {
    let (old, new) = (["1001", "1002", "1003"], ["1002", "1003"]);
    // The key that opens the third line is another matter than the accounts.
    let keys = "{ position = 1, kind = \"none\" }, { position = 2, kind = \"none\" }, \
                { position = 3, kind = \"none\" }";
    assert_device(
        &Yealink::new(),
        &desk("yealink T46S", &old, keys),
        &desk("yealink T46S", &new, keys),
        &[
            "account 2 \"1002\": becomes account 1 (registers again, effect unknown)",
            "account 3 \"1003\": becomes account 2 (registers again, effect unknown)",
            "account 1 \"1001\": freed, 77 settings (registers again, effect unknown)",
        ],
    );
    let expected = [
        "account idx 2 \"1002\": becomes account idx 1 (registers again, effect unknown)",
        "account idx 3 \"1003\": becomes account idx 2 (registers again, effect unknown)",
    ];
    let (old, new) = (desk("snom D785", &old, keys), desk("snom D785", &new, keys));
    let (old, new) = (rendered(&old), rendered(&new));
    let found = lines(&diff_states(&SnomDesk::new(), old.files(), new.files()).diff);
    assert_eq!(found[..2], expected);
    assert!(
        found[2].starts_with("account idx 1 \"1001\": freed, "),
        "{found:#?}"
    );
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn extensions_of_a_base_that_move_up_are_one_change_each() {
    let (old, new) = (
        rendered(&base(&["1001", "1002", "1003"])),
        rendered(&base(&["1002", "1003"])),
    );
    let found = lines(&diff_states(&SnomDect::new(), old.files(), new.files()).diff);
    assert!(
        found[0].starts_with("extension idx 2 \"1002\": becomes extension idx 1"),
        "{found:#?}"
    );
    let moved = found
        .iter()
        .filter(|line| line.contains(": becomes "))
        .count();
    let freed = found
        .iter()
        .filter(|line| line.contains(": freed, "))
        .count();
    assert_eq!((moved, freed), (2, 1), "{found:#?}");
}

#[test]
fn a_moved_account_that_changes_too_tells_both() {
    let old = desk("yealink T46S", &["1001", "1002"], "");
    let new = desk("yealink T46S", &["1002"], "").replace(
        "password = \"pw-1002\"",
        "password = \"pw-1002\", dnd = true",
    );
    let (old, new) = (rendered(&old), rendered(&new));
    let found = lines(&diff_states(&Yealink::new(), old.files(), new.files()).diff);
    let of_accounts: Vec<&String> = found
        .iter()
        .filter(|line| line.starts_with("account"))
        .collect();
    assert_eq!(
        of_accounts,
        [
            "account 2 \"1002\": becomes account 1 (registers again, effect unknown)",
            "account.1.dnd.enable: \"0\" -> \"1\" (effect unknown)",
            "account 1 \"1001\": freed, 77 settings (registers again, effect unknown)",
        ],
    );
}

#[test]
fn a_key_that_moves_is_one_change() {
    let key = |position: u16| {
        format!("{{ position = {position}, kind = \"blf\", value = \"1002\", label = \"Bob\" }}")
    };
    assert_device(
        &Yealink::new(),
        &desk("yealink T46S", &["1001"], &key(3)),
        &desk("yealink T46S", &["1001"], &key(5)),
        &["key 3 \"1002\", \"Bob\": becomes key 5 (effect unknown)"],
    );
    // The file counts its keys from 0.
    assert_device(
        &SnomDesk::new(),
        &desk("snom D785", &["1001"], &key(3)),
        &desk("snom D785", &["1001"], &key(5)),
        &["key idx 2 \"blf 1002\": becomes key idx 4 (effect unknown)"],
    );
}

#[test]
fn keys_that_change_places_become_each_other() {
    let keys = |first: u16, second: u16| {
        format!(
            "{{ position = {first}, kind = \"blf\", value = \"1002\" }}, \
             {{ position = {second}, kind = \"blf\", value = \"1003\" }}"
        )
    };
    assert_device(
        &Yealink::new(),
        &desk("yealink T46S", &["1001"], &keys(3, 4)),
        &desk("yealink T46S", &["1001"], &keys(4, 3)),
        &[
            "key 4 \"1003\": becomes key 3 (effect unknown)",
            "key 3 \"1002\": becomes key 4 (effect unknown)",
        ],
    );
}

#[test]
fn keys_of_modules_move_too() {
    let key = |module: u16, position: u16| {
        format!(
            "{{ module = {module}, position = {position}, kind = \"speed_dial\", value = \"1002\" }}, \
             {{ module = 2, position = 9, kind = \"speed_dial\", value = \"1009\" }}"
        )
    };
    assert_device(
        &Yealink::new(),
        &desk("yealink T46S", &["1001"], &key(1, 3)),
        &desk("yealink T46S", &["1001"], &key(2, 4)),
        &["module 1 key 3 \"1002\": becomes module 2 key 4 (effect unknown)"],
    );
}

#[test]
fn another_value_at_the_same_place_is_no_move() {
    let key = |value: &str, label: &str| {
        format!("{{ position = 3, kind = \"blf\", value = \"{value}\", label = \"{label}\" }}")
    };
    assert_device(
        &Yealink::new(),
        &desk("yealink T46S", &["1001"], &key("1002", "Bob")),
        &desk("yealink T46S", &["1001"], &key("1003", "Bob")),
        &["linekey.3.value: \"1002\" -> \"1003\" (effect unknown)"],
    );
}

#[test]
fn a_key_like_another_one_is_in_use() {
    let key = |kind: &str| {
        format!("{{ position = 3, kind = {kind} }}, {{ position = 7, kind = \"dnd\" }}")
    };
    let (bob, dnd) = ("\"blf\", value = \"1002\"", "\"dnd\"");
    let change = |model: &str, target: &dyn ProvisioningTarget| {
        let [old, new] = [bob, dnd].map(|kind| rendered(&desk(model, &["1001"], &key(kind))));
        lines(&diff_states(target, old.files(), new.files()).diff)
    };
    assert_eq!(
        change("yealink T46S", &Yealink::new()),
        [
            "linekey.3.type: \"16\" -> \"5\" (effect unknown)",
            "linekey.3.value: \"1002\" -> \"%NULL%\" (effect unknown)",
        ],
    );
    let desk = change("snom D785", &SnomDesk::new());
    assert!(
        desk[0].starts_with("fkey idx 2: \"blf 1002\" -> \"keyevent"),
        "{desk:#?}"
    );
}

#[test]
fn a_key_that_moves_beside_one_that_comes_tells_both() {
    let old = "{ position = 3, kind = \"blf\", value = \"1002\", label = \"Bob\" }, { position = 7, kind = \"dnd\" }";
    let new = old.replace("position = 3", "position = 5") + ", { position = 3, kind = \"dnd\" }";
    let [old, new] = [old, &new].map(|keys| rendered(&desk("yealink T46S", &["1001"], keys)));
    assert_eq!(
        lines(&diff_states(&Yealink::new(), old.files(), new.files()).diff),
        [
            "key 3: taken into use, 3 settings (effect unknown)",
            "key 3 \"1002\", \"Bob\": becomes key 5 (effect unknown)",
        ],
    );
}

#[test]
fn what_two_keys_share_makes_no_move() {
    // Key 5 gets the label of key 3, which gets that of nobody: two labels change, no key moves.
    let keys = |third: &str, fifth: &str| {
        format!(
            "{{ position = 3, kind = \"blf\", value = \"1003\", label = \"{third}\" }}, \
             {{ position = 5, kind = \"blf\", value = \"1005\", label = \"{fifth}\" }}"
        )
    };
    assert_device(
        &Yealink::new(),
        &desk("yealink T46S", &["1001"], &keys("Bob", "Cid")),
        &desk("yealink T46S", &["1001"], &keys("Dan", "Bob")),
        &[
            "linekey.3.label: \"Bob\" -> \"Dan\" (effect unknown)",
            "linekey.5.label: \"Cid\" -> \"Bob\" (effect unknown)",
        ],
    );
}

#[test]
fn a_label_that_goes_to_another_key_makes_no_move() {
    // Of one of the two keys the number is that of key 7, so that its label alone is its own; the
    // other one keeps its number where it is.
    for (third, fifth) in [("1007", "1005"), ("1003", "1007")] {
        let keys = |of_third: &str, of_fifth: &str| {
            format!(
                "{{ position = 3, kind = \"blf\", value = \"{third}\", label = \"{of_third}\" }}, \
                 {{ position = 5, kind = \"blf\", value = \"{fifth}\", label = \"{of_fifth}\" }}, \
                 {{ position = 7, kind = \"blf\", value = \"1007\" }}"
            )
        };
        assert_device(
            &Yealink::new(),
            &desk("yealink T46S", &["1001"], &keys("Bob", "Cid")),
            &desk("yealink T46S", &["1001"], &keys("Dan", "Bob")),
            &[
                "linekey.3.label: \"Bob\" -> \"Dan\" (effect unknown)",
                "linekey.5.label: \"Cid\" -> \"Bob\" (effect unknown)",
            ],
        );
    }
}

// ---- the truth ----

/// Every golden file: its target, its name, its bytes.
fn goldens() -> Vec<(String, PathBuf, Vec<u8>)> {
    let entries = |path: PathBuf| {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        entries.sort();
        entries
    };
    let mut files = Vec::new();
    for target in entries(support::root().join("tests/golden")) {
        let id = target.file_name().unwrap().to_str().unwrap().to_owned();
        for case in entries(target) {
            for file in entries(case.join("files")) {
                let bytes = fs::read(&file).unwrap();
                files.push((id.clone(), file, bytes));
            }
        }
    }
    assert!(files.len() > 80, "{} goldens", files.len());
    files
}

/// Name and index of a setting.
type Name = (String, Option<u32>);

/// What a plain reader takes from a file: name and index to value and attributes, the last of each.
fn plain(format: Format, bytes: &[u8]) -> BTreeMap<Name, (String, BTreeMap<String, String>)> {
    let text = std::str::from_utf8(bytes).unwrap();
    if format == Format::Cfg {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.split_once(" = "));
        return pairs
            .map(|(name, value)| ((name.to_owned(), None), (value.to_owned(), BTreeMap::new())))
            .collect();
    }
    let document = roxmltree::Document::parse(text).unwrap();
    let leaves = document.descendants().filter(|node| {
        node.is_element()
            && !node.children().any(|child| child.is_element())
            && node.parent_element().is_some()
    });
    leaves
        .map(|node| {
            let index = node.attribute("idx").map(|idx| idx.parse().unwrap());
            let rest = node
                .attributes()
                .filter(|attribute| attribute.name() != "idx");
            let rest = rest
                .map(|a| (a.name().to_owned(), a.value().to_owned()))
                .collect();
            let name = node.tag_name().name().to_owned();
            (
                (name, index),
                (node.text().unwrap_or_default().to_owned(), rest),
            )
        })
        .collect()
}

#[test]
fn a_comparison_by_name_finds_exactly_what_another_reader_finds() {
    let goldens = goldens();
    let mut compared = 0;
    for (i, (id, name, old)) in goldens.iter().enumerate() {
        // Each with the next few of its target.
        for (other_id, other_name, new) in goldens.iter().skip(i).take(6) {
            if id != other_id {
                continue;
            }
            let [old_file, new_file] =
                [old, new].map(|bytes| parse::parse(bytes, &Limits::default()));
            let (before, after) = (plain(old_file.format(), old), plain(new_file.format(), new));
            let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
            let expected: BTreeSet<(String, Option<u32>)> = names
                .into_iter()
                .filter(|name| before.get(*name) != after.get(*name))
                .cloned()
                .collect();
            let found = diff(None, &[&old_file], &[&new_file]);
            let found: BTreeSet<(String, Option<u32>)> = found
                .changes()
                .iter()
                .map(|change| match &change.subject {
                    Subject::Setting { name, index, .. } => (name.clone(), *index),
                    other => panic!("{other} without a dictionary"),
                })
                .collect();
            assert_eq!(
                found,
                expected,
                "{} and {}",
                name.display(),
                other_name.display()
            );
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared} comparisons");
}

#[test]
fn every_golden_is_the_same_as_itself_in_any_order() {
    let targets = Targets::builtin();
    for (_, name, bytes) in goldens() {
        let file = parse::parse(&bytes, &Limits::default());
        let target = target_of(&targets, &file).map(|target| &**target);
        assert!(
            diff(target, &[&file], &[&file]).is_empty(),
            "{}",
            name.display()
        );
        if file.format() == Format::Cfg {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let mut lines: Vec<&str> = text.lines().collect();
            lines[1..].reverse();
            // Password lines of one user would be another matter; a phone has one of each.
            let text = lines.join("\n");
            let turned = parse::parse(text.as_bytes(), &Limits::default());
            let diff = diff(target, &[&file], &[&turned]);
            assert!(diff.is_empty(), "{}: {diff:#?}", name.display());
        }
    }
}

// ---- fleets ----

fn fleet(devices: &[(u32, &str, &str)], language: &str) -> String {
    let devices: Vec<String> = devices
        .iter()
        .map(|(mac, model, number)| {
            format!(
                "[[devices]]\nmac = \"805e0c{mac:06x}\"\nmodel = \"{model}\"\n\
                 extensions = [{{ number = \"{number}\", password = \"pw-{number}\" }}]\n"
            )
        })
        .collect();
    SITE.replace("language = \"en\"", &format!("language = \"{language}\"")) + &devices.concat()
}

#[track_caller]
fn compare_fleets(old: &str, new: &str) -> FleetDiff {
    diff_fleets(&Targets::builtin(), &resolve(old), &resolve(new)).unwrap()
}

#[test]
fn one_edit_of_many_phones_is_told_once() {
    let numbers: Vec<String> = (0..40).map(|i| (1000 + i).to_string()).collect();
    let devices: Vec<(u32, &str, &str)> = (0..40)
        .zip(&numbers)
        .map(|(i, number)| (i, "yealink T46S", number.as_str()))
        .collect();
    let old = fleet(&devices, "en");
    let new = fleet(&devices, "de").replace("\"pw-1007\"", "\"other\"");
    let diff = compare_fleets(&old, &new);
    let groups: Vec<(String, usize)> = diff
        .by_change()
        .iter()
        .map(|(change, macs)| (change.to_string(), macs.len()))
        .collect();
    assert_eq!(
        groups,
        [
            (
                "lang.gui: \"English\" -> \"German\" (effect unknown)".to_owned(),
                40
            ),
            (
                "lang.wui: \"English\" -> \"German\" (effect unknown)".to_owned(),
                40
            ),
            (
                "account.1.password: changed [redacted] (registers again)".to_owned(),
                1
            ),
        ],
    );
    assert_eq!(diff.count(), 81);
    let registering = diff
        .devices()
        .iter()
        .filter(|device| device.effects().registers)
        .count();
    assert_eq!(registering, 1);
}

#[test]
fn phones_come_go_and_are_replaced() {
    let old = fleet(
        &[
            (1, "yealink T46S", "1001"),
            (2, "yealink T46S", "1002"),
            (3, "yealink T46S", "1003"),
        ],
        "en",
    );
    let new = fleet(
        &[
            (4, "yealink T46S", "1004"),
            (2, "yealink T54W", "1002"),
            (3, "yealink T46S", "1003"),
        ],
        "en",
    );
    let diff = compare_fleets(&old, &new);
    let told: Vec<(String, &DeviceChange)> = diff
        .devices()
        .iter()
        .map(|device| (device.mac.plain_lower().to_string(), &device.change))
        .collect();
    let [
        (added, DeviceChange::Added { files }),
        (_, DeviceChange::Replaced { was, .. }),
        (_, DeviceChange::Changed(same)),
        (gone, DeviceChange::Removed),
    ] = told.as_slice()
    else {
        panic!("{told:#?}");
    };
    assert_eq!(added, "805e0c000004");
    assert_eq!(files, &["y000000000066.cfg", "805e0c000004.cfg"]);
    assert_eq!(was, "yealink T46S");
    assert!(same.files.is_empty() && same.diff.is_empty());
    assert_eq!(gone, "805e0c000001");
    assert_eq!(diff.count(), 3);
}

#[test]
fn the_files_that_differ_are_named() {
    let old = fleet(&[(1, "yealink T46S", "1001")], "en");
    let new = old.replace("pw-1001", "other");
    let diff = compare_fleets(&old, &new);
    let DeviceChange::Changed(state) = &diff.devices()[0].change else {
        panic!("{diff:#?}");
    };
    assert_eq!(state.files, ["805e0c000001.cfg"]);
}

#[test]
fn no_secret_of_a_fleet_is_told() {
    // A secret that stands where no dictionary looks for one.
    let raw = "\n[[devices.settings.custom]]\ntarget = \"yealink\"\nname = \"phone_setting.xyz\"\nvalue = \"a pw-1001 b\"\n";
    let old = fleet(&[(1, "yealink T46S", "1001")], "en") + raw;
    let new = old.replace("a pw-1001 b", "b pw-1001 a");
    let diff = compare_fleets(&old, &new);
    assert!(!format!("{diff:?}").contains("pw-1001"), "{diff:#?}");
    assert_eq!(diff.count(), 1);
}

#[test]
fn no_secret_of_any_model_is_told_or_shown() {
    let targets = Targets::builtin();
    let old = support::site_of(support::EVERYTHING);
    let new = support::site_of(&support::EVERYTHING.replace(support::MARK, "MARK-other-"));
    for model in support::models(&targets) {
        let with_token = |token: &str| {
            let device = model.with_accounts(model.row.accounts.unwrap_or(1).min(2));
            support::built(device.token(support::secret(token)))
        };
        let (before, after) = (with_token("MARK-token"), with_token("MARK-t0ken"));
        let Ok(before) = Provisioner::new(old.clone()).render(&before) else {
            // A model of which nothing is known is told nothing.
            assert!(model.row.newest_firmware.is_none(), "{}", model.name());
            continue;
        };
        let after = support::render(&new, &after);
        let state = diff_states(model.target, before.files(), after.files());
        assert!(!state.diff.is_empty(), "{}", model.name());
        let told = format!("{}{state:?}", lines(&state.diff).join("\n"));
        assert!(!told.contains("MARK-"), "{}: {told}", model.name());
        for file in after.files() {
            let file = parse::parse(file.bytes(), &Limits::default());
            for setting in file.settings() {
                let found = model.target.setting(setting.name(), setting.index());
                let row = found.as_ref().map(|found| found.row);
                let attributes = setting.attributes().map(|(attribute, value)| {
                    Shown::of_attribute(row, setting.name(), attribute, &value)
                });
                let value = Shown::of(row, setting.name(), setting.value());
                for shown in attributes.chain([value]) {
                    assert!(
                        !shown.to_string().contains("MARK-"),
                        "{} {setting:?}",
                        model.name()
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn secrets_are_in_no_change(
        model in prop::sample::select(&["yealink T46S", "snom D785", "snom M900"][..]),
        old in prop::collection::vec("SECRET[a-z0-9]{4}", 6),
        new in prop::collection::vec("SECRET[a-z0-9]{4}", 6),
    ) {
        let toml = |secrets: &[String]| {
            let [admin, user, maintenance, download, ldap, own] = secrets else { unreachable!() };
            let account = format!("extensions = [{{ number = \"1001\", password = \"{own}\" }}]\n");
            let device = match model {
                "snom M900" => format!("[[devices.handsets]]\nslot = 1\naccess_code = \"1234\"\n{account}"),
                _ => account,
            };
            format!(
                "[site]\nname = \"Example\"\nprovisioning_url = \"https://pbx.example.net/{{token}}/\"\n\
                 [site.settings]\ntime_zone = \"Europe/Berlin\"\nlanguage = \"en\"\n\
                 registrar = {{ host = \"sip.example.net\" }}\n\
                 admin = {{ username = \"admin\", password = \"{admin}\" }}\n\
                 user = {{ username = \"user\", password = \"{user}\" }}\n\
                 maintenance = {{ username = \"var\", password = \"{maintenance}\" }}\n\
                 download = {{ username = \"phone\", password = \"{download}\" }}\n\
                 ldap = {{ host = \"ldap.example.net\", base = \"dc=x\", password = \"{ldap}\" }}\n\
                 [[devices]]\nmac = \"00:04:13:b6:06:80\"\nmodel = \"{model}\"\ntoken = \"SECRETtoken{own}\"\n{device}"
            )
        };
        let (old, new) = (rendered(&toml(&old)), rendered(&toml(&new)));
        let targets = Targets::builtin();
        let found = targets.model(model).unwrap();
        let state = diff_states(&**found.target, old.files(), new.files());
        prop_assert!(!state.diff.is_empty());
        let shown = format!("{}\n{state:?}\n{}", lines(&state.diff).join("\n"), serde_json::to_string(&state).unwrap());
        prop_assert!(!shown.contains("SECRET"), "{}", shown);
    }
}
