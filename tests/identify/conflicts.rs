//! What contradicts what within a request, and who wins: nobody.

use phone_provisioning::delivery::{Confidence, Origin, RequestFacts, Subject, identify};

use super::{TARGETS, assert_phone, path};

const D785: &str = "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12 000413922D24)";
const M900: &str = "Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)";
const T46S: &str = "Yealink SIP-T46S 66.86.0.15 80:5e:0c:12:34:56";

/// Path, User-Agent, subject; `""` for what is not there.
type Asked = (&'static str, &'static str, &'static str);

fn facts((path, agent, subject): Asked) -> RequestFacts<'static> {
    let mut facts = RequestFacts::new(path);
    if !agent.is_empty() {
        facts = facts.with_user_agent(agent.as_bytes());
    }
    if !subject.is_empty() {
        facts = facts.with_certificate(subject);
    }
    facts
}

#[track_caller]
fn assert_conflict(asked: Asked, expected: &str) {
    let facts = facts(asked);
    let phone = identify(&TARGETS, &facts);
    let said: Vec<String> = phone.conflicts().iter().map(ToString::to_string).collect();
    assert_eq!(said.join("; "), expected, "{asked:?}");
    for conflict in phone.conflicts() {
        match conflict.about {
            Subject::Mac => assert!(phone.mac().is_none() && phone.block().is_none()),
            Subject::Vendor => assert!(phone.vendor().is_none() && phone.target().is_none()),
            _ => assert!(phone.model().is_none()),
        }
    }
    let is_hint = phone.confidence() == Some(Confidence::Hint);
    assert_eq!(is_hint, !expected.is_empty(), "{asked:?}");
}

#[test]
fn addresses() {
    let of = |path, agent, subject| (path, agent, subject);
    assert_conflict(
        of("/000413922D25.xml", D785, ""),
        "mac differs: path, user-agent",
    );
    assert_conflict(
        of("/000413922d25.cfg", "", "CN=000413922D24"),
        "mac differs: certificate, path",
    );
    assert_conflict(
        of("/x?mac=000413922D25", D785, ""),
        "mac differs: query, user-agent",
    );
    assert_conflict(
        of(
            "/000413922D25.xml?mac=000413922D26",
            D785,
            "CN=000413922D27",
        ),
        "mac differs: certificate, path, query, user-agent",
    );
    // Three agree, one does not: it is not outvoted.
    assert_conflict(
        of(
            "/000413922D24.xml?mac=000413922D25",
            D785,
            "CN=000413922D24",
        ),
        "mac differs: certificate, path, query, user-agent",
    );
    // Two in one place.
    assert_conflict(
        of("/x?mac=000413922D25&mac=000413922D26", "", ""),
        "mac differs: query",
    );
    assert_conflict(
        of("/000413922D25-000413922D26.xml", "", ""),
        "mac differs: path",
    );
    assert_conflict(
        of("/x", "", "CN=000413922D25,CN=000413922D26"),
        "mac differs: certificate",
    );
}

#[test]
fn one_address_in_many_writings_is_no_conflict() {
    for path in [
        "/000413922D24.xml?mac=00:04:13:92:2d:24",
        "/000413922d24.xml?mac=00%3A04%3a13%3A92%3A2d%3A24",
        "/00-04-13-92-2D-24.xml?MAC=000413922D24&mac=000413922d24",
        "/00%3A04%3A13%3A92%3A2D%3A24.xml",
        "/000413922D24-000413922d24.xml",
    ] {
        let facts = facts((path, D785, "/O=snom/CN=000413922D24@phones"));
        let phone = identify(&TARGETS, &facts);
        let mac = phone.mac().unwrap();
        assert_eq!(
            mac.value.plain_lower().to_string(),
            "000413922d24",
            "{path}"
        );
        assert_eq!(
            (mac.origin, mac.confidence),
            (Origin::Certificate, Confidence::Certified)
        );
        assert!(phone.conflicts().is_empty(), "{path}");
    }
}

/// What each place says stays to be seen, by support staff and by the rule of certificates.
#[test]
fn each_place_is_told() {
    let asked = (
        "/000413922D25.xml?mac=000413922D26",
        D785,
        "CN=000413922D27",
    );
    let facts = facts(asked);
    let phone = identify(&TARGETS, &facts);
    let told = [
        (Origin::Path, "000413922d25"),
        (Origin::Query, "000413922d26"),
        (Origin::UserAgent, "000413922d24"),
        (Origin::Certificate, "000413922d27"),
    ];
    for (origin, mac) in told {
        let found = phone.mac_from(origin).unwrap();
        assert_eq!(found.plain_lower().to_string(), mac, "{origin}");
    }
    assert_eq!(phone.mac_from(Origin::Block), None);
    assert_eq!(
        path("/x?mac=000413922D25&mac=000413922D26").mac_from(Origin::Query),
        None
    );
}

#[test]
fn makers() {
    assert_conflict(
        ("/snomD785.htm", "Yealink SIP-T46S 66.86.0.15", ""),
        "vendor differs: path, user-agent",
    );
    assert_conflict(
        ("/y000000000066.cfg", "snomD785/10.1.33.33", ""),
        "vendor differs: path, user-agent",
    );
    assert_conflict(
        ("/y000000000066.cfg", M900, ""),
        "vendor differs: path, user-agent, block",
    );
    // By the block of the address.
    let in_block = "Yealink SIP-T46S 66.86.0.15 00:04:13:92:2d:24";
    assert_conflict(("/", in_block, ""), "vendor differs: user-agent, block");
    assert_conflict(
        ("/snomD785-805E0C123456.htm", "", ""),
        "vendor differs: path, block",
    );
    assert_conflict(
        ("/snomD785-805E0C123456.htm", T46S, ""),
        "vendor differs: path, user-agent, block",
    );
    // Two makers in one header.
    let both = "Yealink SIP-T46S 66.86.0.15 snomD785-SIP 10.1.33.33";
    assert_conflict(("/", both, ""), "vendor differs: user-agent");
}

#[test]
fn models() {
    assert_conflict(
        ("/snom715.htm", D785, ""),
        "model differs: path, user-agent",
    );
    assert_conflict(
        ("/snom715-000413922D24.htm", D785, ""),
        "model differs: path, user-agent",
    );
    assert_conflict(
        ("/snomM700.htm", M900, ""),
        "model differs: path, user-agent",
    );
    assert_conflict(
        ("/snomM900.htm", D785, ""),
        "model differs: path, user-agent",
    );
    // Old and new name of one model.
    assert_conflict(("/snom715.htm", "snomD715/10.1.215.13", ""), "");
}

/// The number of a common file is a hint: several models share one, and the phone can be told another.
#[test]
fn a_common_file_of_another_model_may_be_asked_for() {
    for path in [
        "/y000000000065.cfg",
        "/y000000000999.cfg",
        "/y000000000000.boot",
    ] {
        assert_conflict((path, T46S, ""), "");
        let facts = facts((path, T46S, ""));
        let model = identify(&TARGETS, &facts).model().unwrap();
        assert_eq!(
            (model.value.name(), model.confidence),
            ("T46S", Confidence::Claimed)
        );
    }
}

/// A name that is made of the address alone tells no maker when something else does.
#[test]
fn a_name_that_everybody_uses_contradicts_nobody() {
    assert_conflict(("/805e0c123456.xml", T46S, ""), "");
    assert_conflict(("/000413922D24.cfg", D785, ""), "");
    assert_conflict(("/files/cfg-000413922D24.txt", D785, ""), "");
}

/// `00:04:13` is not one maker's alone.
#[test]
fn shared_blocks() {
    let gigaset = "Gigaset N870 IP PRO/83.V2.43.0+build.5f0a106;000413E20001;Handset=50";
    let of = |path, agent| {
        let facts = facts((path, agent, ""));
        identify(&TARGETS, &facts)
    };
    // Blocks where only the other maker's phones are known.
    for path in [
        "/000413E20001.xml",
        "/000413E30001.xml",
        "/000413E50001.cfg",
        "/000413E70001.cfg",
    ] {
        let phone = of(path, "");
        assert_eq!(phone.vendor(), None, "{path}");
        assert_eq!(phone.block().unwrap().shared_with, "Gigaset", "{path}");
        assert!(
            phone.mac().is_some() && phone.conflicts().is_empty(),
            "{path}"
        );
    }
    // The rest of it: a hint, unless the phone says that it is another's.
    let phone = of("/000413112233.xml", "");
    let vendor = phone.vendor().unwrap();
    assert_eq!(
        (vendor.value, vendor.confidence),
        ("snom", Confidence::Hint)
    );
    assert_eq!(phone.block().unwrap().shared_with, "Gigaset");
    for path in [
        "/000413112233.xml",
        "/000413E20001.xml",
        "/00087B112233.xml",
    ] {
        assert_eq!(of(path, gigaset).vendor(), None, "{path}");
    }
    // A phone that says what it is decides, whoever else is in the block.
    let twin = "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 x 000413E20001)";
    let phone = of("/000413E20001.xml", twin);
    assert_phone(&phone, ["snom", "D785", "10.1.33.33", "000413e20001"]);
    assert_eq!(phone.vendor().unwrap().confidence, Confidence::Claimed);
    assert_conflict(("/000413E20001.xml", "Yealink SIP-T46S 66.86.0.15", ""), "");
}

/// Blocks are used again: the models that one is known for are told and decide nothing.
#[test]
fn a_block_is_a_hint_at_the_model() {
    let phone = path("/000413922D24.xml");
    assert_phone(&phone, ["snom", "-", "-", "000413922d24"]);
    assert_eq!(phone.block().unwrap().models, ["D785"]);
    assert_eq!(phone.target().unwrap().value.id().as_str(), "snom-desk");
    let phone = path("/000413B60680.xml");
    assert_eq!(phone.block().unwrap().models, ["M900"]);
    assert_eq!(phone.target().unwrap().value.id().as_str(), "snom-dect");
    assert_eq!(phone.target().unwrap().confidence, Confidence::Hint);
    // Desk phones and bases alike come from it.
    assert!(path("/000413112233.xml").target().is_none());
    // A phone of another model than its block's is no conflict.
    let agent = "snomD865/10.1.198.12 000413922D24";
    assert_conflict(("/", agent, ""), "");
    // Not in any block: the maker's own sample.
    assert_conflict(("/", "snomD785/10.1.198.12 00135E874B49", ""), "");
    assert!(path("/00135E874B49.txt").block().is_none());
}

#[test]
fn two_headers_that_differ_are_nobodys() {
    let request = |second: &str| {
        http::Request::get("https://pbx.example.net/snomD785.htm")
            .header("User-Agent", D785)
            .header("User-Agent", second)
            .body(())
            .unwrap()
    };
    let other = request(T46S);
    let phone = identify(&TARGETS, &RequestFacts::from(&other));
    assert_eq!(
        phone.conflicts()[0].to_string(),
        "vendor differs: user-agent"
    );
    assert_phone(&phone, ["-"; 4]);
    let same = request(D785);
    let phone = identify(&TARGETS, &RequestFacts::from(&same));
    assert_phone(&phone, ["snom", "D785", "10.1.33.33", "000413922d24"]);
}

/// A certificate that all phones share has no address: it identifies nobody.
#[test]
fn a_generic_certificate_is_no_identity() {
    let facts = facts(("/805e0c123456.cfg", "", "CN=Generic Phone,O=Maker"));
    let phone = identify(&TARGETS, &facts);
    assert_eq!(phone.mac_from(Origin::Certificate), None);
    let mac = phone.mac().unwrap();
    assert_eq!(
        (mac.origin, mac.confidence),
        (Origin::Path, Confidence::Claimed)
    );
}
