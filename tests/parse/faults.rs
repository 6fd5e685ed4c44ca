//! What goes wrong in the field, each by its code and its place, and what is read all the same.

use phone_provisioning::parse::{self, File, FileKind, Limits, PARSE_CODES};

/// Codes that no text alone can show, and the bytes that do.
fn special() -> Vec<(&'static str, Vec<u8>, Limits)> {
    let usual = Limits::default();
    let with = |change: fn(&mut Limits)| {
        let mut limits = usual;
        change(&mut limits);
        limits
    };
    vec![
        (
            "P0001",
            b"#!version:1.0.0.1\n".to_vec(),
            with(|l| l.bytes = 5),
        ),
        ("P0002", b"a = 1\nb = 2".to_vec(), with(|l| l.settings = 1)),
        ("P0003", b"<a><b><c>".to_vec(), with(|l| l.depth = 1)),
        ("P0004", b"a\nb\nc".to_vec(), with(|l| l.findings = 1)),
        ("P0005", Vec::new(), usual),
        ("P0006", vec![0xff; 17], usual),
        ("P0010", b"#!version:1.0.0.1\na = \xe4\n".to_vec(), usual),
    ]
}

#[test]
fn every_code_has_an_example_that_shows_it() {
    let special = special();
    for row in PARSE_CODES {
        if row.example.is_empty() {
            let found = special.iter().find(|(code, ..)| *code == row.code);
            let (_, bytes, limits) = found.unwrap_or_else(|| panic!("{}: no example", row.code));
            let file = parse::parse(bytes, limits);
            assert!(
                codes(&file).contains(&row.code),
                "{}: {:?}",
                row.code,
                codes(&file)
            );
        } else {
            let file = parse::parse(row.example.as_bytes(), &Limits::default());
            let found = file.findings().iter().find(|f| f.code() == row.code);
            let found = found.unwrap_or_else(|| panic!("{}: {:?}", row.code, codes(&file)));
            assert_eq!(found.level(), row.level);
        }
    }
}

#[test]
fn codes_ascend_and_none_is_there_twice() {
    assert!(
        PARSE_CODES
            .windows(2)
            .all(|pair| pair[0].code < pair[1].code)
    );
}

// ---- files that phones reject or misread ----

#[test]
fn a_password_with_an_ampersand() {
    check(
        "<phone-settings>\n<user_pass idx=\"1\">a&b</user_pass>\n<user_name idx=\"1\">201</user_name>\n</phone-settings>",
        &["1:1 P0101", "2:21 P0105"],
        &["user_pass[1] = a&b", "user_name[1] = 201"],
    );
}

#[test]
fn a_display_name_with_a_less_than_sign() {
    check(
        &xml(
            "<user_realname idx=\"1\">Anna <Sales></user_realname>\n<user_name idx=\"1\">1 < 2</user_name>\n",
        ),
        &["3:29 P0106", "4:22 P0106"],
        &["user_realname[1] = Anna <Sales>", "user_name[1] = 1 < 2"],
    );
}

#[test]
fn a_key_that_names_an_address_in_angle_brackets() {
    check(
        &xml(
            "<fkey idx=\"0\" context=\"active\">blf <sip:100@pbx.example></fkey>\n<fkey idx=\"1\">line</fkey>\n",
        ),
        &["3:36 P0106"],
        &["fkey[0] = blf <sip:100@pbx.example>", "fkey[1] = line"],
    );
    // As one that was cut off.
    check(
        &xml("<fkey idx=\"0\">blf <sip:100@pbx.example</fkey>\n<fkey idx=\"1\">line</fkey>\n"),
        &["3:19 P0106"],
        &["fkey[0] = blf <sip:100@pbx.example", "fkey[1] = line"],
    );
}

#[test]
fn a_label_with_quotes() {
    let text = xml("<fkey idx=\"0\" label=\"Bob \"the\" X\" perm=\"R\">speed 1&2</fkey>\n");
    check(
        &text,
        &["3:15 P0111", "3:51 P0105"],
        &["fkey[0] = speed 1&2"],
    );
    let file = parse::parse(text.as_bytes(), &Limits::default());
    let key = &file.settings()[0];
    assert_eq!(key.attribute("label").unwrap(), "Bob \"the\" X");
    assert_eq!(key.perm().unwrap(), "R");
}

#[test]
fn a_firmware_address_with_a_raw_ampersand() {
    check(
        "<?xml version=\"1.0\"?>\n<firmware-settings>\n<firmware>http://h/u.bin?mac={mac}&chained_url=http://h/i.bin</firmware>\n</firmware-settings>\n",
        &["3:35 P0105"],
        &["firmware = http://h/u.bin?mac={mac}&chained_url=http://h/i.bin"],
    );
}

#[test]
fn a_context_key_closed_by_the_end_tag_of_another() {
    check(
        &xml(
            "<context_key idx=\"0\" perm=\"R\">keyevent F_REDIRECT</gui_fkey1>\n<context_key idx=\"1\">none</context_key>\n",
        ),
        &["3:50 P0117"],
        &[
            "context_key[0] = keyevent F_REDIRECT",
            "context_key[1] = none",
        ],
    );
}

#[test]
fn a_comment_before_the_declaration() {
    check(
        "<!-- for 000413 -->\n<?xml version=\"1.0\"?>\n<settings><global><a>1</a></global></settings>",
        &["2:1 P0102"],
        &["a = 1"],
    );
}

#[test]
fn stray_output_before_the_file() {
    check(
        "<br />\n<b>Notice</b>: Undefined = x\n#!version:1.0.0.1\naccount.1.enable = 1\n",
        &["1:1 P0013"],
        &["account.1.enable = 1"],
    );
    check(
        "Notice: Undefined\n<?xml version=\"1.0\"?><settings><global><a>1</a></global></settings>",
        &["1:1 P0013"],
        &["a = 1"],
    );
    check(
        "\n<?xml version=\"1.0\"?><settings><global><a>1</a></global></settings>",
        &["1:1 P0013"],
        &["a = 1"],
    );
}

#[test]
fn an_error_page_instead_of_a_file() {
    let file = "<!DOCTYPE html>\n<html><body><h1>404</h1></body></html>\n";
    check(file, &["2:1 P0014"], &[]);
    assert_eq!(read(file).kind(), FileKind::Other);
}

#[test]
fn two_documents_in_one_file() {
    check(
        "<?xml version=\"1.0\"?>\n<settings><global><a>1</a></global></settings>\n<?xml version=\"1.0\"?>\n<settings><global><b>2</b></global></settings>\n",
        &["3:1 P0103", "4:1 P0120"],
        &["a = 1", "b = 2"],
    );
}

#[test]
fn an_attribute_without_quotes() {
    let text = "<?xml version=\"1.0\"?>\n<firmware-settings>\n<pp_fwu_sw_version type=M65>740</pp_fwu_sw_version>\n</firmware-settings>\n";
    check(text, &["3:20 P0110"], &["pp_fwu_sw_version = 740"]);
    assert_eq!(read(text).settings()[0].attribute("type").unwrap(), "M65");
}

#[test]
fn an_attribute_whose_quote_is_not_closed() {
    let text =
        xml("<fkey idx=\"0\" label=\"open perm=R>line</fkey>\n<fkey idx=\"1\">line</fkey>\n");
    check(
        &text,
        &["3:15 P0111"],
        &["fkey[0] = line", "fkey[1] = line"],
    );
}

#[test]
fn elements_that_are_not_closed() {
    check(
        &xml(
            "<user_name idx=\"1\">201\n<user_pass idx=\"1\">x</user_pass>\n<user_host idx=\"1\">h\n",
        ),
        &["3:1 P0116", "5:1 P0116"],
        &["user_name[1] = 201", "user_pass[1] = x", "user_host[1] = h"],
    );
    check(
        "<?xml version=\"1.0\"?>\n<settings>\n<phone-settings>\n<a>1</a>\n<functionKeys>\n<fkey idx=\"0\">line</fkey>\n</functionKeys>\n</settings>\n",
        &["3:1 P0116"],
        &["a = 1", "fkey[0] = line"],
    );
    check(
        "<?xml version=\"1.0\"?>\n<settings>\n<phone-settings>\n<a>1</a>\n",
        &["2:1 P0116", "3:1 P0116"],
        &["a = 1"],
    );
}

#[test]
fn elements_that_cross() {
    check(
        &xml("<a>1<b>2</a></b>\n<c>3</c>\n"),
        &["3:1 P0118"],
        &["a = 1", "b = 2", "c = 3"],
    );
}

#[test]
fn a_section_closed_by_its_name_in_other_letters() {
    check(
        "<?xml version=\"1.0\"?>\n<settings><functionKeys><fkey idx=\"0\">line</fkey></function-keys></settings>",
        &["2:50 P0117"],
        &["fkey[0] = line"],
    );
}

#[test]
fn a_tag_that_is_not_closed() {
    check(
        &xml("<user_name idx=\"1\"\n<user_pass idx=\"1\">x</user_pass>\n"),
        &["3:1 P0115"],
        &["user_name[1] = ", "user_pass[1] = x"],
    );
}

#[test]
fn settings_without_a_root() {
    let text = "<?xml version=\"1.0\"?>\n<user_name idx=\"1\">201</user_name>\n<user_pass idx=\"1\">x</user_pass>\n";
    check(
        text,
        &["2:1 P0122"],
        &["user_name[1] = 201", "user_pass[1] = x"],
    );
    assert_eq!(read(text).kind(), FileKind::Settings);
}

#[test]
fn text_between_the_settings() {
    check(
        &xml("<a>1</a>; <b>2</b>\n{/foreach}\n"),
        &["3:9 P0121", "4:1 P0012"],
        &["a = 1", "b = 2"],
    );
}

// ---- lines ----

#[test]
fn settings_glued_to_one_line() {
    check(
        &cfg(
            "account.1.codec.1.enable = 1account.1.codec.1.payload_type = PCMU\nfeatures.a = \"1\"phone_setting.b = 2\n",
        ),
        &["2:29 P0208", "3:17 P0208"],
        &[
            "account.1.codec.1.enable = 1account.1.codec.1.payload_type = PCMU",
            "features.a = \"1\"phone_setting.b = 2",
        ],
    );
    // Signs of equality in a value are not the next setting.
    check(
        &cfg(
            "a.url = http://h.example/?x.y=1&z.q=2\nb.base = ou=people,dc=pbx\nc.filter = (|(cn=%)(sn.x=%))\nd.e = f=g\n",
        ),
        &[],
        &[
            "a.url = http://h.example/?x.y=1&z.q=2",
            "b.base = ou=people,dc=pbx",
            "c.filter = (|(cn=%)(sn.x=%))",
            "d.e = f=g",
        ],
    );
}

#[test]
fn lines_without_a_sign_of_equality() {
    check(
        &cfg("account.1.enable\naccount.1.label = Do\nris\n"),
        &["2:1 P0204", "4:1 P0204"],
        &["account.1.label = Do"],
    );
}

#[test]
fn placeholder_names_left_in() {
    check(
        &cfg(
            "a.b = __background__\na.c = {$x}\na.d = {{ y }}\na.e = ${HOST}\na.f = %%p::n%%\n{foreach $l as $k}\na.{$n}.g = 1\na.h = {mac}\n# {$z}\na.i = %%NULL%%\na.j = snake__case\n",
        ),
        &[
            "2:7 P0012",
            "3:7 P0012",
            "4:7 P0012",
            "5:7 P0012",
            "6:7 P0012",
            "7:1 P0012",
            "8:3 P0012",
        ],
        &[
            "a.b = __background__",
            "a.c = {$x}",
            "a.d = {{ y }}",
            "a.e = ${HOST}",
            "a.f = %%p::n%%",
            "a.{$n}.g = 1",
            "a.h = {mac}",
            "a.i = %%NULL%%",
            "a.j = snake__case",
        ],
    );
}

#[test]
fn a_line_feed_in_a_display_name_adds_a_setting() {
    // Nothing in the bytes tells it from a setting that is meant: so it is read, as the phone does.
    check(
        &cfg("account.1.display_name = Bob\nstatic.security.user_password = admin:x\n"),
        &[],
        &[
            "account.1.display_name = Bob",
            "static.security.user_password = admin:x",
        ],
    );
}

#[test]
fn bare_names() {
    check(
        &cfg("a.b =\na.c=\na.d = %NULL%\n"),
        &["2:1 P0205", "3:1 P0205"],
        &["a.b = ", "a.c = ", "a.d = %NULL%"],
    );
}

#[test]
fn a_header_that_is_missing_late_or_another() {
    check("a.b = 1\n", &["1:1 P0201"], &["a.b = 1"]);
    check(
        "\n#!version:1.0.0.1\na.b = 1\n",
        &["2:1 P0202"],
        &["a.b = 1"],
    );
    check(
        "a.a = 0\n#!version:1.0.0.1\na.b = 1\n",
        &["2:1 P0202"],
        &["a.a = 0", "a.b = 1"],
    );
    check("#!version:1.0.0.2\na.b = 1\n", &["1:1 P0203"], &["a.b = 1"]);
    check(
        "# !Version: 1.0.0.1\na.b = 1\n",
        &["1:1 P0203"],
        &["a.b = 1"],
    );
    check(
        "#!version:1.0.0.1\n#!version:1.0.0.1\na.b = 1\n",
        &[],
        &["a.b = 1"],
    );
}

#[test]
fn names_that_are_none() {
    check(
        &cfg("account 1.label = A\n= 1\nlängs = 2\na/b = 3\n"),
        &["2:8 P0207", "3:1 P0206", "4:2 P0207", "5:2 P0207"],
        &["account 1.label = A", "längs = 2", "a/b = 3"],
    );
    check(
        &cfg("; a.b = 1\n// a.b = 1\n  # a.b = 1\n"),
        &["2:1 P0215", "3:1 P0215"],
        &[],
    );
}

#[test]
fn a_name_of_nothing_but_other_white_space() {
    // Found by fuzzing: it was read as a setting without a name, and nothing was told.
    for space in ["\u{b}", "\u{c}\u{b}", "\u{a0}", "\u{2028}"] {
        let text = cfg(&format!("{space}= 1\n"));
        let file = read(&text);
        assert!(codes(&file).contains(&"P0207"), "{space:?}");
        assert_eq!(file.settings()[0].name(), space);
    }
}

#[test]
fn characters_that_no_phone_reads() {
    check(
        &cfg("a.b = x\u{7}\u{8}y\u{85}\n"),
        &["2:8 P0011", "2:11 P0011"],
        &["a.b = x\u{7}\u{8}y\u{85}"],
    );
    let file = parse::parse(
        b"#!version:1.0.0.1\na.b = J\xfcrgen\na.c = 1\n",
        &Limits::default(),
    );
    assert_eq!(places(&file), ["2:8 P0010"]);
    assert_eq!(settings(&file), ["a.b = J\u{fffd}rgen", "a.c = 1"]);
    let value = file.settings()[0].value_span();
    assert_eq!(&file.input()[value], b"J\xfcrgen");
    assert_eq!(&file.input()[file.settings()[1].span()], b"a.c = 1");
}

#[test]
fn a_byte_order_mark() {
    check(
        "\u{feff}#!version:1.0.0.1\na.b = 1\n",
        &["1:1 P0008"],
        &["a.b = 1"],
    );
    check(
        "\u{feff}<?xml version=\"1.0\"?>\n<settings><global><a>1</a></global></settings>",
        &["1:1 P0008"],
        &["a = 1"],
    );
}

#[test]
fn line_ends() {
    check(
        "#!version:1.0.0.1\r\na.b = 1\r\na.c = 2\r\n",
        &[],
        &["a.b = 1", "a.c = 2"],
    );
    check(
        "#!version:1.0.0.1\ra.b = 1\ra.c = 2\r",
        &["1:18 P0214"],
        &["a.b = 1", "a.c = 2"],
    );
    check(
        &cfg("a.b = 1\ra.c = 2\n"),
        &["2:8 P0214", "2:9 P0208"],
        &["a.b = 1\ra.c = 2"],
    );
    let text = xml("<a>1\r\n2&#13;</a>\n");
    check(&text, &[], &["a = 1\n2\r"]);
}

#[test]
fn blanks_around_names_and_values() {
    check(
        &cfg("a.b = 1 \t\n \ta.c\t =\t x y \na.d=2\na.e =  \n"),
        &["5:1 P0205"],
        &["a.b = 1", "a.c = x y", "a.d = 2", "a.e = "],
    );
}

#[test]
fn a_mask_of_asterisks() {
    check(
        &xml("<http_pass>**********</http_pass>\n<a>*8****</a>\n<b>****</b>\n"),
        &["3:12 P0015", "5:4 P0015"],
        &["http_pass = **********", "a = *8****", "b = ****"],
    );
}

// ---- references ----

#[test]
fn numeric_references_are_bytes_or_letters() {
    let row = |section: &str, value: &str| {
        format!("<?xml version=\"1.0\"?>\n<phone-settings{section}><a>{value}</a></phone-settings>")
    };
    let value = |text: &str| {
        let file = parse::parse(text.as_bytes(), &Limits::default());
        (
            file.settings()[0].value().to_owned(),
            codes(&file).join(" "),
        )
    };
    let told = |value: &str, code: &str| (value.to_owned(), code.to_owned());
    assert_eq!(
        value(&row("", "&#196;&#140;e&#xc5;&#xA1;tina")),
        told("Čeština", "")
    );
    assert_eq!(
        value(&row(" e=\"2\"", "&#268;e&#353;tina")),
        told("Čeština", "")
    );
    assert_eq!(value(&row(" e=\"2\"", "&#196;")), told("Ä", ""));
    assert_eq!(value(&row("", "&#196;x")), told("Äx", "P0108"));
    assert_eq!(value(&row("", "&#268;")), told("Č", "P0108"));
    assert_eq!(value(&row("", "&#65;&#10;&#x26;")), told("A\n&", ""));
    assert_eq!(
        value(&row("", "&#0;&#xd800;&#x110000;&#99999999999;")),
        told(
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
            "P0109 P0109 P0109 P0109"
        )
    );
    assert_eq!(
        value(&row("", "&#;&#x;&#1")),
        told("&#;&#x;&#1", "P0105 P0105 P0105")
    );
    assert_eq!(
        value(&row("", "&amp;amp;&lt;&gt;&quot;&apos;")),
        told("&amp;<>\"'", "")
    );
    assert_eq!(
        value(&row("", "&foo;&AMP;&;")),
        told("&foo;&AMP;&;", "P0107 P0107 P0105")
    );
}

#[test]
fn what_a_value_can_hold_beside_text() {
    check(
        &xml(
            "<a>x<!-- c -->y<![CDATA[<&amp;>]]>z<?php ?>!</a>\n<b><c d=\"1\">2</c></b>\n<e>\n  <f/>\n</e>\n",
        ),
        &["3:36 P0012"],
        &["a = xy<&amp;>z!", "b = <c d=\"1\">2</c>", "e = <f/>"],
    );
}

// ---- helpers ----

fn xml(settings: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<phone-settings>\n{settings}</phone-settings>\n")
}

fn cfg(lines: &str) -> String {
    format!("#!version:1.0.0.1\n{lines}")
}

fn read(text: &str) -> File<'_> {
    parse::parse(text.as_bytes(), &Limits::default())
}

#[track_caller]
fn check(text: &str, findings: &[&str], expected: &[&str]) {
    let file = read(text);
    assert_eq!(places(&file), findings);
    assert_eq!(settings(&file), expected);
}

fn places(file: &File<'_>) -> Vec<String> {
    file.findings()
        .iter()
        .map(|f| format!("{} {}", file.position(f.span().start), f.code()))
        .collect()
}

fn settings(file: &File<'_>) -> Vec<String> {
    file.settings()
        .iter()
        .map(|s| match s.index() {
            Some(index) => format!("{}[{index}] = {}", s.name(), s.value()),
            None => format!("{} = {}", s.name(), s.value()),
        })
        .collect()
}

fn codes(file: &File<'_>) -> Vec<&'static str> {
    file.findings()
        .iter()
        .map(|finding| finding.code())
        .collect()
}
