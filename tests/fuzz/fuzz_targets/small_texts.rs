//! The small texts of documents, requests and records: each line is read as whatever it may be. What is
//! read is written and read again: nothing is added, nothing is lost. What is refused is told in a line.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::clock::PosixTz;
use phone_provisioning::delivery::dhcp::{self, DhcpOption};
use phone_provisioning::error::Invalid;
use phone_provisioning::inventory::{OrganisationId, Subscriber};
use phone_provisioning::model::{
    Codec, CodecList, Country, Firmware, FirmwareScheme, Host, HostPort, Ipei, KeyKind, Language,
    Port, Site, Template, TimeOfDay, TimeZone, Url, UrlScheme, UrlTemplate,
};
use phone_provisioning::redirection::{Cursor, Nonce, Serial, ServerName};
use phone_provisioning::target::{Etag, TargetId};
use phone_provisioning::{ErrorKind, Mac, Secret, Targets, Text};

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

fuzz_target!(|bytes: &[u8]| {
    if let Some((target, model)) = dhcp::identify(&TARGETS, bytes) {
        assert!(model.is_none_or(|model| target.models().iter().any(|row| row.name == model.name)));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    written::<Mac>(text);
    written::<Ipei>(text);
    written::<Host>(text);
    written::<HostPort>(text);
    written::<Port>(text);
    written::<UrlScheme>(text);
    written::<PosixTz>(text);
    written::<TimeZone>(text);
    written::<TimeOfDay>(text);
    written::<Language>(text);
    written::<Country>(text);
    written::<Codec>(text);
    written::<CodecList>(text);
    told(text.parse::<KeyKind>());
    written::<Etag>(text);
    written::<TargetId>(text);
    written::<OrganisationId>(text);
    written::<Subscriber>(text);
    written::<ServerName>(text);
    written::<Serial>(text);
    for scheme in [
        FirmwareScheme::Branch,
        FirmwareScheme::Dotted,
        FirmwareScheme::Generation,
    ] {
        if let Some(firmware) = told(Firmware::parse(scheme, text)) {
            assert_eq!(
                Firmware::parse(scheme, &firmware.to_string()).unwrap(),
                firmware
            );
        }
    }
    if let Some(cursor) = told(Cursor::new(text)) {
        assert_eq!(cursor.as_str(), text);
    }
    if let Some(nonce) = told(Nonce::new(text)) {
        assert_eq!(nonce.as_str(), text);
    }
    url(text);
    texts(text);
    for option in [
        DhcpOption::boot_file(text),
        DhcpOption::encapsulated([(66, text), (132, "3")]),
    ] {
        if let Ok(option) = option {
            check_option(&option);
        }
    }
});

/// What is read and written, is read as the same.
fn written<T>(text: &str)
where
    T: FromStr<Err = Invalid> + Display + Debug + PartialEq,
{
    if let Some(value) = told(text.parse::<T>()) {
        let written = value.to_string();
        assert_eq!(
            written.parse::<T>().expect("as we write it"),
            value,
            "{written:?}"
        );
        assert!(!written.chars().any(char::is_control), "{written:?}");
    }
}

/// An error is one line of bounded length, whatever was found.
fn told<T>(result: Result<T, Invalid>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(invalid) => {
            let line = invalid.to_string();
            assert!(
                line.len() < 1000 && !line.chars().any(char::is_control),
                "{line:?}"
            );
            None
        }
    }
}

fn url(text: &str) {
    if let Some(url) = told(text.parse::<Url>()) {
        assert_eq!(told(url.as_str().parse::<Url>()), Some(url.clone()));
        assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        for option in [DhcpOption::server(&url), DhcpOption::custom(160, &url)]
            .into_iter()
            .flatten()
        {
            check_option(&option);
        }
    }
    if let Some(template) = told(UrlTemplate::parse(text, Site::URL_PLACEHOLDERS)) {
        let again = UrlTemplate::parse(template.as_str(), Site::URL_PLACEHOLDERS);
        assert_eq!(told(again), Some(template));
    }
}

/// Texts arrive exactly or not at all; of a secret nothing is shown.
fn texts(text: &str) {
    let line = |kind: ErrorKind| assert!(!kind.to_string().contains(['\n', '\r']));
    match Text::new(text) {
        Ok(read) => assert_eq!(read.as_str(), text),
        Err(kind) => line(kind),
    }
    match Secret::new(text) {
        Ok(read) => {
            assert_eq!(read.expose(), text);
            assert_eq!(format!("{read:?}"), "[redacted]");
        }
        Err(kind) => line(kind),
    }
    if let Err(kind) = Template::new(text) {
        line(kind);
    }
}

/// A line of a server's configuration stays one: nothing ends the quotes.
fn check_option(option: &DhcpOption) {
    let wire = option.to_wire();
    assert_eq!(
        (wire[0], usize::from(wire[1])),
        (option.code(), wire.len() - 2)
    );
    for lines in [option.to_isc(), option.to_dnsmasq()] {
        assert!(lines.ends_with('\n') && lines.lines().count() <= 2);
        assert!(matches!(lines.matches('"').count(), 0 | 2), "{lines}");
    }
}
