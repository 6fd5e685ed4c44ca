//! A request of a stranger: the path in the first line, the User-Agent in the second, the subject of a
//! certificate in the third.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::Targets;
use phone_provisioning::delivery::{
    AddressSpace, Confidence, RequestFacts, Subject, Token, identify,
};
use phone_provisioning::model::{Site, UrlTemplate};

static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::builtin);

static SPACE: LazyLock<AddressSpace> = LazyLock::new(|| {
    let templates = [
        "https://pbx/p/{token}/",
        "https://pbx/f/{token}/cfg-{mac}.xml",
        "https://pbx/m/{mac}{token}",
        "https://pbx/q?mac={mac}&t={token}",
    ];
    let templates = templates.map(|text| UrlTemplate::parse(text, Site::URL_PLACEHOLDERS).unwrap());
    AddressSpace::new(&templates).unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.splitn(3, |&byte| byte == b'\n');
    let path = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let agent = lines.next().unwrap_or_default();
    let subject = String::from_utf8_lossy(lines.next().unwrap_or_default());
    let facts = RequestFacts::new(&path)
        .with_user_agent(agent)
        .with_certificate(&subject)
        .with_authority(&subject);
    let located = SPACE.find(&facts);
    let _ = located
        .and_then(|located| located.token())
        .map(Token::expose);
    let facts = RequestFacts::new(&path)
        .with_user_agent(agent)
        .with_certificate(&subject);
    let placed = located.or_else(|| SPACE.find(&facts));
    for facts in [
        facts,
        placed.map_or(facts, |located| facts.with_located(located)),
    ] {
        let phone = identify(&TARGETS, &facts);
        for conflict in phone.conflicts() {
            assert!(conflict.to_string().contains(" differs: "));
            // What is in conflict is not decided.
            assert!(conflict.about != Subject::Mac || phone.mac().is_none());
            assert!(conflict.about != Subject::Vendor || phone.vendor().is_none());
            assert!(conflict.about != Subject::Model || phone.model().is_none());
            // Nor is the rest more than a hint.
            assert_eq!(phone.confidence(), Some(Confidence::Hint));
        }
        let _ = format!("{phone:?}");
    }
});
