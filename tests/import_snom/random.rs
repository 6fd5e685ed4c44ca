//! Any file that can be parsed can be imported: no panic, and a document that resolves unless
//! something is missing.

use proptest::prelude::*;

use super::*;

/// Names of the dictionaries, names that nobody knows, values of all sorts.
fn setting(names: Vec<&'static str>) -> impl Strategy<Value = String> {
    let index = prop_oneof![
        Just(String::new()),
        (0u32..14).prop_map(|i| format!(" idx=\"{i}\"")),
        Just(" idx=\"70000\"".to_owned()),
        Just(" type=\"M65\"".to_owned()),
    ];
    let value = prop_oneof![
        Just(String::new()),
        Just("on".to_owned()),
        Just("off".to_owned()),
        (0u32..100_000).prop_map(|n| n.to_string()),
        Just("sip.example.net:5061;transport=tls,b.example.net;transport=tls".to_owned()),
        Just("GER+1".to_owned()),
        Just("+3600".to_owned()),
        Just("3600 03.05.07 02:00:00 10.05.07 03:00:00".to_owned()),
        Just("https://pbx.example.net/p/{mac}.xml".to_owned()),
        Just("g722,pcmu,x,telephone-event".to_owned()),
        Just("blf &lt;sip:201@pbx.example.net&gt;|**".to_owned()),
        Just("speed *8".to_owned()),
        Just("Deutsch".to_owned()),
        Just("0x00092263A1".to_owned()),
        Just("a&#10;b".to_owned()),
        "[ -~]{0,12}".prop_map(|text| text.replace(['&', '<'], "")),
    ];
    let more = prop_oneof![
        3 => Just(""),
        1 => Just(" context=\"2\" label=\"A&lt;br&gt;B\""),
        1 => Just(" perm=\"R\""),
    ];
    (proptest::sample::select(names), index, more, value)
        .prop_map(|(name, index, more, value)| format!("<{name}{index}{more}>{value}</{name}>\n"))
}

fn names(target: &str) -> Vec<&'static str> {
    let targets = Targets::builtin();
    let target = targets
        .iter()
        .find(|own| own.id().as_str() == target)
        .unwrap();
    let names = target.settings().iter().map(|row| row.name);
    names.chain(["no_such_setting", "item", "file"]).collect()
}

fn document(target: &str) -> impl Strategy<Value = String> {
    let root =
        proptest::sample::select(vec!["settings", "phone-settings", "tbook", "setting-files"]);
    let section = proptest::sample::select(vec!["phone-settings", "functionKeys", "global", "x"]);
    let settings = proptest::collection::vec(setting(names(target)), 0..60);
    (root, section, settings).prop_map(|(root, section, settings)| {
        let settings = settings.concat();
        format!(
            "<?xml version=\"1.0\"?>\n<{root}><{section} e=\"2\">{settings}</{section}></{root}>"
        )
    })
}

/// Imports for a few models, with and without what is known beside the file.
fn check(id: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let targets = Targets::builtin();
    let target = targets.iter().find(|own| own.id().as_str() == id).unwrap();
    for model in [None, target.models().first(), target.models().get(15)] {
        let known = Known {
            model,
            ..Known::default()
        };
        let imported = import(target.as_ref(), &[("000413A11FA7.xml", bytes)], known);
        let missing = imported
            .remarks()
            .iter()
            .any(|remark| remark.kind() == RemarkKind::Missing);
        let resolved = imported.document(Secrets::Expose).resolve(&targets);
        if let (Err(errors), false) = (resolved, missing) {
            let text = String::from_utf8_lossy(bytes);
            return Err(TestCaseError::fail(format!("{errors}\n{text}")));
        }
    }
    Ok(())
}

/// Far more than any phone holds: what is beyond is left out.
#[test]
fn a_file_of_very_many_accounts_and_keys_is_imported() {
    let mut text = "<settings><phone-settings>".to_owned();
    for i in 1..=1_000 {
        text += &format!(
            "<user_name idx=\"{i}\">{i}</user_name><user_pass idx=\"{i}\">p</user_pass>\n"
        );
    }
    text += "</phone-settings><functionKeys>";
    for i in 0..1_000 {
        text += &format!("<fkey idx=\"{i}\" label=\"&lt;br&lt;br\">blf {i}|*{i}</fkey>\n");
    }
    text += "</functionKeys></settings>";
    for id in ["snom-desk", "snom-dect"] {
        check(id, text.as_bytes()).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_settings_of_a_desk_phone_can_be_imported(text in document("snom-desk")) {
        check("snom-desk", text.as_bytes())?;
    }

    #[test]
    fn any_settings_of_a_base_can_be_imported(text in document("snom-dect")) {
        check("snom-dect", text.as_bytes())?;
    }

    #[test]
    fn any_bytes_can_be_imported(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check("snom-desk", &bytes)?;
        check("snom-dect", &bytes)?;
    }
}
