//! What a name means to each target.

use phone_provisioning::Targets;
use phone_provisioning::target::Scope;

#[test]
fn every_name_of_every_dictionary_is_found() {
    let targets = Targets::builtin();
    for target in targets.iter() {
        for row in target.settings() {
            let mut numbers = 7_u32..;
            let name: Vec<String> = row
                .name
                .split('.')
                .map(|component| match component {
                    "X" | "Y" | "Z" => numbers.next().unwrap().to_string(),
                    _ if component.starts_with('<') => "some_word".to_owned(),
                    _ => component.to_owned(),
                })
                .collect();
            let in_name = numbers.start - 7;
            let name = name.join(".");
            let beside =
                (in_name == 0 && row.scope != Scope::Phone && !row.name.contains('.')).then_some(7);
            let found = target.setting(&name, beside);
            let found = found.unwrap_or_else(|| panic!("{}: `{name}`", target.id()));
            assert_eq!(found.row.name, row.name, "{}", target.id());
            let expected: Vec<u32> = (7..7 + in_name).chain(beside).collect();
            assert_eq!(found.indices.as_slice(), expected, "{name}");
            let word = found.word.map(|word| &name[word]);
            assert_eq!(
                word,
                row.name.contains('<').then_some("some_word"),
                "{name}"
            );
        }
    }
}

#[test]
fn what_nobody_knows_is_not_found() {
    let targets = Targets::builtin();
    let yealink = targets.model("yealink T46S").unwrap().target;
    for name in [
        "",
        ".",
        "account",
        "account.1",
        "account.1.",
        "account.1.labels",
        "account..label",
        "account.X.label.1",
        "account.1.2.label",
        "account.99999999999.label",
        "account.1.codec.pcmu.enabled",
        "account.1.codec..x",
        "zzz.zzz",
        "0",
        "1.2.3.4.5",
    ] {
        assert!(yealink.setting(name, None).is_none(), "{name}");
    }
    assert!(yealink.setting(&"a.".repeat(500), None).is_none());
    assert!(yealink.setting(&"1.".repeat(500), None).is_none());
}

#[test]
fn of_two_rows_of_one_name_the_index_decides() {
    let targets = Targets::builtin();
    for target in targets.iter() {
        let rows = target.settings();
        for pair in rows.windows(2).filter(|pair| pair[0].name == pair[1].name) {
            let scopes = pair.iter().map(|row| row.scope == Scope::Phone);
            if scopes.collect::<std::collections::BTreeSet<_>>().len() < 2 {
                continue;
            }
            let alone = target.setting(pair[0].name, None).unwrap();
            assert_eq!(alone.row.scope, Scope::Phone, "{}", pair[0].name);
            let counted = target.setting(pair[0].name, Some(1)).unwrap();
            assert_ne!(counted.row.scope, Scope::Phone, "{}", pair[0].name);
        }
    }
}

#[test]
fn the_number_beside_a_name_is_its_index() {
    let targets = Targets::builtin();
    let desk = targets.model("snom D785").unwrap().target;
    let found = desk.setting("user_name", Some(3)).unwrap();
    assert_eq!(found.indices.first(), Some(3));
    assert_eq!(
        desk.setting("user_name", None).unwrap().indices.first(),
        None
    );
}
