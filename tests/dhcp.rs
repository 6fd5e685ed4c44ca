//! DHCP: options as bytes and as lines of configuration, and whose vendor class one is.

use phone_provisioning::Targets;
use phone_provisioning::delivery::dhcp::{DhcpError, DhcpOption, identify, options};
use phone_provisioning::model::Url;

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(":")
}

/// The maker's own examples.
#[test]
fn option_43_is_made_of_texts_with_their_nul() {
    let value = |parts: &[(u8, &str)]| {
        let option = DhcpOption::encapsulated(parts.iter().copied()).unwrap();
        assert_eq!(option.code(), 43);
        hex(option.value())
    };
    assert_eq!(
        value(&[(66, "http://test")]),
        "42:0c:68:74:74:70:3a:2f:2f:74:65:73:74:00"
    );
    assert_eq!(
        value(&[(67, "snom/settings.php")]),
        "43:12:73:6e:6f:6d:2f:73:65:74:74:69:6e:67:73:2e:70:68:70:00",
    );
    assert_eq!(value(&[(132, "3")]), "84:02:33:00");
    assert_eq!(
        value(&[(66, "http://test"), (132, "3"), (133, "5")]),
        "42:0c:68:74:74:70:3a:2f:2f:74:65:73:74:00:84:02:33:00:85:02:35:00",
    );
}

#[test]
fn options_of_text_have_no_nul() {
    let server = DhcpOption::server(&url("http://192.0.2.1/p/")).unwrap();
    assert_eq!(
        hex(&server.to_wire()),
        "42:13:68:74:74:70:3a:2f:2f:31:39:32:2e:30:2e:32:2e:31:2f:70:2f"
    );
    let file = DhcpOption::boot_file("snom/settings.php?mac={mac}").unwrap();
    assert_eq!(
        (file.code(), file.value()),
        (67, &b"snom/settings.php?mac={mac}"[..])
    );
    let custom = DhcpOption::custom(160, &url("https://pbx.example.net/")).unwrap();
    assert_eq!(custom.to_wire()[..2], [160, 24]);
}

#[test]
fn lines_of_configuration() {
    let server = DhcpOption::server(&url("http://pbx.example.net/p,1/")).unwrap();
    assert_eq!(
        server.to_isc(),
        "option tftp-server-name \"http://pbx.example.net/p,1/\";\n"
    );
    assert_eq!(
        server.to_dnsmasq(),
        "dhcp-option=66,\"http://pbx.example.net/p,1/\"\n"
    );
    let file = DhcpOption::boot_file("a/b.php").unwrap();
    assert_eq!(file.to_isc(), "option bootfile-name \"a/b.php\";\n");
    assert_eq!(file.to_dnsmasq(), "dhcp-option=67,\"a/b.php\"\n");
    let vlan = DhcpOption::encapsulated([(132, "3")]).unwrap();
    assert_eq!(
        vlan.to_isc(),
        "option vendor-encapsulated-options 84:02:33:00;\n"
    );
    assert_eq!(vlan.to_dnsmasq(), "dhcp-option=43,84:02:33:00\n");
    let custom = DhcpOption::custom(160, &url("http://a/")).unwrap();
    assert_eq!(
        custom.to_isc(),
        "option provisioning-160 code 160 = text;\noption provisioning-160 \"http://a/\";\n",
    );
    assert_eq!(custom.to_dnsmasq(), "dhcp-option=160,\"http://a/\"\n");
}

#[test]
fn what_does_not_fit_is_an_error() {
    let of_length = |length: usize| url(&format!("http://a/{}", "x".repeat(length - 9)));
    assert_eq!(
        DhcpOption::server(&of_length(255)).unwrap().value().len(),
        255
    );
    let error = DhcpOption::server(&of_length(256)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected 1 to 255 bytes in option 66, found 256"
    );
    assert_eq!(
        DhcpOption::boot_file("").unwrap_err(),
        DhcpError::Length { code: 67, bytes: 0 }
    );

    // Two bytes for code and length, one for the NUL.
    let text = "x".repeat(252);
    assert_eq!(
        DhcpOption::encapsulated([(67, &*text)])
            .unwrap()
            .value()
            .len(),
        255
    );
    let text = "x".repeat(253);
    let too_long = |code, bytes| Err(DhcpError::Length { code, bytes });
    assert_eq!(DhcpOption::encapsulated([(67, &*text)]), too_long(43, 256));
    let text = "x".repeat(255);
    assert_eq!(DhcpOption::encapsulated([(67, &*text)]), too_long(67, 256));
    assert_eq!(DhcpOption::encapsulated([]), too_long(43, 0));

    for code in [0, 43, 66, 127, 255] {
        let error = DhcpOption::custom(code, &url("http://a/")).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("expected an option between 128 and 254, found {code}")
        );
    }
    for name in ["a\"b", "a\\b", "a\nb", "a\0", "\u{e9}"] {
        let error = DhcpOption::boot_file(name).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected printable ASCII without `\"` and `\\` in option 67"
        );
        assert!(DhcpOption::encapsulated([(67, name)]).is_err());
    }
}

#[test]
#[cfg(all(feature = "snom", feature = "yealink"))]
fn every_target_has_its_options_in_its_order() {
    let codes = |target: &str, custom| {
        let targets = Targets::builtin();
        let target = targets
            .iter()
            .find(|known| known.id().as_str() == target)
            .unwrap();
        let options = options(&**target, &url("http://test"), custom)?;
        Ok::<Vec<(u8, String)>, DhcpError>(
            options
                .iter()
                .map(|option| (option.code(), hex(option.value())))
                .collect(),
        )
    };
    let text = || "68:74:74:70:3a:2f:2f:74:65:73:74".to_owned();
    let encapsulated = format!("42:0c:{}:00", text());
    assert_eq!(
        codes("snom-desk", None),
        Ok(vec![(43, encapsulated), (66, text())])
    );
    assert_eq!(codes("snom-dect", Some(160)), Ok(vec![(66, text())]));
    assert_eq!(codes("yealink", None), Ok(vec![(66, text())]));
    assert_eq!(
        codes("yealink", Some(160)),
        Ok(vec![(160, text()), (66, text())])
    );
    let error = DhcpError::Code {
        min: 128,
        max: 254,
        code: 67,
    };
    assert_eq!(codes("yealink", Some(67)), Err(error));
}

#[test]
#[cfg(all(feature = "snom", feature = "yealink"))]
fn the_vendor_class_tells_phones_apart() {
    let targets = Targets::builtin();
    let found = |class: &[u8]| {
        let (target, model) = identify(&targets, class)?;
        Some((
            target.id().to_string(),
            model.map(|row| row.name.to_string()),
        ))
    };
    let model = |target: &str, model: &str| Some((target.to_owned(), Some(model.to_owned())));
    let maker = |target: &str| Some((target.to_owned(), None));
    for (class, name) in [
        ("snomD785", "D785"),
        ("snom715", "D715"),
        ("SNOMd120", "D120"),
        ("snom370", "370"),
        ("snomMP", "MP"),
        ("snomPA1", "PA1"),
    ] {
        assert_eq!(found(class.as_bytes()), model("snom-desk", name), "{class}");
    }
    for (class, name) in [
        ("snomM300", "M300"),
        ("snomM400 07.40", "M400"),
        ("snomM700/03.23", "M700"),
        ("snomM900\0", "M900"),
        ("snomM900\u{ff}", "M900"),
    ] {
        assert_eq!(found(class.as_bytes()), model("snom-dect", name), "{class}");
    }
    assert_eq!(found(b"yealink"), maker("yealink"));
    assert_eq!(found(b"Yealink\0"), maker("yealink"));
    // Whole on desk phones: a longer name is another phone.
    assert_eq!(found(b"snomD7850"), maker("snom-desk"));
    assert_eq!(found(b"snom"), maker("snom-desk"));
    for class in [
        &b""[..],
        b"sno",
        b"yealink T46S",
        b"MSFT 5.0",
        b"\xff\xff",
        b"\0",
    ] {
        assert_eq!(found(class), None, "{class:?}");
    }
}
