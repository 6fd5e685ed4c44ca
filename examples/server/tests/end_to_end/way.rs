//! The way of a phone of each target, from the list into service and back.

use std::process::Command;

use serde_json::json;

use super::{PHONES, Pbx, Phone, ask};

#[test]
fn a_yealink_desk_phone_goes_all_the_way() {
    go(&PHONES[0]);
}

#[test]
fn a_snom_desk_phone_goes_all_the_way() {
    go(&PHONES[1]);
}

#[test]
fn a_snom_base_goes_all_the_way() {
    go(&PHONES[2]);
}

fn go(phone: &Phone) {
    let mut pbx = Pbx::start();
    pbx.assign(phone);
    assert_eq!(pbx.state(phone), "assigned");
    let link = pbx.open(phone);
    if sipp_is_here() {
        gets_by_plug_and_play(&pbx, phone, &link);
    }

    // It comes with the first address, and finds the one for good in its files.
    let files = phone.start(&link);
    let password = format!("ext-pass-{}", phone.number);
    assert!(files.iter().any(|(_, text)| text.contains(&password)));
    let folder = phone.folder_in(&files);
    assert_ne!(folder, link);
    pbx.keep_secret(&folder);
    let again = phone.start(&folder);
    let texts = |files: &[(String, String)]| -> Vec<String> {
        files.iter().map(|(_, text)| text.clone()).collect()
    };
    assert_eq!(texts(&again), texts(&files));

    assert_eq!(pbx.state(phone), "assigned");
    let contact = format!("<sip:{}@127.0.0.1:9>", phone.number);
    let registered = json!({ "subscriber": phone.number, "contact": contact });
    pbx.platform
        .ok("POST", &pbx.path(phone, "/registered"), Some(&registered));
    assert_eq!(pbx.state(phone), "provisioned");

    // With the window closed the first address is good for nothing; the other one is.
    pbx.admin.ok("DELETE", &pbx.path(phone, "/window"), None);
    let (name, _) = phone.asks.last().unwrap();
    assert_eq!(phone.get(&format!("{link}{name}")).status, 404);
    let without = folder.split("/p/").next().unwrap().to_owned() + "/p/";
    assert_eq!(phone.get(&format!("{without}{name}")).status, 404);
    assert_eq!(texts(&phone.start(&folder)), texts(&files));
    asks_for_changes(phone, &again.last().unwrap().0);

    // The program dies and comes back on another port: the credential is still good.
    let before = pbx.program.address();
    pbx.program.kill();
    pbx.program.start_again();
    pbx.admin.moved(pbx.program.address());
    pbx.platform.moved(pbx.program.address());
    let moved = |text: &str| text.replace(&before.to_string(), &pbx.program.address().to_string());
    let (own, text) = again.last().unwrap();
    assert_eq!(phone.get(&moved(own)).body, *text);
    assert_eq!(pbx.state(phone), "provisioned");

    // Taken away, it gets files that clear what it has.
    pbx.unassign(phone);
    assert_eq!(pbx.state(phone), "unassigning");
    let cleared = phone.get(&moved(own));
    assert_eq!(cleared.status, 200);
    assert!(!cleared.body.contains(&password));
    assert_ne!(cleared.body, *text);
    assert_eq!(pbx.state(phone), "listed");
    assert!(pbx.program.stop());
    pbx.tells_nothing();
}

/// Conditions, heads and ranges of a file.
fn asks_for_changes(phone: &Phone, own: &str) {
    let whole = phone.get(own);
    let asked = |method: &str, name: &str, value: &str| {
        ask(
            method,
            own,
            &[("user-agent", phone.agent), (name, value)],
            None,
        )
    };
    let unchanged = asked("GET", "if-none-match", whole.field("etag"));
    assert_eq!((unchanged.status, unchanged.body.as_str()), (304, ""));
    assert_eq!(
        asked("GET", "if-none-match", "\"another\"").body,
        whole.body
    );
    let head = asked("HEAD", "accept", "*/*");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.field("content-length"), whole.body.len().to_string());
    for name in ["etag", "content-type", "cache-control"] {
        assert_eq!(head.field(name), whole.field(name), "{name}");
    }
    let part = asked("GET", "range", "bytes=2-11");
    assert_eq!((part.status, part.body.as_str()), (206, &whole.body[2..12]));
    assert_eq!(asked("PUT", "accept", "*/*").status, 404);
}

/// SIPp asks as the phone does, and minds that it is sent to this address.
fn gets_by_plug_and_play(pbx: &Pbx, phone: &Phone, link: &str) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/pnp");
    let mut scenario = std::fs::read_to_string(format!("{root}/{}.xml", phone.scenario)).unwrap();
    for (found, instead) in phone.differs {
        assert!(scenario.contains(found));
        scenario = scenario.replace(found, instead);
    }
    assert!(scenario.contains("@URL@"));
    let scenario = scenario.replace("@URL@", &link.replace('.', "\\."));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.xml");
    std::fs::write(&file, scenario).unwrap();
    let free = std::net::UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let output = Command::new("sipp")
        .arg(pbx.program.pnp().to_string())
        .arg("-sf")
        .arg(&file)
        .args(["-i", "127.0.0.1", "-p", &free.port().to_string()])
        .args(["-m", "1", "-nostdin", "-timeout", "60s", "-timeout_error"])
        .env("TERM", "dumb")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{shown}\n{}",
        pbx.program.written()
    );
}

/// Whether SIPp is there; when it must be and is not, the test fails.
fn sipp_is_here() -> bool {
    // It knows no version without an exit status of its own.
    if Command::new("sipp").arg("-v").output().is_ok() {
        return true;
    }
    let required = std::env::var_os("PROVISIONING_REQUIRE_TOOLS").is_some();
    assert!(
        !required,
        "PROVISIONING_REQUIRE_TOOLS is set, and sipp is missing"
    );
    eprintln!("SKIPPED: sipp is missing (Debian: sip-tester)");
    false
}
