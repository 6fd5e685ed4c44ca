//! The address space: templates of every kind, for every target, and the paths of honest phones and of
//! others.

#![cfg(all(feature = "snom", feature = "yealink"))]

use std::sync::Arc;

use phone_provisioning::delivery::{AddressSpace, Located, PhoneUrl, RequestFacts, Token};
use phone_provisioning::model::{Mac, Site, UrlScheme, UrlTemplate};
use phone_provisioning::target::ProvisioningTarget;
use phone_provisioning::{Device, Output, Provisioner, Targets};
use proptest::prelude::*;

const MAC: &str = "000413a11fa7";

fn template(text: &str) -> UrlTemplate {
    UrlTemplate::parse(text, Site::URL_PLACEHOLDERS).unwrap()
}

fn space(templates: &[&str]) -> AddressSpace {
    let templates: Vec<_> = templates.iter().map(|text| template(text)).collect();
    AddressSpace::new(&templates).unwrap()
}

/// What is found, as words: `token file mac`; `-` where there is none, `?` for a place left as it is.
fn shown(found: Option<Located<'_>>) -> String {
    let Some(found) = found else {
        return "outside".into();
    };
    let token = found.token().map_or("-".into(), Token::expose);
    let file = if found.file().is_empty() {
        "-"
    } else {
        found.file()
    };
    let mac = match found.mac() {
        Some(mac) => mac.plain_lower().to_string(),
        None if found.is_unfilled() => "?".into(),
        None => "-".into(),
    };
    format!("{token} {file} {mac}")
}

#[track_caller]
fn assert_found(templates: &[&str], cases: &[(&str, &str)]) {
    let space = space(templates);
    for (path, expected) in cases {
        let found = space.find(&RequestFacts::new(path));
        assert_eq!(shown(found), *expected, "{templates:?} {path}");
    }
}

// ---- what a template matches ----

#[test]
fn folders() {
    assert_found(
        &["https://pbx/p/{token}/"],
        &[
            ("/p/tok/805e0c123456.cfg", "tok 805e0c123456.cfg -"),
            ("/p/tok/", "tok - -"),
            ("/p/tok", "tok - -"),
            ("/p/tok/snomD345.htm?x=1", "tok snomD345.htm -"),
            // As a phone joins a folder and a name that both have a slash.
            ("/p/tok//805e0c123456.cfg", "tok 805e0c123456.cfg -"),
            ("//p///tok//x", "tok x -"),
            // The encoding of a letter is the letter.
            ("/%70/tok/x", "tok x -"),
            ("/p/t%6fk/x", "tok x -"),
            ("/P/tok/x", "outside"),
            ("/q/tok/x", "outside"),
            ("/p/tok/x/", "outside"),
            ("/p/tok/x/y", "outside"),
            ("/p/", "outside"),
            ("/p//", "outside"),
            ("/p", "outside"),
            ("/", "outside"),
            ("", "outside"),
            ("p/tok/x", "tok x -"),
        ],
    );
    assert_found(
        &["http://pbx/{mac}/"],
        &[
            ("/000413A11FA7/snomD345.htm", "- snomD345.htm 000413a11fa7"),
            ("/000413a11fa7/x", "- x 000413a11fa7"),
            ("/00:04:13:a1:1f:a7/x", "- x 000413a11fa7"),
            ("/00%3A04%3a13%3AA1%3A1F%3AA7/x", "- x 000413a11fa7"),
            ("/00-04-13-A1-1F-A7/x", "- x 000413a11fa7"),
            ("/{mac}/x", "- x ?"),
            ("/%7Bmac%7D/x", "- x ?"),
            ("/%7bMAC%7d/x", "- x ?"),
            ("/000413A11FA/x", "outside"),
            ("/000413A11FA77/x", "outside"),
            ("/000413A11FAG/x", "outside"),
            ("/000000000000/x", "outside"),
            ("/ffffffffffff/x", "outside"),
            ("/00:04:13-a1:1f:a7/x", "outside"),
            ("/mac/x", "outside"),
        ],
    );
    // The whole server.
    for whole in ["https://pbx", "https://pbx/"] {
        let cases = [
            ("/x", "- x -"),
            ("/", "- - -"),
            ("", "- - -"),
            ("/x/y", "outside"),
        ];
        assert_found(&[whole], &cases);
    }
}

#[test]
fn files() {
    let cases = [
        (
            "/p/tok/cfg-000413A11FA7.xml",
            "tok cfg-000413A11FA7.xml 000413a11fa7",
        ),
        ("/p/tok/cfg-{mac}.xml", "tok cfg-{mac}.xml ?"),
        // Beside it, in the same folder.
        (
            "/p/tok/000413A11FA7-firmware.xml",
            "tok 000413A11FA7-firmware.xml -",
        ),
        ("/p/tok/", "outside"),
        ("/p/tok", "outside"),
        ("/p/tok/cfg-000413A11FA7.xml/", "outside"),
        ("/p/tok/x/cfg-000413A11FA7.xml", "outside"),
    ];
    assert_found(&["https://pbx/p/{token}/cfg-{mac}.xml"], &cases);
    let cases = [
        ("/p/tok", "tok - -"),
        ("/p/tok/", "outside"),
        ("/p/tok/x", "outside"),
        ("/p/", "outside"),
    ];
    assert_found(&["https://pbx/p/{token}"], &cases);
    let cases = [
        ("/p/x.cfg", "- x.cfg -"),
        ("/p/y.cfg", "outside"),
        ("/p/", "outside"),
    ];
    assert_found(&["https://pbx/p/x.cfg"], &cases);
    let cases = [
        ("/tok-000413A11FA7.xml", "tok - 000413a11fa7"),
        ("/t-o-k-000413A11FA7.xml", "t-o-k - 000413a11fa7"),
        ("/-000413A11FA7.xml", "outside"),
        ("/tok-000413A11FA7.xmL", "outside"),
        ("/tok-000413A11FA7%2Exml", "tok - 000413a11fa7"),
    ];
    assert_found(&["https://pbx/{token}-{mac}.xml"], &cases);
    // With nothing between the two the address has its own length.
    let cases = [
        ("/000413A11FA7tok", "tok - 000413a11fa7"),
        ("/00:04:13:A1:1F:A7tok", "tok - 000413a11fa7"),
        ("/000413A11FA7", "outside"),
    ];
    assert_found(&["https://pbx/{mac}{token}"], &cases);
}

#[test]
fn queries() {
    assert_found(
        &["https://pbx/p?mac={mac}&t={token}"],
        &[
            ("/p?mac=000413A11FA7&t=tok", "tok p 000413a11fa7"),
            (
                "/p?mac=00%3A04%3A13%3AA1%3A1F%3AA7&t=tok",
                "tok p 000413a11fa7",
            ),
            ("/p?mac={mac}&t=tok", "tok p ?"),
            ("/p?mac=&t=tok", "outside"),
            ("/p?mac=000413A11FA7&t=", "outside"),
            ("/p?t=tok&mac=000413A11FA7", "outside"),
            ("/p?mac=000413A11FA7&t=tok&x=y", "outside"),
            ("/p?mac=000413A11FA7", "outside"),
            ("/p/?mac=000413A11FA7&t=tok", "outside"),
            ("/p", "outside"),
            ("/p?mac%3D000413A11FA7&t=tok", "outside"),
        ],
    );
    assert_found(
        &["https://pbx?t={token}", "https://pbx/p/?t={token}"],
        &[
            ("/?t=tok", "tok - -"),
            ("?t=tok", "tok - -"),
            ("/p/?t=tok", "tok p -"),
            ("/x?t=tok", "outside"),
            ("/p?t=tok", "outside"),
        ],
    );
}

#[test]
fn what_stands_twice_must_be_the_same() {
    let cases = [
        (
            "/000413A11FA7/000413a11fa7.xml",
            "- 000413a11fa7.xml 000413a11fa7",
        ),
        (
            "/000413A11FA7/000413A11FA8.xml",
            "- 000413A11FA8.xml 000413a11fa7",
        ),
        ("/000413A11FA7/{mac}.xml", "- {mac}.xml 000413a11fa7"),
    ];
    assert_found(&["https://pbx/{mac}/{mac}.xml"], &cases);
    let cases = [("/tok/x?t=tok", "tok x -"), ("/tok/x?t=tik", "outside")];
    assert_found(&["https://pbx/{token}/x?t={token}"], &cases);
}

#[test]
fn of_two_templates_the_first_counts() {
    let space = space(&[
        "https://pbx/p/{token}/",
        "http://pbx/p/{token}/x",
        "https://pbx/p/common/",
    ]);
    let template = |path| {
        space
            .find(&RequestFacts::new(path))
            .map(|found| found.template())
    };
    assert_eq!(template("/p/tok/x"), Some(0));
    assert_eq!(template("/p/common/x"), Some(0));
    assert_eq!(template("/q"), None);
    let endpoints: Vec<_> = space
        .endpoints()
        .map(|(scheme, host, port)| (scheme, host.as_str(), port))
        .collect();
    let https = (UrlScheme::Https, "pbx", 443);
    assert_eq!(endpoints, [https, (UrlScheme::Http, "pbx", 80), https]);
}

// ---- hosts ----

/// A port or a user name in the header `Host` broke the look-up of tenants elsewhere (field 43).
#[test]
fn field_43_a_host_is_found_with_port_and_user() {
    let space = space(&[
        "https://one.example.net/p/{token}/",
        "https://two.example.net:8443/p/{token}/",
        "http://[2001:db8::1]/p/{token}/",
    ]);
    for (authority, expected) in [
        ("one.example.net", Some(0)),
        ("One.Example.NET", Some(0)),
        ("one.example.net:443", Some(0)),
        ("user:pass@one.example.net", Some(0)),
        ("user:p@ss@one.example.net:443", Some(0)),
        ("two.example.net:8443", Some(1)),
        ("[2001:db8::1]", Some(2)),
        ("[2001:DB8:0::1]:80", Some(2)),
        ("one.example.net:80", None),
        ("one.example.net:8443", None),
        ("two.example.net", None),
        ("one.example.net:", None),
        ("one.example.net:x", None),
        ("[2001:db8::1]:443", None),
        ("[2001:db8::1", None),
        ("three.example.net", None),
        ("", None),
        ("@", None),
        (":", None),
    ] {
        let facts = RequestFacts::new("/p/tok/x").with_authority(authority);
        let found = space.find(&facts).map(|found| found.template());
        assert_eq!(found, expected, "{authority}");
    }
    // Who does not say the host leaves it to the server in front.
    assert!(space.find(&RequestFacts::new("/p/tok/x")).is_some());
}

// ---- hostile paths ----

#[test]
fn ways_elsewhere_are_outside() {
    for path in [
        "/p/tok/..",
        "/p/tok/.",
        "/p/tok/../x",
        "/p/../p/tok/x",
        "/./p/tok/x",
        "/p/../x",
        "/p/%2e%2e/x",
        "/p/%2E./x",
        "/p/tok/.%2e",
        "/p/tok/%2e",
        "/p/tok/..\\x",
        "/p/tok/%5c..%5cx",
        "/p/tok/a%2Fb",
        "/p/tok/..%2fx",
        "/p/tok/x%00",
        "/p/tok/x%0a",
        "/p/tok/x%7f",
        "/p/tok/x\n",
        "/p/tok/x y",
        "/p/tok/\u{e9}",
        "/p/tok/x%",
        "/p/tok/x%4",
        "/p/tok/x%zz",
        "/p/tok/x?a=%",
    ] {
        let found = space(&["https://pbx/p/{token}/"]).find(&RequestFacts::new(path));
        assert_eq!(shown(found), "outside", "{path:?}");
    }
    // Dots in a name are no way, and a query is none.
    assert_found(
        &["https://pbx/p/{token}/"],
        &[
            ("/p/tok/...", "tok ... -"),
            ("/p/tok/..x", "tok ..x -"),
            ("/p/tok/x%ff", "tok x%ff -"),
            ("/p/tok/x?a=b/../c", "tok x -"),
        ],
    );
}

#[test]
fn long_paths_are_outside() {
    let space = space(&["https://pbx/p/{token}/"]);
    let find = |path: &str| shown(space.find(&RequestFacts::new(path)));
    let name = "x".repeat(AddressSpace::MAX_LEN - "/p/tok/".len());
    assert_eq!(find(&format!("/p/tok/{name}")), format!("tok {name} -"));
    assert_eq!(find(&format!("/p/tok/{name}x")), "outside");
    assert_eq!(
        find(&format!(
            "/p/tok/x?{}",
            "y".repeat(AddressSpace::MAX_LEN + 1)
        )),
        "outside"
    );
    let token = "t".repeat(Token::MAX_LEN);
    assert_eq!(find(&format!("/p/{token}/x")), format!("{token} x -"));
    assert_eq!(find(&format!("/p/{token}t/x")), "outside");
}

#[test]
fn tokens_are_not_shown() {
    let space = space(&["https://pbx/p/{token}/"]);
    let facts = RequestFacts::new("/p/s3cret/x");
    let found = space.find(&facts).unwrap();
    let url = template("https://pbx/p/{token}/");
    let yealink = Targets::builtin()
        .model("yealink T46S")
        .unwrap()
        .target
        .clone();
    let url = PhoneUrl::new(&url, &*yealink, MAC.parse().unwrap(), Some("s3cret")).unwrap();
    let facts = facts.with_located(found);
    for text in [
        format!("{found:?}"),
        format!("{:?}", found.token()),
        format!("{facts:?} {url:?}"),
    ] {
        assert!(!text.contains("s3cret"), "{text}");
    }
}

// ---- templates that are refused ----

#[test]
fn templates_that_cannot_be_read_back() {
    for (text, message) in [
        (
            "https://pbx/{token}-{token}/",
            "expected one {token} between two slashes of a URL, found `{token}-{token}`",
        ),
        (
            "https://pbx/a/../b/",
            "expected a URL without `.` and `..` in its path, found `..`",
        ),
        (
            "https://pbx/%2e/",
            "expected a URL without `.` and `..` in its path, found `%2e`",
        ),
    ] {
        let error = AddressSpace::new([&template(text)]).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let other = UrlTemplate::parse("https://pbx/{version}/", &["version"]).unwrap();
    assert_eq!(
        AddressSpace::new([&other]).unwrap_err().to_string(),
        "expected the places {token} and {mac} in a provisioning URL, found `{version`",
    );
}

// ---- there and back ----

fn targets() -> Vec<Arc<dyn ProvisioningTarget>> {
    Targets::builtin().iter().cloned().collect()
}

#[test]
fn each_maker_writes_the_address_its_way() {
    let url = template("http://pbx:8080/{mac}/cfg?t={token}");
    for target in targets() {
        let mac: Mac = MAC.parse().unwrap();
        let filled = PhoneUrl::new(&url, &*target, mac, Some("a b/ü")).unwrap();
        let written = match target.vendor() {
            "snom" => "000413A11FA7",
            _ => MAC,
        };
        let expected = format!("http://pbx:8080/{written}/cfg?t=a%20b%2F%C3%BC");
        assert_eq!(filled.expose().as_str(), expected);
    }
}

#[test]
fn a_token_must_fit_its_place() {
    let url = template("https://pbx/{token}/");
    let target = &targets()[0];
    let make = |token: Option<&str>| PhoneUrl::new(&url, &**target, MAC.parse().unwrap(), token);
    let missing =
        "expected a token for the place {token} of the provisioning URL, found [redacted]";
    for token in [None, Some(""), Some("."), Some("..")] {
        assert_eq!(make(token).unwrap_err().to_string(), missing, "{token:?}");
    }
    assert!(make(Some(&"t".repeat(256))).is_ok());
    for token in ["t".repeat(257), "ü".repeat(43)] {
        assert_eq!(
            make(Some(&token)).unwrap_err().to_string(),
            "expected a token of at most 256 bytes in percent-encoding, found [redacted]",
        );
    }
    // Without a place none is needed.
    let url = template("https://pbx/{mac}/");
    assert!(PhoneUrl::new(&url, &**target, MAC.parse().unwrap(), None).is_ok());
}

/// Every address that a rendered file tells a phone is in the space of the site's URL.
#[test]
fn what_phones_are_told_is_found_again() {
    for url in [
        "https://pbx.example.net/p/{token}/",
        "https://pbx.example.net/p/{token}/{mac}/",
        "https://pbx.example.net/p/{token}/cfg-{mac}.xml",
        "https://pbx.example.net/p?mac={mac}&t={token}",
    ] {
        let document = format!(
            r#"
            [site]
            name = "Example BV"
            provisioning_url = "{url}"
            [site.settings]
            time_zone = "Europe/Amsterdam"
            language = "en"
            registrar = {{ host = "sip.example.net" }}
            [[devices]]
            mac = "00:04:13:a1:1f:a7"
            model = "snom D785"
            token = "tok-1"
            [[devices]]
            mac = "00:04:13:b6:06:80"
            model = "snom M900"
            token = "tok-1"
            [[devices]]
            mac = "80:5e:0c:12:34:56"
            model = "yealink T46S"
            token = "tok-1"
            "#
        );
        let document = phone_provisioning::Document::from_toml(&document).unwrap();
        let fleet = document.resolve(&Targets::builtin()).unwrap();
        let space = space(&[url]);
        let provisioner = Provisioner::new(fleet.site().clone());
        for device in fleet.devices() {
            let mut told = 0;
            let mut output = Output::new();
            provisioner.render_into(device, &mut output).unwrap();
            for file in output.files() {
                let text = std::str::from_utf8(file.bytes()).unwrap();
                for rest in text.split("https://pbx.example.net").skip(1) {
                    let end = rest.find(['"', '<', '\n', ' ']).unwrap();
                    let path = rest[..end]
                        .replace("&amp;", "&")
                        .replace("{mac}", &upper(device));
                    let found = space.find(&RequestFacts::new(&path)).unwrap_or_else(|| {
                        panic!("{} is told {path}, outside of {url}", device.model())
                    });
                    assert_eq!(found.token().unwrap().expose(), "tok-1", "{path}");
                    told += 1;
                }
            }
            assert!(told > 0, "{} is told no address of {url}", device.model());
        }
    }
}

fn upper(device: &Device) -> String {
    device.mac().plain_upper().to_string()
}

/// Templates of every kind.
const KINDS: [&str; 9] = [
    "https://pbx/{token}/",
    "http://pbx:8080/a/{token}/{mac}/",
    "https://pbx/{mac}/b/{token}/",
    "https://pbx/p/{token}/{mac}.xml",
    "https://pbx/x-{token}-y",
    "https://pbx/{token}{mac}.cfg",
    "https://pbx/{mac}{token}",
    "https://pbx/p?m={mac}&t={token}",
    "https://pbx/%7Ep/{token}?m={mac}",
];

proptest! {
    #[test]
    fn what_is_built_is_found(
        kind in prop::sample::select(&KINDS[..]),
        token in "[ -~éß]{1,40}",
        mac: [u8; 6],
        at in 0..3_usize,
        file in "[A-Za-z0-9_-]{0,20}",
    ) {
        prop_assume!(token != "." && token != "..");
        let mac = Mac::new([mac[0] & 0xfe, mac[1], mac[2], mac[3], mac[4], mac[5] | 1]).unwrap();
        // A control or a backslash in a path is refused, encoded or not.
        prop_assume!(!token.contains('\\'));
        let target = &targets()[at];
        let url = PhoneUrl::new(&template(kind), &**target, mac, Some(&token)).unwrap();
        let url = url.expose().as_str();
        let path = &url[url.find("://").unwrap() + 3..];
        let mut path = path[path.find('/').unwrap()..].to_owned();
        let is_folder = kind.ends_with('/');
        if is_folder {
            path += &file;
        }
        let space = space(&[kind]);
        let found = space.find(&RequestFacts::new(&path)).unwrap();
        prop_assert_eq!(found.token().unwrap().expose(), token);
        prop_assert_eq!(found.mac(), kind.contains("{mac}").then_some(mac));
        prop_assert_eq!(found.is_own_file(), !is_folder);
        if is_folder {
            prop_assert_eq!(found.file(), file);
        }
    }

    #[test]
    fn no_path_panics(
        kind in prop::sample::select(&KINDS[..]),
        path in "[/%.?&=a-f0-9:{}\\\\é~-]{0,60}|.*",
        authority in "[a-z:@\\[\\].0-9]{0,12}|.*",
    ) {
        let space = space(&[kind]);
        let facts = RequestFacts::new(&path);
        if let Some(found) = space.find(&facts) {
            prop_assert!(!found.file().contains('/') && found.file() != "..");
            prop_assert!(found.token().is_some());
            let _ = found.token().map(Token::expose);
        }
        space.find(&facts.with_authority(&authority));
    }

    /// Letters that are encoded without need, and doubled slashes, find the same.
    #[test]
    fn other_writings_find_the_same(
        kind in prop::sample::select(&KINDS[..]),
        chosen in prop::collection::vec(any::<bool>(), 100),
    ) {
        let target = &targets()[0];
        let url = PhoneUrl::new(&template(kind), &**target, MAC.parse().unwrap(), Some("tok")).unwrap();
        let url = url.expose().as_str();
        let path = &url[url.find("://").unwrap() + 3..];
        let path = &path[path.find('/').unwrap()..];
        let space = space(&[kind]);
        let original = space.find(&RequestFacts::new(path)).unwrap();
        let mut query = false;
        let written: String = path
            .chars()
            .zip(chosen)
            .map(|(c, chosen)| {
                query |= c == '?';
                match c {
                    '/' if chosen && !query => "//".to_owned(),
                    c if chosen && c.is_ascii_lowercase() => format!("%{:02x}", c as u8),
                    c => c.to_string(),
                }
            })
            .collect();
        // In a `%7E` the `E` stays what it is.
        let found = space.find(&RequestFacts::new(&written)).unwrap();
        prop_assert_eq!(found.token().unwrap().expose(), original.token().unwrap().expose());
        prop_assert_eq!(found.mac(), original.mac());
    }
}
