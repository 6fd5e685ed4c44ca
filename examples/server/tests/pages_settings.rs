//! The pages of settings, keys, handsets and firmware, over HTTP: what is saved is what phones then get.

#[path = "support/html.rs"]
mod html;
#[path = "support/site.rs"]
mod site;

use std::collections::{BTreeMap, BTreeSet};

use http::{Method, StatusCode};
use phone_provisioning::inventory::Actor;
use phone_provisioning::model::Mac;
use site::{Page, Person, Site};

const FLEET: &str = r#"
[site]
name = "Acme"
provisioning_url = "http://pbx.example.net/p/{token}/"
firmware_base = "http://pbx.example.net/fw/{vendor}/{model}/{file}"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"
registrar = { host = "sip.example.net", port = 5070, expires = 900 }
codecs = ["g722", "pcma", "pcmu"]
admin = { username = "admin", password = "Kanaal-7-Zout" }
dtmf = "sip_info"
custom = [{ target = "yealink", name = "door.password", value = "raw-Tulp-9" }]

[[devices]]
mac = "00:15:65:00:00:01"
model = "yealink T46S"
label = "Front desk"
[[devices.extensions]]
number = "100"
display_name = "Anna Smit"
password = "x8;Vr#=41-anna"

[[devices]]
mac = "00:15:65:00:00:02"
model = "yealink T46S"
[[devices.extensions]]
number = "101"
password = "x8;Vr#=41-bert"

[[devices]]
mac = "00:04:13:00:00:03"
model = "snom M900"
[[devices.handsets]]
slot = 1
name = "Porter"
ipei = "0361234567"
access_code = "4711"
[[devices.handsets.extensions]]
number = "120"
display_name = "Porter"
password = "Schl&ssel-120"
"#;

/// What no page may show.
const SECRETS: [&str; 6] = [
    "Kanaal-7-Zout",
    "raw-Tulp-9",
    "x8;Vr#=41-anna",
    "x8;Vr#=41-bert",
    "Schl",
    "4711",
];

const ORGANISATION: &str = "/admin/organisations/acme/settings";
const DESK: &str = "/admin/phones/001565000001";
const BASE: &str = "/admin/phones/000413000003";

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

#[track_caller]
fn check(page: &Page) {
    html::check(page);
    for secret in SECRETS {
        assert!(!page.html.contains(secret), "{}: {secret}", page.path);
    }
}

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
        self::form(&preview),
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
    let mut again = self::form(&refused);
    again.insert("settings.registrar.port".to_owned(), "5070".to_owned());
    assert_eq!(again["ticket"], ticket);
    let saved = send(&other, ORGANISATION, &again, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(fetch(&site, 1).await.contains("Kanaal-7-Zout"));

    let saved = send(&admin, ORGANISATION, &again, "save").await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let file = fetch(&site, 1).await;
    assert!(file.contains("Nieuw&Wacht-8") && !file.contains("Kanaal-7-Zout"));

    let form = self::form(&admin.get(ORGANISATION).await);
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
    let mut form = self::form(&admin.get(&path).await);
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
    let mut form = self::form(&page);
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
    let mut form = self::form(&admin.get(&path).await);
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
    let form = self::form(&admin.get(ORGANISATION).await);
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

    let mut form = self::form(&refused);
    form.insert("handsets.1.ipei".to_owned(), "0361234568".to_owned());
    let preview = send(&admin, &path, &form, "preview").await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    check(&preview);
    assert!(!preview.html.contains("9753"));
    assert!(!preview.select(".changes tbody tr").is_empty());
    let form = self::form(&preview);
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

// ---- forms ----

/// The fields of the largest form of a page, as a browser would send them.
fn form(page: &Page) -> BTreeMap<String, String> {
    let parsed = page.parsed();
    let find = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let main = find("main form");
    let forms = parsed.select(&main);
    let controls = find("input[name], select[name], textarea[name]");
    let form = forms
        .max_by_key(|form| form.select(&controls).count())
        .unwrap();
    let mut fields = BTreeMap::new();
    for control in form.select(&controls) {
        let value = match control.value().name() {
            "select" => {
                let chosen = control.select(&find("option[selected]")).next();
                let chosen = chosen.and_then(|option| option.attr("value"));
                chosen.unwrap_or("").to_owned()
            }
            "textarea" => control.text().collect(),
            _ => control.attr("value").unwrap_or("").to_owned(),
        };
        fields.insert(control.attr("name").unwrap().to_owned(), value);
    }
    fields.remove("form_token");
    fields
}

async fn send(
    person: &Person<'_>,
    path: &str,
    form: &BTreeMap<String, String>,
    action: &str,
) -> Page {
    let mut fields: Vec<(&str, &str)> = vec![("action", action)];
    fields.extend(
        form.iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    person.post(path, &fields).await
}

// ---- phones ----

/// The last file of a phone, as the phone fetches it when it is let in.
async fn fetch(site: &Site, number: u8) -> String {
    let (mac, agent, name) = match number {
        3 => (
            [0x00, 0x04, 0x13, 0, 0, 3],
            "Mozilla/4.0 (compatible; snomM900-SIP 07.40 0104)",
            "000413000003.xml".to_owned(),
        ),
        number => (
            [0x00, 0x15, 0x65, 0, 0, number],
            "Yealink SIP-T46S 66.86.0.5 00:15:65:00:00:0N",
            format!("0015650000{number:02}.cfg"),
        ),
    };
    let agent = agent.replace('N', &number.to_string());
    let mac = Mac::new(mac).unwrap();
    site.server
        .open_window(&Actor::PROVIDER, mac, None)
        .await
        .unwrap();
    let now = site.server.now();
    let url = site.server.look(|state| {
        let phone = state.inventory.phone(mac).unwrap();
        state.first_url(phone, now).unwrap().expose().to_string()
    });
    let (_, rest) = url.split_once("://").unwrap();
    let path = format!("{}{name}", &rest[rest.find('/').unwrap()..]);
    let page = site
        .send(Method::GET, &path, &[("user-agent", &agent)], None)
        .await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    page.html
}

/// The settings of a file by name.
fn settings_of(file: &str) -> BTreeMap<String, String> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(" = "));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The rank of a codec of the first account.
fn priority(file: &BTreeMap<String, String>, codec: &str) -> String {
    file[&format!("account.1.codec.{codec}.priority")].clone()
}
