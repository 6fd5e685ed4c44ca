//! The pages of settings and keys, over HTTP: what is saved is what phones then get.

#[path = "support/acme.rs"]
mod acme;
#[path = "support/html.rs"]
mod html;
#[path = "support/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};

use acme::{DESK, FLEET, ORGANISATION, check, fetch, form, send, settings_of};
use http::{Method, StatusCode};
use site::Site;

/// Every page of these, each of which whoever logs in as `admin` may see.
const PAGES: [&str; 13] = [
    ORGANISATION,
    "/admin/organisations/acme/settings/text",
    "/admin/organisations/acme/firmware",
    "/admin/firmware",
    "/admin/phones/001565000001/settings",
    "/admin/phones/001565000001/settings/text",
    "/admin/phones/001565000001/settings/subscriber",
    "/admin/phones/001565000001/settings/subscriber/text",
    "/admin/phones/001565000001/firmware",
    "/admin/phones/001565000001/provisioning",
    "/admin/phones/000413000003/settings",
    "/admin/phones/000413000003/handsets",
    "/admin/phones/000413000003/provisioning",
];

#[tokio::test]
async fn every_page_is_made_for_everybody_and_shows_no_secret() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    for path in PAGES {
        let page = admin.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text());
        check(&page);
    }
}

#[tokio::test]
async fn nobody_sees_what_is_somebody_elses() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let fields = [
        ("id", "beta"),
        ("name", "Beta"),
        ("time_zone", "Europe/Berlin"),
        ("language", "de"),
        ("registrar", "sip.example.org"),
    ];
    admin.done("/admin/organisations", &fields).await;
    site.customer("anna", "acme").await;
    site.customer("bea", "beta").await;
    let (anna, bea) = (site.log_in("anna").await, site.log_in("bea").await);
    for path in PAGES {
        let page = site.send(Method::GET, path, &[], None).await;
        assert!(page.location.unwrap().starts_with("/admin/login"), "{path}");
        let is_the_providers = path.contains("acme/settings") || path == "/admin/firmware";
        let page = anna.get(path).await;
        let expected = if is_the_providers {
            StatusCode::FORBIDDEN
        } else {
            StatusCode::OK
        };
        assert_eq!(page.status, expected, "{path}");
        for page in [
            bea.get(path).await,
            bea.post(path, &[("action", "preview"), ("text", "{}")])
                .await,
        ] {
            let expected = match path {
                // Of all organisations.
                "/admin/firmware" => [StatusCode::FORBIDDEN, StatusCode::FORBIDDEN],
                _ => [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED],
            };
            assert!(expected.contains(&page.status), "{path}: {}", page.status);
            assert!(
                !page.html.contains("Acme") && !page.html.contains("Anna"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_phone_gets_what_was_saved_and_the_preview_says_so_before() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let before = settings_of(&fetch(&site, 1).await);
    let mut form = form(&admin.get(ORGANISATION).await);
    form.insert("settings.language".to_owned(), "de".to_owned());
    form.insert("settings.time_zone".to_owned(), "Asia/Tokyo".to_owned());
    form.insert("settings.volumes.ringer".to_owned(), "20".to_owned());

    let preview = send(&admin, ORGANISATION, &form, "preview").await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    check(&preview);
    assert_eq!(
        acme::form(&preview),
        form,
        "the form comes back as it was typed"
    );
    let told: BTreeSet<String> = preview.select(".changes tbody th").into_iter().collect();
    assert_eq!(
        settings_of(&fetch(&site, 1).await),
        before,
        "nothing is saved yet"
    );
    // Both desk phones.
    let first = preview.select(".changes tbody tr:first-child td:last-child");
    assert_eq!(first, ["00:15:65:00:00:01, 00:15:65:00:00:02"]);

    let saved = send(&admin, ORGANISATION, &form, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let after = settings_of(&fetch(&site, 1).await);
    let mut changed = BTreeSet::new();
    for name in before.keys().chain(after.keys()) {
        if before.get(name) != after.get(name) {
            changed.insert(name.clone());
        }
    }
    assert!(
        changed.contains("lang.gui") && changed.len() > 4,
        "{changed:?}"
    );
    assert!(
        told.is_superset(&changed),
        "told {told:?}, changed {changed:?}"
    );
    // What is told of these phones and is not in the file of one is the base's.
    let base: Vec<&String> = told.difference(&changed).collect();
    assert!(base.iter().all(|name| !name.contains('.')), "{base:?}");

    // Once more the same changes nothing.
    let preview = send(&admin, ORGANISATION, &form, "preview").await;
    assert!(preview.text().contains("No phone would get other files."));
}

#[tokio::test]
async fn a_password_is_set_kept_and_never_shown() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let page = admin.get(ORGANISATION).await;
    assert_eq!(page.values("settings.admin.username"), ["admin"]);
    let mut form = form(&page);
    form.insert(
        "settings.admin.password".to_owned(),
        "Nieuw&Wacht-8".to_owned(),
    );
    form.insert("settings.registrar.port".to_owned(), "x".to_owned());

    let refused = send(&admin, ORGANISATION, &form, "save").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.html.contains("Wacht-8"));
    assert!(refused.text().contains("A password has been typed"));
    let ticket = refused.values("ticket").remove(0);

    // Somebody else cannot use it.
    let other = site.log_in("admin").await;
    let mut again = acme::form(&refused);
    again.insert("settings.registrar.port".to_owned(), "5070".to_owned());
    assert_eq!(again["ticket"], ticket);
    let saved = send(&other, ORGANISATION, &again, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(fetch(&site, 1).await.contains("Kanaal-7-Zout"));

    let saved = send(&admin, ORGANISATION, &again, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let file = fetch(&site, 1).await;
    assert!(file.contains("Nieuw&Wacht-8") && !file.contains("Kanaal-7-Zout"));

    let form = acme::form(&admin.get(ORGANISATION).await);
    send(&admin, ORGANISATION, &form, "save").await;
    assert!(fetch(&site, 1).await.contains("Nieuw&Wacht-8"));

    // The login goes with its name.
    let mut form = form;
    form.insert("settings.admin.username".to_owned(), String::new());
    send(&admin, ORGANISATION, &form, "save").await;
    assert!(!fetch(&site, 1).await.contains("Nieuw&Wacht-8"));
}

#[tokio::test]
async fn faults_stand_beside_their_fields() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let path = format!("{DESK}/settings");
    let mut form = form(&admin.get(&path).await);
    for (name, text) in [
        ("settings.language", "x"),
        ("settings.registrar.host", ""),
        ("settings.registrar.port", "70000"),
        ("settings.codecs.0", "g722"),
        ("settings.codecs.1", "g722"),
        ("keys.0.position", "4"),
        ("keys.0.kind", "blf"),
        ("keys.0.label", "<script>alert(1)</script>"),
        ("keys.1.position", "zwei"),
        ("keys.1.kind", "blf"),
        ("keys.1.value", "102"),
    ] {
        form.insert(name.to_owned(), text.to_owned());
    }
    for action in ["preview", "save"] {
        let page = send(&admin, &path, &form, action).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        check(&page);
        for (field, start) in [
            ("settings.language", "expected "),
            ("settings.registrar.host", "missing: expected a host"),
            (
                "settings.registrar.port",
                "expected a port between 1 and 65535",
            ),
            ("settings.codecs.1", "codec `g722` is also at"),
            ("keys.1.position", "expected an integer, found a text"),
        ] {
            let faults = page.select(&format!("[id='{field}-fault']"));
            assert!(
                faults.len() == 1 && faults[0].starts_with(start),
                "{field}: {faults:?}"
            );
        }
        assert_eq!(page.values("keys.0.label"), ["<script>alert(1)</script>"]);
        assert_eq!(page.values("settings.registrar.port"), ["70000"]);
    }
    // What only this model refuses.
    let mut form = acme::form(&admin.get(&path).await);
    form.insert("keys.0.position".to_owned(), "999".to_owned());
    form.insert("keys.0.kind".to_owned(), "blf".to_owned());
    form.insert("keys.0.value".to_owned(), "102".to_owned());
    let page = send(&admin, &path, &form, "preview").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        page.select("[id='keys.0.position-fault']").len(),
        1,
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn keys_modules_and_codecs_of_a_phone_and_of_its_user() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let path = format!("{DESK}/settings");
    let page = admin.get(&path).await;
    assert!(
        page.text()
            .contains("Inherited from the organisation: Europe/Amsterdam")
    );
    let mut form = form(&page);
    for (name, text) in [
        ("modules", "2"),
        ("keys.0.position", "3"),
        ("keys.0.kind", "blf"),
        ("keys.0.value", "102"),
        ("keys.0.label", "Bob"),
        ("keys.2.position", "1"),
        ("keys.2.module", "2"),
        ("keys.2.kind", "speed_dial"),
        ("keys.2.value", "103"),
        ("settings.codecs.0", "pcmu"),
        ("settings.codecs.2", "g722"),
    ] {
        form.insert(name.to_owned(), text.to_owned());
    }
    let saved = send(&admin, &path, &form, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let file = settings_of(&fetch(&site, 1).await);
    assert_eq!(file["linekey.3.value"], "102");
    assert_eq!(file["linekey.3.label"], "Bob");
    assert_eq!(file["expansion_module.2.key.1.value"], "103");
    assert_eq!(priority(&file, "pcmu"), "1");
    assert_eq!(priority(&file, "g722"), "2");
    let page = admin.get(&path).await;
    assert_eq!(page.values("modules"), ["2"]);
    assert_eq!(page.values("keys.1.module"), ["2"]);

    // The user's stand above them.
    let line = format!("{DESK}/settings/subscriber");
    let page = admin.get(&line).await;
    assert!(page.text().contains("Inherited from the phone: pcmu"));
    let mut form = acme::form(&page);
    form.insert("keys.0.position".to_owned(), "3".to_owned());
    form.insert("keys.0.kind".to_owned(), "blf".to_owned());
    form.insert("keys.0.value".to_owned(), "109".to_owned());
    let saved = send(&admin, &line, &form, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let file = settings_of(&fetch(&site, 1).await);
    assert_eq!(file["linekey.3.value"], "109");
    assert_eq!(file["expansion_module.2.key.1.value"], "103");
    assert_eq!(admin.get(&path).await.values("keys.0.value"), ["102"]);

    // Emptied rows go.
    let mut form = acme::form(&admin.get(&path).await);
    for (name, text) in &mut form {
        if name.starts_with("keys.") || name == "modules" {
            text.clear();
        }
    }
    send(&admin, &path, &form, "save").await;
    let page = admin.get(&path).await;
    assert_eq!(page.values("keys.0.value"), [""]);
    assert_eq!(page.values("modules"), [""]);
}

#[tokio::test]
async fn https_is_switched_on_for_the_addresses_of_phones() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let mut form = form(&admin.get(ORGANISATION).await);
    assert_eq!(form["https"], "http");
    form.insert("https".to_owned(), "https".to_owned());
    send(&admin, ORGANISATION, &form, "save").await;
    let form = acme::form(&admin.get(ORGANISATION).await);
    assert_eq!(
        form["provisioning_url"],
        "https://pbx.example.net/p/{token}/"
    );
    let file = settings_of(&fetch(&site, 1).await);
    assert!(file["static.auto_provision.server.url"].starts_with("https://pbx.example.net/p/"));
}

#[tokio::test]
async fn settings_as_text_keep_their_secrets() {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let path = format!("{ORGANISATION}/text");
    let text = admin.get(&path).await.select("textarea").remove(0);
    assert!(text.contains("\"value\": \"[unchanged]\""), "{text}");
    let changed = text.replace("sip_info", "in_band");
    assert_ne!(changed, text);
    let fields = [("text", changed.as_str()), ("action", "preview")];
    let preview = admin.post(&path, &fields).await;
    check(&preview);
    assert!(
        preview
            .select(".changes tbody th")
            .iter()
            .any(|name| name.contains("dtmf"))
    );
    admin
        .done(&path, &[("text", changed.as_str()), ("action", "save")])
        .await;
    let file = fetch(&site, 1).await;
    assert!(file.contains("Kanaal-7-Zout") && file.contains("raw-Tulp-9"));
    assert!(admin.get(&path).await.html.contains("in_band"));

    let wrong = changed.replace("\"dtmf\"", "\"dtfm\"");
    let page = admin
        .post(&path, &[("text", wrong.as_str()), ("action", "save")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    check(&page);
    let fault = "site.settings.dtfm: unknown key `dtfm`; the nearest is `dtmf`";
    assert!(page.text().contains(fault), "{}", page.text());
}

/// The rank of a codec of the first account.
fn priority(file: &BTreeMap<String, String>, codec: &str) -> String {
    file[&format!("account.1.codec.{codec}.priority")].clone()
}
