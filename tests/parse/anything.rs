//! Any bytes: nothing panics, limits hold, time stays linear, and what is told lies in the file.

use std::fs;

use phone_provisioning::Targets;
use phone_provisioning::inspect::target_of;
use phone_provisioning::parse::{self, File, Limits, PARSE_CODES};
use proptest::prelude::*;

use crate::support;

/// Reads the bytes in every way and checks what must hold of any reading.
fn check(bytes: &[u8]) {
    let limits = Limits::default();
    for file in [
        parse::parse(bytes, &limits),
        parse::parse_cfg(bytes, &limits),
        parse::parse_xml(bytes, &limits),
    ] {
        check_file(&file, bytes);
    }
}

fn check_file(file: &File<'_>, bytes: &[u8]) {
    let mut end = 0;
    for setting in file.settings() {
        let (span, value) = (setting.span(), setting.value_span());
        assert!(span.start >= end, "settings overlap or are out of order");
        assert!(span.start <= value.start && value.start <= value.end && value.end <= span.end);
        assert!(span.end <= bytes.len());
        assert!(span.start < span.end);
        assert!(!setting.name().is_empty());
        end = span.end;
        let _ = (
            setting.name(),
            setting.value(),
            setting.section(),
            setting.perm(),
        );
        assert!(setting.attributes().count() <= span.len());
    }
    let mut last = 0;
    for finding in file.findings() {
        let span = finding.span();
        assert!(
            span.start <= span.end && span.end <= bytes.len(),
            "{}",
            finding.code()
        );
        assert!(span.start >= last, "findings are out of order");
        last = span.start;
        let place = file.position(span.start);
        assert!(place.line >= 1 && place.column >= 1);
        assert!(PARSE_CODES.iter().any(|row| row.code == finding.code()));
    }
    for include in file.includes() {
        assert!(include.span().end <= bytes.len());
    }
    let _ = target_of(&Targets::builtin(), file);
}

/// Pieces that mean something to a reader.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"<",
        b">",
        b"</",
        b"/>",
        b"<settings>",
        b"</settings>",
        b"<phone-settings e=\"2\">",
        b"</phone-settings>",
        b"<functionKeys>",
        b"<a>",
        b"</a>",
        b"<b idx=\"1\">",
        b"</b>",
        b"<b",
        b" idx=",
        b"\"",
        b"'",
        b"=",
        b"&",
        b"&amp;",
        b"&#",
        b"&#196;",
        b"&#x10ffff;",
        b";",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?xml version=\"1.0\"?>",
        b"?>",
        b"<!DOCTYPE x [",
        b"]>",
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"\t",
        b"#!version:1.0.0.1\n",
        b"#!version",
        b"#",
        b"account.1.enable = 1\n",
        b"a.b",
        b"[T46S]",
        b"[",
        b"]",
        b"include:config <a.cfg>\n",
        b"include:config",
        b"%%",
        b"__",
        b"{$",
        b"{{",
        b"}",
        b"****",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xff",
        b"\xc3",
        b"\xc3\xa4",
        b"\xf0\x9f\x99\x82",
        b"\0",
        b"\x07",
        b"\x0b",
        b"name!: x\n",
        b"%A%:1\n",
        b"#!encrypt:",
        b"<html>",
    ];
    prop_oneof![
        8 => prop::sample::select(known).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        2 => "[ -~]{0,6}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces_can_be_read(pieces in prop::collection::vec(piece(), 0..40)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Files of others with some bytes changed, taken out or doubled.
    #[test]
    fn damaged_files_can_be_read(
        file in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, piece()), 1..8),
    ) {
        let folder = support::root().join("tests/foreign");
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        names.sort();
        let mut bytes = fs::read(&names[file.index(names.len())]).unwrap();
        for (at, what, piece) in edits {
            let at = at.index(bytes.len() + 1);
            match what {
                0 => drop(bytes.splice(at..at, piece)),
                1 => bytes.truncate(at),
                _ => {
                    let end = (at + 9).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
        }
        check(&bytes);
    }
}

#[test]
fn a_large_file_is_read_up_to_the_limit() {
    let limits = {
        let mut limits = Limits::default();
        limits.bytes = 40;
        limits
    };
    let text = "#!version:1.0.0.1\na.b = 1\nc.d = 2\né.f = 3\n".as_bytes();
    let file = parse::parse(text, &limits);
    let names: Vec<_> = file.settings().iter().map(|s| s.name()).collect();
    assert_eq!(names[..2], ["a.b", "c.d"]);
    assert!(codes(&file).contains(&"P0001"), "{:?}", codes(&file));
    // A limit in the middle of a character leaves it out.
    for bytes in 0..text.len() {
        limits_of(text, bytes);
    }
}

fn limits_of(text: &[u8], bytes: usize) {
    let mut limits = Limits::default();
    limits.bytes = bytes;
    let file = parse::parse(text, &limits);
    check_file(&file, text);
    assert!(!codes(&file).contains(&"P0010"), "{bytes}");
}

#[test]
fn there_are_no_more_settings_than_the_limit() {
    let mut limits = Limits::default();
    limits.settings = 2;
    for text in [
        "#!version:1.0.0.1\na.b = 1\nc.d = 2\ne.f = 3\ng.h = 4\n",
        "<?xml version=\"1.0\"?><settings><global><a>1</a><b>2</b><c>3</c><d>4</d></global></settings>",
        "a: 1\nb: 2\nc: 3\nd: 4\n",
    ] {
        let file = parse::parse(text.as_bytes(), &limits);
        assert_eq!(file.settings().len(), 2);
        let told = codes(&file).iter().filter(|code| **code == "P0002").count();
        assert_eq!(told, 1, "{text}");
    }
}

#[test]
fn there_are_no_more_findings_than_the_limit() {
    let mut limits = Limits::default();
    limits.findings = 3;
    let file = parse::parse(b"#!version:1.0.0.1\nx\nx\nx\nx\nx\n", &limits);
    assert_eq!(codes(&file), ["P0204", "P0204", "P0204", "P0004"]);
    let wrong = [b"<a>".as_slice(), &[0xff; 300], b"</a>"].concat();
    let file = parse::parse(&wrong, &limits);
    assert_eq!(file.findings().len(), 4);
}

#[test]
fn elements_are_no_deeper_than_the_limit() {
    let mut limits = Limits::default();
    limits.depth = 3;
    let file = parse::parse(
        b"<?xml version=\"1.0\"?><phone-settings><a><b>1</b></a></phone-settings>",
        &limits,
    );
    assert_eq!(codes(&file), Vec::<&str>::new());
    assert_eq!(file.settings()[0].value(), "<b>1</b>");
    let file = parse::parse(
        b"<phone-settings><a><b><c><d>1</d></c></b></a></phone-settings>",
        &limits,
    );
    assert!(codes(&file).contains(&"P0003"));
    let deep = b"<a>".repeat(200_000);
    let file = parse::parse(&deep, &Limits::default());
    assert!(file.findings().len() <= 1_001);
}

/// Each of these takes minutes and more where the work grows with the square of the size.
#[test]
fn no_file_takes_long() {
    const SIZE: usize = 1 << 16;
    let fill = |start: &str, piece: &str, end: &str| {
        let mut text = start.to_owned();
        while text.len() < SIZE {
            text.push_str(piece);
        }
        text + end
    };
    let root = "<phone-settings>";
    for (start, piece, end) in [
        (root, "<a>", ""),
        (root, "<a><b>", "</b>"),
        (root, "<a>x\n<b>y</b>\n", "</phone-settings>"),
        (root, "<a b=\"", ""),
        (root, "<a b='\"", "\n"),
        (root, "<a b=\"x\"y z>", ""),
        (root, "<a>1</b>", ""),
        (root, "<a><x/>", "<y></a>"),
        ("<phone-settings><a>", "<x/>", "<y></a>"),
        ("<phone-settings><a>", "<x></x>", "<y></a>"),
        (root, "<!--", ""),
        (root, "<a><!--", ""),
        (root, "<a><![CDATA[", "</a>"),
        (root, "<?", ""),
        (root, "<!D", ""),
        (root, "<", ""),
        (root, "</", ""),
        (root, "</a", ""),
        (root, "&", ""),
        ("<phone-settings><a>", "&#1", ""),
        ("<phone-settings><a>", "&#200;", ""),
        (root, "<a \"", ""),
        ("<a ", "b=1 ", ">"),
        ("<a b=", "\"", ">"),
        (root, "<a></a >", ""),
        ("", "<settings>", ""),
        ("", "<phone-settings>", ""),
        ("<settings>", "<server><a/>", ""),
        ("<settings>", "<a><!-- -->", ""),
        ("", "#!version", ""),
        ("", "#!version:1\r", ""),
        ("", "a.b=", ""),
        ("a.b = ", "a.b=", ""),
        ("", "[", ""),
        ("", "[a]\n", ""),
        ("", "\r", ""),
        ("", "{$", ""),
        ("", "__", ""),
        ("a = ", "__a", ""),
        ("a = ", "*", ""),
        ("", "a = ****\n", ""),
        ("", "\u{7}", ""),
        ("", "a\u{7}", ""),
        ("", "%", ""),
    ] {
        let text = fill(start, piece, end);
        let file = parse::parse(text.as_bytes(), &Limits::default());
        assert!(file.findings().len() <= 1_001);
        let file = parse::parse_cfg(text.as_bytes(), &Limits::default());
        assert!(file.findings().len() <= 1_001);
    }
    // What is no UTF-8 is converted, and places are looked for in it.
    let wrong = b"a.b = \xff\xff\n".repeat(SIZE / 10);
    let file = parse::parse_cfg(&wrong, &Limits::default());
    assert_eq!(file.findings().len(), 1_001);
}

#[test]
fn debug_output_shows_names_and_no_value() {
    let cfg = b"#!version:1.0.0.1\n[T46S]account.1.password = hunter2\ninclude:config <http://u:hunter2@h/a.cfg>\nx hunter2 = hunter2\n";
    let xml = b"<settings><phone-settings><user_pass idx=\"1\" label=\"hunter2\">hunter2&amp;</user_pass>hunter2</phone-settings></settings>";
    for bytes in [cfg.as_slice(), xml] {
        let file = parse::parse(bytes, &Limits::default());
        let shown = format!("{file:?} {:#?} {:?}", file.settings(), file.includes());
        let allowed = shown.replace("x hunter2", "");
        assert!(!allowed.contains("hunter2"), "{shown}");
        assert!(shown.contains("password") || shown.contains("user_pass"));
        let attributes = format!("{:?}", file.settings()[0].attributes());
        assert!(!attributes.contains("hunter2"));
        for finding in file.findings() {
            assert!(!finding.message().contains("hunter2"));
        }
    }
}

fn codes(file: &File<'_>) -> Vec<&'static str> {
    file.findings()
        .iter()
        .map(|finding| finding.code())
        .collect()
}
