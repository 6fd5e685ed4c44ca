//! The pages of handsets, firmware and what a phone gets, over HTTP.

#[path = "support/acme.rs"]
mod acme;
#[path = "support/html.rs"]
mod html;
#[path = "support/site.rs"]
mod site;

use std::collections::BTreeSet;

use acme::{BASE, DESK, FLEET, SECRETS, check, fetch, form, send};
use http::StatusCode;
use site::Site;

#[tokio::test]
async fn handsets_of_a_base() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let path = format!("{BASE}/handsets");
    let page = admin.get(&path).await;
    assert_eq!(page.values("handsets.0.name"), ["Porter"]);
    let mut form = form(&page);
    for (name, text) in [
        ("handsets.0.name", "Night porter"),
        ("handsets.1.slot", "2"),
        ("handsets.1.ipei", "not one"),
        ("handsets.1.subscriber", "100"),
        ("handsets.1.access_code", "9753"),
    ] {
        form.insert(name.to_owned(), text.to_owned());
    }
    let refused = send(&admin, &path, &form, "save").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    check(&refused);
    assert!(!refused.html.contains("9753"));
    assert_eq!(
        refused.select("[id='handsets.1.ipei-fault']").len(),
        1,
        "{}",
        refused.text()
    );

    let mut form = acme::form(&refused);
    form.insert("handsets.1.ipei".to_owned(), "0361234568".to_owned());
    let preview = send(&admin, &path, &form, "preview").await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    check(&preview);
    assert!(!preview.html.contains("9753"));
    assert!(!preview.select(".changes tbody tr").is_empty());
    let form = acme::form(&preview);
    let saved = send(&admin, &path, &form, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let file = fetch(&site, 3).await;
    for expected in [
        "Night porter",
        "4711",
        "9753",
        "Anna Smit",
        "Schl&amp;ssel-120",
    ] {
        assert!(file.contains(expected), "{expected} in {file}");
    }
}

#[tokio::test]
async fn firmware_is_certified_and_chosen() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let wrong = [
        ("model", "yealink t46s"),
        ("version", "new"),
        ("action", "add"),
    ];
    let page = admin.post("/admin/firmware", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    check(&page);
    assert_eq!(page.select("#version-fault").len(), 1, "{}", page.text());
    for version in ["66.86.0.15", "66.86.0.160"] {
        let fields = [
            ("model", "yealink t46s"),
            ("version", version),
            ("action", "add"),
        ];
        check(&admin.done("/admin/firmware", &fields).await);
    }
    let page = admin.get("/admin/firmware").await;
    assert_eq!(page.select("tbody th"), ["66.86.0.160", "66.86.0.15"]);

    let path = format!("{DESK}/firmware");
    let model = ("model", "yealink T46S");
    let choice = [model, ("version", "66.86.0.15")];
    let preview = admin
        .post(&path, &[choice[0], choice[1], ("action", "preview")])
        .await;
    check(&preview);
    assert!(
        preview.text().contains("1 phone would get other files"),
        "{}",
        preview.text()
    );
    assert!(!fetch(&site, 1).await.contains("66.86.0.15"));
    admin
        .done(&path, &[choice[0], choice[1], ("action", "save")])
        .await;
    assert!(fetch(&site, 1).await.contains("66.86.0.15"));
    assert!(!fetch(&site, 2).await.contains("66.86.0.15"));

    let all = "/admin/organisations/acme/firmware";
    admin
        .done(
            all,
            &[model, ("version", "66.86.0.160"), ("action", "save")],
        )
        .await;
    assert!(fetch(&site, 2).await.contains("66.86.0.160"));
    assert!(
        fetch(&site, 1).await.contains("66.86.0.15"),
        "its own goes before"
    );
    admin
        .done(&path, &[model, ("version", ""), ("action", "save")])
        .await;
    assert!(fetch(&site, 1).await.contains("66.86.0.160"));
    let page = admin
        .post(all, &[model, ("version", "1.2.3.4"), ("action", "save")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    check(&page);

    let fields = [model, ("version", "66.86.0.160"), ("action", "remove")];
    admin.done("/admin/firmware", &fields).await;
    assert_eq!(
        admin.get("/admin/firmware").await.select("tbody th"),
        ["66.86.0.15"]
    );
}

#[tokio::test]
async fn each_line_that_a_phone_gets_is_explained() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let page = admin.get(&format!("{DESK}/provisioning")).await;
    let file = fetch(&site, 1).await;
    let shown: BTreeSet<String> = page.select("ol.lines code").into_iter().collect();
    for line in file.lines().filter(|line| !line.is_empty()) {
        let is_secret = SECRETS.iter().any(|secret| line.contains(secret));
        let hidden = line
            .split_once(" = ")
            .map(|(name, _)| format!("{name} = [redacted]"));
        let is_hidden = hidden.is_some_and(|hidden| shown.contains(&hidden));
        // The address has its token hidden within.
        let is_shown = shown.contains(line) || line.contains("http://pbx.example.net/p/");
        assert!(is_hidden || is_shown && !is_secret, "{line}");
    }
    let links = html::attribute(&page, "ol.lines a", "href");
    let language = links.iter().zip(page.select("ol.lines a"));
    let (link, _) = language
        .clone()
        .find(|(_, line)| line.starts_with("local_time.time_zone ="))
        .unwrap();
    let page = admin.get(link.split('#').next().unwrap()).await;
    check(&page);
    let explanation = page.select("#explanation").remove(0);
    for expected in [
        "local_time.time_zone",
        "organisation",
        "site.settings.time_zone",
        "\"Europe/Amsterdam\"",
    ] {
        assert!(explanation.contains(expected), "{expected}: {explanation}");
    }
    // Each of them.
    for link in links.iter().step_by(40) {
        let page = admin.get(link.split('#').next().unwrap()).await;
        assert_eq!(page.status, StatusCode::OK, "{link}");
        check(&page);
    }
    let path = format!("{DESK}/provisioning?file=nothing&line=1");
    assert_eq!(admin.get(&path).await.select("#explanation").len(), 0);
}
