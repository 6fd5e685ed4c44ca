//! Names of files: what they are, whose, and what they tell.

use phone_provisioning::delivery::{AddressSpace, RequestFacts, identify};
use phone_provisioning::model::{Site, UrlTemplate};
use phone_provisioning::target::FileKind;

use super::{TARGETS, path, shown};

/// Path, kind, maker, model, address; `-` where there is none.
const PATHS: &[(&str, &str, &str, &str, &str)] = &[
    // Snom.
    ("/snomD785.htm", "common", "snom", "D785", "-"),
    (
        "/p/snomD785-000413A11FA7.htm",
        "device",
        "snom",
        "D785",
        "000413a11fa7",
    ),
    (
        "/snomD345-000413A11FA7.htm",
        "device",
        "snom",
        "D345",
        "000413a11fa7",
    ),
    ("/snom715.htm", "common", "snom", "D715", "-"),
    ("/snomM900.htm", "common", "snom", "M900", "-"),
    (
        "/snomM900-000413B60680.htm",
        "device",
        "snom",
        "M900",
        "000413b60680",
    ),
    (
        "/SNOMd785-000413a11fa7.HTM",
        "device",
        "snom",
        "D785",
        "000413a11fa7",
    ),
    ("/snomD999.htm", "common", "snom", "-", "-"),
    (
        "/snomD999-000413A11FA7.htm",
        "device",
        "snom",
        "-",
        "000413a11fa7",
    ),
    ("/000413A11FA7.xml", "device", "snom", "-", "000413a11fa7"),
    ("/000413a11fa7.xml", "device", "snom", "-", "000413a11fa7"),
    (
        "/000413A11FA7-firmware.xml",
        "firmware",
        "snom",
        "-",
        "000413a11fa7",
    ),
    ("/snomM900-firmware.xml", "firmware", "snom", "-", "-"),
    (
        "/snomD785-10.1.127.10-SIP-r.bin",
        "firmware",
        "snom",
        "-",
        "-",
    ),
    (
        "/snomD895-10.1.226.16-SIP-r.swu",
        "firmware",
        "snom",
        "-",
        "-",
    ),
    ("/M900/M900_v0740_b0104.fwu", "firmware", "snom", "-", "-"),
    ("/gui_lang_DE.xml", "language", "snom", "-", "-"),
    (
        "/snom360/snom360.php?mac=000413231122",
        "device",
        "snom",
        "-",
        "000413231122",
    ),
    // Yealink.
    (
        "/805e0c123456.cfg",
        "device",
        "yealink",
        "-",
        "805e0c123456",
    ),
    (
        "/805E0C123456.cfg",
        "device",
        "yealink",
        "-",
        "805e0c123456",
    ),
    (
        "/80:5e:0c:12:34:56.cfg",
        "device",
        "yealink",
        "-",
        "805e0c123456",
    ),
    ("/805e0c123456.boot", "boot", "yealink", "-", "805e0c123456"),
    ("/y000000000000.boot", "boot", "yealink", "-", "-"),
    ("/y000000000028.cfg", "common", "yealink", "T46G", "-"),
    ("/y000000000066.cfg", "common", "yealink", "T46S", "-"),
    ("/y000000000108.cfg", "common", "yealink", "T46U", "-"),
    // Two models share the number; no model has it.
    ("/y000000000124.cfg", "common", "yealink", "-", "-"),
    ("/y000000000999.cfg", "common", "yealink", "-", "-"),
    (
        "/805e0c123456-local.cfg",
        "local-settings",
        "yealink",
        "-",
        "805e0c123456",
    ),
    (
        "/805e0c123456-contact.xml",
        "contacts",
        "yealink",
        "-",
        "805e0c123456",
    ),
    (
        "/805e0c123456-calllog.xml",
        "call-log",
        "yealink",
        "-",
        "805e0c123456",
    ),
    (
        "/805e0c123456_Security.enc",
        "key",
        "yealink",
        "-",
        "805e0c123456",
    ),
    ("/y000000000066_Security.enc", "key", "yealink", "-", "-"),
    ("/T46S-66.86.0.15.rom", "firmware", "yealink", "-", "-"),
    ("/004.GUI.German.lang", "language", "yealink", "-", "-"),
    // Folders, and names that nobody knows.
    ("/", "folder", "-", "-", "-"),
    ("", "folder", "-", "-", "-"),
    ("/p/", "folder", "-", "-", "-"),
    (
        "/?mac=805e0c123456",
        "folder",
        "yealink",
        "-",
        "805e0c123456",
    ),
    ("/favicon.ico", "other", "-", "-", "-"),
    (
        "/cfg-805e0c123456.txt",
        "other",
        "yealink",
        "-",
        "805e0c123456",
    ),
    (
        "/020000112233.cfg",
        "device",
        "yealink",
        "-",
        "020000112233",
    ),
    // An address in the folder counts when it is in a maker's block.
    (
        "/805e0c123456/y000000000066.cfg",
        "common",
        "yealink",
        "T46S",
        "805e0c123456",
    ),
    (
        "/112233445566/y000000000066.cfg",
        "common",
        "yealink",
        "T46S",
        "-",
    ),
    // What is no address.
    ("/000000000000.cfg", "device", "yealink", "-", "-"),
    ("/ffffffffffff.xml", "device", "snom", "-", "-"),
    ("/805e0c12345.cfg", "other", "-", "-", "-"),
    ("/805e0c1234567.cfg", "other", "-", "-", "-"),
    ("/x805e0c123456.cfg", "other", "-", "-", "-"),
    ("/y0000000000123.cfg", "other", "-", "-", "-"),
    ("/{mac}.xml", "other", "-", "-", "-"),
    ("/%7Bmac%7D.cfg", "other", "-", "-", "-"),
    ("/%3Cmac%3E.cfg", "other", "-", "-", "-"),
    ("/805e0c%00123456.cfg", "other", "-", "-", "-"),
    ("/805e0c123456.cfg%", "other", "-", "-", "-"),
];

#[test]
fn names_tell_kind_maker_model_and_address() {
    for &(text, kind, vendor, model, mac) in PATHS {
        let phone = path(text);
        let [found_vendor, found_model, _, found_mac] = shown(&phone);
        let found = [
            phone.file().kind().as_str(),
            &found_vendor,
            &found_model,
            &found_mac,
        ];
        assert_eq!(found, [kind, vendor, model, mac], "{text}");
        assert!(phone.conflicts().is_empty(), "{text}");
    }
}

/// Every name that a target says its phones ask for is read back.
#[test]
fn all_names_of_all_models() {
    for target in TARGETS.iter() {
        for row in target.models() {
            for name in target.file_names(row) {
                let text = format!("/p/{}", name.replace("<mac>", "020000aabbcc"));
                let text = text.replace("<MAC>", "020000AABBCC");
                let phone = path(&text);
                let kind = phone.file().kind();
                let own = name.to_ascii_lowercase().contains("<mac>");
                let expected = if own {
                    FileKind::Device
                } else {
                    FileKind::Common
                };
                assert_eq!(kind, expected, "{text}");
                assert_eq!(phone.mac().is_some(), own, "{text}");
                assert_eq!(phone.vendor().unwrap().value, target.vendor(), "{text}");
                if let Some(model) = phone.model() {
                    let known = model.value.known().unwrap();
                    assert!(target.file_names(known.row).contains(&name), "{text}");
                }
            }
        }
    }
}

/// With an address space only the file that it finds counts, and the place of `{mac}`.
#[test]
fn within_an_address_space() {
    let template = |text| UrlTemplate::parse(text, Site::URL_PLACEHOLDERS).unwrap();
    let folder = template("https://pbx/p/{mac}/{token}/");
    let file = template("https://pbx/f/{token}/cfg-{mac}.txt");
    let only_token = template("https://pbx/t/{token}");
    let space = AddressSpace::new([&folder, &file, &only_token]).unwrap();
    let kind_and_mac = |text: &str| {
        let facts = RequestFacts::new(text);
        let facts = facts.with_located(space.find(&facts).unwrap());
        let phone = identify(&TARGETS, &facts);
        let mac = phone.mac().map(|fact| fact.value.plain_lower().to_string());
        let conflicts = phone.conflicts().len();
        (
            phone.file().kind().as_str(),
            phone.file().name().to_owned(),
            mac,
            conflicts,
        )
    };
    let mac = || Some("000413a11fa7".to_owned());
    let name = |name: &str| name.to_owned();
    assert_eq!(
        kind_and_mac("/p/000413A11FA7/tok/snomD345.htm"),
        ("common", name("snomD345.htm"), mac(), 0)
    );
    assert_eq!(
        kind_and_mac("/p/000413A11FA7/tok/000413a11fa8.xml"),
        ("device", name("000413a11fa8.xml"), None, 1)
    );
    assert_eq!(
        kind_and_mac("/f/tok/cfg-000413a11fa7.txt"),
        ("device", name("cfg-000413a11fa7.txt"), mac(), 0)
    );
    // A token that looks like an address is none.
    assert_eq!(
        kind_and_mac("/t/000413a11fa7"),
        ("device", name(""), None, 0)
    );
}

// ---- defects of other systems, by the number of the collection ----

/// A block that is missing in a list left phones unrecognised (field 25): each of the blocks is known.
#[test]
fn field_25_every_block_of_a_maker_is_known() {
    for (vendor, blocks) in [
        ("snom", &["000413"][..]),
        (
            "yealink",
            &[
                "001565", "249ad8", "3497d7", "44dbd2", "644f56", "805e0c", "805ec0", "b061a9",
                "c4fc22", "e434d7", "ec1da9", "f01653",
            ],
        ),
    ] {
        for block in blocks {
            // A name that tells nothing.
            let text = format!("/files/{block}112233.bin");
            let phone = path(&text);
            assert_eq!(phone.vendor().unwrap().value, vendor, "{block}");
        }
    }
}

/// Phones ask in the other letter case than the file was written in (field 40).
#[test]
fn field_40_letter_case_does_not_matter() {
    for name in [
        "snomD785-000413a11fa7.htm",
        "SnomD785-000413A11FA7.HTM",
        "000413a11fa7.XML",
        "805E0C123456.CFG",
        "Y000000000066.CFG",
    ] {
        let (text, lower) = (
            format!("/{name}"),
            format!("/{}", name.to_ascii_lowercase()),
        );
        let (phone, same) = (path(&text), path(&lower));
        assert_eq!(shown(&phone), shown(&same), "{name}");
        assert_eq!(phone.file().kind(), same.file().kind(), "{name}");
        assert_ne!(phone.file().kind(), FileKind::Other, "{name}");
    }
}

/// Some firmware writes colons at `{mac}` (field 41), some for one file and not for another (field 42).
#[test]
fn field_41_and_42_colons_do_not_matter() {
    for (name, kind) in [
        ("80:5e:0c:12:34:56.cfg", FileKind::Device),
        ("80%3A5e%3A0c%3A12%3A34%3A56.cfg", FileKind::Device),
        ("80:5e:0c:12:34:56-contact.xml", FileKind::Contacts),
        ("snomD785-00:04:13:A1:1F:A7.htm", FileKind::Device),
    ] {
        let text = format!("/{name}");
        let phone = path(&text);
        assert!(phone.mac().is_some(), "{name}");
        assert_eq!(phone.file().kind(), kind, "{name}");
    }
}

/// A phone that has no address must not become one of the fleet (field 45).
#[test]
fn field_45_no_phone_has_the_address_of_zeros() {
    for text in [
        "/000000000000.cfg",
        "/x?mac=000000000000",
        "/snomD785-000000000000.htm",
    ] {
        assert!(path(text).mac().is_none(), "{text}");
    }
}
