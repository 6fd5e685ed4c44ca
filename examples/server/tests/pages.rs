//! The pages for people, over HTTP: who may see what, what forms do, and what a page is made of.

#[path = "support/html.rs"]
mod html;
#[path = "support/site.rs"]
mod site;

use http::{Method, StatusCode};
use phone_provisioning::inventory::{Actor, OrganisationId, PhoneState, Subscriber};
use phone_provisioning::model::Mac;
use provisioning_server::server::people::Part;
use site::{PASSWORD, Person, Site};

/// Two organisations: the one of this file, and `beta`.
const FLEET: &str = r#"
[site]
name = "Acme & Söhne"
provisioning_url = "http://pbx.example.net/p/{token}/"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"
registrar = { host = "sip.example.net" }
admin = { username = "admin", password = "Kanaal-7-Zout" }

[[devices]]
mac = "00:15:65:00:00:01"
model = "yealink T46S"
label = "Front desk"
token = "591785b794601e212b260e25925636fd"
[[devices.extensions]]
number = "100"
display_name = "Anna Smit"
password = "x8;Vr#=41-anna"

[[devices]]
mac = "00:04:13:00:00:02"
model = "snom D785"
label = "Workshop"
token = "45c48cce2e2d7fbdea1afc51c7c6ad26"

[[devices]]
mac = "00:04:13:00:00:03"
model = "snom M900"
label = "Base"
token = "c74d97b01eae257e44aa9d5bade97baf"
[[devices.handsets]]
slot = 1
name = "Porter"
[[devices.handsets.extensions]]
number = "120"
display_name = "Porter"
password = "Schl&ssel-120"
"#;

/// What no page may show.
const SECRETS: [&str; 6] = [
    "Kanaal-7-Zout",
    "x8;Vr#=41-anna",
    "Schl&ssel-120",
    "591785b794601e212b260e25925636fd",
    "45c48cce2e2d7fbdea1afc51c7c6ad26",
    "c74d97b01eae257e44aa9d5bade97baf",
];

const DESK: &str = "/admin/phones/001565000001";
const WORKSHOP: &str = "/admin/phones/000413000002";
const ACTS: [&str; 12] = [
    "assign",
    "unassign",
    "window",
    "window/close",
    "revoke",
    "describe",
    "resync",
    "activate",
    "deactivate",
    "check",
    "move",
    "remove",
];

async fn start() -> Site {
    let site = Site::start(FLEET).await;
    let admin = site.log_in("admin").await;
    let fields = [
        ("id", "beta"),
        ("name", "Beta BV"),
        ("time_zone", "Europe/Berlin"),
        ("language", "de"),
        ("registrar", "sip.example.org"),
        ("transport", "tls"),
        ("provisioning_url", "http://pbx.example.org/b/{token}/"),
    ];
    let added = admin.post("/admin/organisations", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    site
}

fn acme(site: &Site) -> String {
    let first = |state: &provisioning_server::server::State| {
        let mut all = state
            .inventory
            .organisations()
            .map(|of| of.id().to_string());
        all.find(|id| id != "beta").unwrap()
    };
    site.server.look(first)
}

fn mac(text: &str) -> Mac {
    text.parse().unwrap()
}

fn state_of(site: &Site, phone: &str) -> PhoneState {
    let now = site.server.now();
    site.server
        .look(|state| state.inventory.phone(mac(phone)).unwrap().state(now))
}

#[tokio::test]
async fn who_has_not_logged_in_is_sent_to_the_login() {
    let site = start().await;
    for path in [
        "/admin/",
        "/admin/phones/add",
        DESK,
        "/admin/people",
        "/admin/nowhere",
    ] {
        let page = site.send(Method::GET, path, &[], None).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        let login = page.location.unwrap();
        assert!(login.starts_with("/admin/login?next="), "{login}");
        let page = site.send(Method::GET, &login, &[], None).await;
        assert_eq!(
            (page.status, page.values("next")),
            (StatusCode::OK, vec![path.to_owned()])
        );
    }
    for act in ACTS {
        let path = format!("{DESK}/{act}");
        let page = site.send(Method::POST, &path, &[], Some(&[])).await;
        assert_eq!(
            page.location.as_deref(),
            Some("/admin/login?next=%2Fadmin%2F"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_login_leads_to_what_was_wanted_and_nowhere_else() {
    let site = start().await;
    for (next, leads_to) in [
        (DESK, DESK),
        ("/admin/?q=a&page=2", "/admin/?q=a&page=2"),
        ("", "/admin/"),
        ("https://elsewhere.example/", "/admin/"),
        ("//elsewhere.example/admin/", "/admin/"),
        ("/admin/\\elsewhere.example", "/admin/"),
        ("/api/phones", "/admin/"),
    ] {
        let fields = [("name", "admin"), ("password", PASSWORD), ("next", next)];
        let page = site
            .send(Method::POST, "/admin/login", &[], Some(&fields))
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        assert_eq!(page.location.as_deref(), Some(leads_to), "{next}");
        let cookie = page.cookie.unwrap();
        let (token, rest) = cookie.split_once("; ").unwrap();
        assert!(token.len() > "session=".len() + 20);
        assert_eq!(
            rest,
            "Path=/admin; Max-Age=43200; HttpOnly; SameSite=Strict"
        );
    }
}

#[tokio::test]
async fn a_wrong_password_and_too_many_of_them() {
    let site = start().await;
    let log_in = async |name: &str, password: &str| {
        let fields = [("name", name), ("password", password)];
        site.send(Method::POST, "/admin/login", &[], Some(&fields))
            .await
    };
    let unknown = log_in("nobody", PASSWORD).await;
    let wrong = log_in("admin", "wrong").await;
    for page in [&unknown, &wrong] {
        assert_eq!((page.status, &page.cookie), (StatusCode::FORBIDDEN, &None));
        assert_eq!(page.select("[role=alert]").len(), 1);
        assert_eq!(page.values("password"), Vec::<String>::new());
    }
    // Nobody learns which names there are.
    assert_eq!(unknown.html.replace("nobody", "admin"), wrong.html);
    for _ in 0..3 {
        log_in("admin", "").await;
        log_in("admin", "wrong").await;
    }
    assert_eq!(
        log_in("admin", PASSWORD).await.status,
        StatusCode::FORBIDDEN
    );
    site.clock.advance(chrono::TimeDelta::minutes(10));
    assert_eq!(
        log_in("admin", PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn logging_out_and_the_end_of_a_session() {
    let site = start().await;
    let (one, other) = (site.log_in("admin").await, site.log_in("admin").await);
    let out = one.post("/admin/logout", &[]).await;
    assert_eq!(
        out.location.as_deref(),
        Some("/admin/login?done=logged-out")
    );
    assert!(
        out.cookie
            .unwrap()
            .starts_with("session=; Path=/admin; Max-Age=0;")
    );
    assert_eq!(one.get("/admin/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(other.get("/admin/").await.status, StatusCode::OK);
    site.clock.advance(chrono::TimeDelta::hours(12));
    assert_eq!(other.get("/admin/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_from_elsewhere_does_nothing() {
    let site = start().await;
    let (admin, other) = (site.log_in("admin").await, site.log_in("admin").await);
    let own = format!("http://{}", site.address);
    let token = admin.form_token.as_str();
    let foreign = "http://elsewhere.example";
    let refused: [(&str, &[(&str, &str)]); 7] = [
        ("", &[]),
        ("0123456789abcdef", &[]),
        (&other.form_token, &[]),
        (token, &[("origin", foreign)]),
        (token, &[("origin", "null")]),
        (token, &[("origin", &own), ("sec-fetch-site", "cross-site")]),
        (token, &[("sec-fetch-site", "same-site")]),
    ];
    let path = format!("{DESK}/unassign");
    for (token, headers) in refused {
        let mut headers = headers.to_vec();
        headers.push(("cookie", &admin.cookie));
        let fields = [("form_token", token)];
        let page = site
            .send(Method::POST, &path, &headers, Some(&fields))
            .await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{token} {headers:?}");
        let state = state_of(&site, "001565000001");
        assert!(matches!(state, PhoneState::Assigned { .. }), "{headers:?}");
    }
    // A login from elsewhere would let its sender read what somebody types.
    let fields = [("name", "admin"), ("password", PASSWORD)];
    let page = site
        .send(
            Method::POST,
            "/admin/login",
            &[("origin", foreign)],
            Some(&fields),
        )
        .await;
    assert_eq!((page.status, page.cookie), (StatusCode::FORBIDDEN, None));
    // And the form itself is good, also of a browser that says nothing.
    let (fields, headers) = ([("form_token", token)], [("cookie", admin.cookie.as_str())]);
    let page = site
        .send(Method::POST, &path, &headers, Some(&fields))
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(state_of(&site, "001565000001"), PhoneState::Listed);
}

#[tokio::test]
async fn another_organisation_is_not_there() {
    let site = start().await;
    site.customer("bert", "beta").await;
    let bert = site.log_in("bert").await;
    let acme = acme(&site);
    let phone = |mac: &str| format!("/admin/phones/{mac}");
    for act in ["", "/remove"] {
        let found = bert.get(&format!("{DESK}{act}")).await;
        let none = bert.get(&format!("{}{act}", phone("001565ffff01"))).await;
        assert_eq!(found.status, none.status, "{act}");
        assert_eq!(
            found.html.replace("00:15:65:00:00:01", "00:15:65:ff:ff:01"),
            none.html,
            "{act}"
        );
    }
    assert_eq!(bert.get(DESK).await.status, StatusCode::NOT_FOUND);
    let fields = [
        ("subscriber", "100"),
        ("to", "beta"),
        ("description", "mine"),
    ];
    for act in ACTS {
        let path = format!("{DESK}/{act}");
        let page = bert.post(&path, &fields).await;
        let allowed = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
        assert!(allowed.contains(&page.status), "{path}: {}", page.status);
        assert!(!page.html.contains("Front desk"), "{path}");
    }
    for path in [
        format!("/admin/organisations/{acme}/subscribers/add"),
        format!("/admin/organisations/{acme}/subscribers/100"),
        format!("/admin/organisations/{acme}/subscribers/100/remove"),
        "/admin/people".to_owned(),
        "/admin/discovered".to_owned(),
        "/admin/phones/add".to_owned(),
    ] {
        let status = bert.get(&path).await.status;
        assert!(status.is_client_error(), "{path}: {status}");
        assert!(
            bert.post(&path, &fields).await.status.is_client_error(),
            "{path}"
        );
    }
    for path in html::crawl(&bert).await {
        for word in [
            "00:15:65",
            "001565000001",
            "Front desk",
            "Anna Smit",
            "Acme",
            &acme,
        ] {
            assert!(!path.html.contains(word), "{word} on {}", path.path);
        }
    }
    let unchanged = state_of(&site, "001565000001");
    assert!(matches!(unchanged, PhoneState::Assigned { .. }));
}

#[tokio::test]
async fn every_page_can_be_read_by_everybody() {
    let site = start().await;
    discover(&site).await;
    let admin = site.log_in("admin").await;
    admin.done(&format!("{DESK}/window"), &[]).await;
    let pages = html::crawl(&admin).await;
    assert!(pages.len() > 15, "{}", pages.len());
    for page in &pages {
        assert_eq!(page.status, StatusCode::OK, "{}", page.path);
        html::check(page);
    }
    // What is wrong is said beside the field, too.
    let refused = admin
        .post(
            "/admin/phones/add",
            &[("mac", "00:15"), ("organisation", "")],
        )
        .await;
    html::check(&refused);
    html::check(&admin.get("/admin/nowhere").await);
    html::check(&admin.get("/admin/phones/001565ffff01").await);
    html::check(&site.send(Method::GET, "/admin/login", &[], None).await);
}

#[tokio::test]
async fn text_stays_text() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let evil = r#"<script>alert(1)</script> & "'><b>"#;
    admin
        .done(&format!("{DESK}/describe"), &[("description", evil)])
        .await;
    let add = format!("/admin/organisations/{}/subscribers/add", acme(&site));
    let fields = [
        ("number-1", "101"),
        ("display_name-1", evil),
        ("label-1", evil),
    ];
    admin.done(&add, &fields).await;
    let assign = format!("{WORKSHOP}/assign");
    admin.done(&assign, &[("subscriber", "101")]).await;
    let mut found = 0;
    for page in html::crawl(&admin).await {
        html::check(&page);
        assert!(!page.html.contains("<script>"), "{}", page.path);
        assert!(!page.html.contains("<b>"), "{}", page.path);
        found += usize::from(page.text().contains(evil));
    }
    assert!(found >= 4, "{found}");
    let asked = "/admin/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&done=%3Cscript%3E";
    let page = admin.get(asked).await;
    assert!(!page.html.contains("<script>"));
    assert_eq!(page.values("q"), ["\"><script>alert(1)</script>"]);
    // A form that is refused comes back as it was typed.
    let page = admin
        .post("/admin/phones/add", &[("mac", evil), ("description", evil)])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        (page.values("mac"), page.values("description")),
        (vec![evil.to_owned()], vec![evil.to_owned()])
    );
    html::check(&page);
}

#[tokio::test]
async fn no_page_shows_a_secret() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    for page in html::crawl(&admin).await {
        for secret in SECRETS {
            let escaped = secret.replace('&', "&#38;");
            let is_there = page.html.contains(secret) || page.html.contains(&escaped);
            assert!(
                !is_there && !page.text().contains(secret),
                "{secret} on {}",
                page.path
            );
        }
        assert!(!page.html.contains(PASSWORD), "{}", page.path);
        assert!(!page.html.contains("argon2"), "{}", page.path);
    }
}

#[tokio::test]
async fn a_phone_from_the_list_and_back() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let acme = acme(&site);
    let form = [
        ("mac", "0015.6500.00aa"),
        ("model", "yealink T54W"),
        ("organisation", acme.as_str()),
        ("description", "Canteen"),
    ];
    let page = admin.done("/admin/phones/add", &form).await;
    let path = "/admin/phones/0015650000aa";
    assert_eq!(page.path, format!("{path}?done=phone-added"));
    assert!(page.text().contains("yealink T54W · Canteen"));
    // Once more: it is in use, and the form is as it was.
    let again = admin.post("/admin/phones/add", &form).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.values("mac"), ["0015.6500.00aa"]);
    assert_eq!(again.select("#model option[selected]"), ["yealink T54W"]);
    let text = again.select("[role=alert]").join("");
    assert!(
        text.contains("00:15:65:00:00:aa is already in use"),
        "{text}"
    );

    let page = admin
        .done(&format!("{path}/assign"), &[("subscriber", "100")])
        .await;
    assert!(page.text().contains("100 Anna Smit"));
    let wrong = admin
        .post(&format!("{path}/assign"), &[("subscriber", "999")])
        .await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let page = admin.done(&format!("{path}/unassign"), &[]).await;
    assert_eq!(page.select("#subscriber").len(), 1);
    let page = admin.done(&format!("{path}/move"), &[("to", "beta")]).await;
    assert!(page.text().contains("Beta BV"));
    let ask = admin.get(&format!("{path}/remove")).await;
    assert_eq!(ask.select("button.danger"), ["Remove the phone"]);
    assert!(
        site.server
            .look(|state| state.inventory.phone(mac("0015650000aa")).is_some())
    );
    admin.done(&format!("{path}/remove"), &[]).await;
    assert!(
        site.server
            .look(|state| state.inventory.phone(mac("0015650000aa")).is_none())
    );
    assert_eq!(admin.get(path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_form_at_once() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let page = admin
        .post(
            "/admin/phones/add",
            &[("mac", "00:15"), ("model", "yealink T54W")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let faults = page.select("[role=alert] li");
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults[0].starts_with("mac: expected a MAC address"),
        "{}",
        faults[0]
    );
    assert!(faults[1].starts_with("organisation: "), "{}", faults[1]);
    assert_eq!(page.select("#mac[aria-invalid=true]").len(), 1);
    assert_eq!(page.select("#mac-fault").len(), 1);
    let acme = acme(&site);
    let form = [
        ("mac", "001565000099"),
        ("model", "yealink T999"),
        ("organisation", &acme),
    ];
    let page = admin.post("/admin/phones/add", &form).await;
    assert_eq!(page.select("#model-fault").len(), 1, "{}", page.text());
}

#[tokio::test]
async fn a_window_is_opened_on_the_clock_of_the_organisation() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let window = format!("{WORKSHOP}/window");
    assert!(admin.get(WORKSHOP).await.values("").is_empty());
    assert_eq!(admin.get(WORKSHOP).await.select("#link").len(), 0);
    let page = admin.done(&window, &[]).await;
    assert!(
        page.text().contains("Open, 1 h 0 min left"),
        "{}",
        page.text()
    );
    assert!(
        page.text()
            .contains("until 2026-07-01 13:00 (Europe/Amsterdam)")
    );
    let link = link(&page);
    assert!(
        link.starts_with("http://pbx.example.net/p/") && link.ends_with('/'),
        "{link}"
    );
    assert_eq!(html::attribute(&page, "#link", "readonly").len(), 1);

    // 12:30 in Amsterdam is 10:30 in UTC: half an hour from now.
    let page = admin.done(&window, &[("until", "2026-07-01T12:30")]).await;
    assert!(page.text().contains("Open, 30 min left"), "{}", page.text());
    for (until, word) in [
        ("2026-07-01T11:00", "until: "),
        ("2026-07-31", "expected a date and a time"),
        ("2036-07-01T11:00", "until"),
    ] {
        let page = admin.post(&window, &[("until", until)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{until}");
        let alert = page.select("[role=alert]").join("");
        assert!(
            alert.contains(word) || alert.contains("window"),
            "{until}: {alert}"
        );
        assert_eq!(page.values("until"), [until]);
    }
    site.clock.advance(chrono::TimeDelta::minutes(29));
    assert!(
        admin
            .get(WORKSHOP)
            .await
            .text()
            .contains("Open, 1 min left")
    );
    site.clock.advance(chrono::TimeDelta::minutes(1));
    let page = admin.get(WORKSHOP).await;
    assert!(
        page.text().contains("Closed") && !page.html.contains("/p/"),
        "{}",
        page.text()
    );

    admin.done(&window, &[]).await;
    let page = admin.done(&format!("{WORKSHOP}/window/close"), &[]).await;
    assert_eq!(page.select("#link").len(), 0);
    // The list has it, too, without the link.
    admin.done(&window, &[]).await;
    let list = admin.get("/admin/?q=workshop").await;
    assert!(list.text().contains("Open, 1 h 0 min left"));
    assert!(!list.html.contains("/p/"));
}

fn link(page: &site::Page) -> String {
    html::attribute(page, "#link", "value").remove(0)
}

#[tokio::test]
async fn revoked_credentials_are_of_no_use() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let before = link(&admin.done(&format!("{WORKSHOP}/window"), &[]).await);
    admin.done(&format!("{WORKSHOP}/revoke"), &[]).await;
    assert_eq!(admin.get(WORKSHOP).await.select("#link").len(), 0);
    let after = link(&admin.done(&format!("{WORKSHOP}/window"), &[]).await);
    assert_ne!(before, after);
}

#[tokio::test]
async fn a_subscriber_and_the_password_that_nobody_sees() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let acme = acme(&site);
    let place = format!("/admin/organisations/{acme}/subscribers");
    admin
        .done(
            &format!("{place}/add"),
            &[("number-1", "101"), ("display_name-1", "Bo")],
        )
        .await;
    let drawn = password(&site, &acme, "101", 0);
    assert_eq!(drawn.len(), 32);
    let page = admin.get(&format!("{place}/101")).await;
    assert!(!page.html.contains(&drawn));
    assert_eq!(page.values("display_name-1"), ["Bo"]);

    // Without another password the old one stays; with one it is replaced. A second account comes along.
    let fields = [
        ("number-1", "101"),
        ("display_name-1", "Bob"),
        ("number-2", "102"),
        ("password-2", "second one"),
    ];
    admin.done(&format!("{place}/101"), &fields).await;
    assert_eq!(password(&site, &acme, "101", 0), drawn);
    assert_eq!(password(&site, &acme, "101", 1), "second one");
    admin
        .done(
            &format!("{place}/101"),
            &[("number-1", "101"), ("password-1", " typed ")],
        )
        .await;
    assert_eq!(password(&site, &acme, "101", 0), " typed ");

    let taken = admin
        .post(&format!("{place}/add"), &[("number-1", "101")])
        .await;
    assert_eq!(taken.select("#number-1-fault").len(), 1);
    let renamed = admin
        .post(&format!("{place}/101"), &[("number-1", "109")])
        .await;
    assert_eq!(renamed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let empty = admin
        .post(&format!("{place}/add"), &[("display_name-1", "nobody")])
        .await;
    assert_eq!(empty.values("display_name-1"), ["nobody"]);

    admin
        .done(&format!("{WORKSHOP}/assign"), &[("subscriber", "101")])
        .await;
    let refused = admin.post(&format!("{place}/101/remove"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text().contains("take it away first"),
        "{}",
        refused.text()
    );
    admin.done(&format!("{WORKSHOP}/unassign"), &[]).await;
    admin.done(&format!("{place}/101/remove"), &[]).await;
    assert_eq!(
        admin.get(&format!("{place}/101")).await.status,
        StatusCode::NOT_FOUND
    );
}

fn password(site: &Site, organisation: &str, subscriber: &str, place: usize) -> String {
    let organisation: OrganisationId = organisation.parse().unwrap();
    let subscriber: Subscriber = subscriber.parse().unwrap();
    site.server.look(|state| {
        let account = state.account(&organisation, &subscriber).unwrap();
        let password = account.extensions[place].password.as_ref().unwrap();
        password.value().unwrap().expose().to_owned()
    })
}

#[tokio::test]
async fn a_long_list_is_searched_and_turned() {
    let mut fleet = FLEET.to_owned();
    for i in 0..150 {
        fleet.push_str(&format!(
            "\n[[devices]]\nmac = \"80:5e:0c:00:00:{i:02x}\"\nmodel = \"yealink T46S\"\n\
             label = \"Desk {i}\"\ntoken = \"{i:032x}\"\n"
        ));
    }
    let site = Site::start(&fleet).await;
    let admin = site.log_in("admin").await;
    let rows = "tbody tr";
    let first = admin.get("/admin/").await;
    assert_eq!(
        (first.select(rows).len(), first.select("caption")),
        (100, vec!["153 phones, page 1 of 2".to_owned()])
    );
    let next = html::attribute(&first, ".pages a", "href");
    let second = admin.get(&next[0]).await;
    assert_eq!(second.select(rows).len(), 53);
    for (q, count) in [
        ("00:15:65:00", 1),
        ("0413-0000-02", 1),
        ("805E0C", 150),
        ("FRONT", 1),
        ("anna", 1),
        ("d785", 1),
        ("desk 149", 1),
        ("%25", 0),
        ("nothing%20at%20all", 0),
    ] {
        let page = admin
            .get(&format!("/admin/?q={}", q.replace(' ', "+")))
            .await;
        let caption = page.select("caption").remove(0);
        assert!(
            caption.starts_with(&format!("{count} phone")),
            "{q}: {caption}"
        );
    }
    let odd = [
        "/admin/?page=0",
        "/admin/?page=-1",
        "/admin/?page=99999999999999999999",
        "/admin/?page=18446744073709551615",
    ];
    for path in odd {
        assert_eq!(admin.get(path).await.status, StatusCode::OK, "{path}");
    }
}

/// A phone asks the network, as the listener keeps it.
async fn discover(site: &Site) {
    let stored = r#"{"version":1,"phones":[{"mac":"0015650000dd","vendor":"yealink",
        "model":"yealink T46S","reported_model":"T46S","firmware":"66.86.0.15",
        "source":"192.0.2.7","first_seen":"2026-07-01T09:00:00Z",
        "last_seen":"2026-07-01T09:55:00Z","count":3}]}"#;
    let discovered = serde_json::from_str(stored).unwrap();
    site.server
        .change(|change| change.state.discovered = discovered)
        .await;
}

#[tokio::test]
async fn a_discovered_phone_is_added() {
    let site = start().await;
    discover(&site).await;
    let admin = site.log_in("admin").await;
    let page = admin.get("/admin/discovered").await;
    assert!(page.text().contains("5 min ago"), "{}", page.text());
    let add = html::attribute(&page, "main table a", "href").remove(0);
    let form = admin.get(&add).await;
    assert_eq!(form.values("mac"), ["0015650000dd"]);
    assert_eq!(form.select("#model option[selected]"), ["yealink T46S"]);
    let fields = [
        ("mac", "0015650000dd"),
        ("model", "yealink T46S"),
        ("organisation", "beta"),
    ];
    let page = admin.done("/admin/phones/add", &fields).await;
    assert!(page.text().contains("by plug and play") && page.text().contains("66.86.0.15"));
}

#[tokio::test]
async fn people_come_and_go() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let new = |name, part, password| {
        [
            ("name", name),
            ("part", part),
            ("new-password", password),
            ("organisation", "beta"),
        ]
    };
    admin
        .done("/admin/people", &new("carla", "customer", PASSWORD))
        .await;
    let short = admin
        .post("/admin/people", &new("dora", "customer", "short"))
        .await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(short.values("name"), ["dora"]);
    let twice = admin
        .post("/admin/people", &new("carla", "provider", PASSWORD))
        .await;
    assert_eq!(twice.select("#name-fault").len(), 1);

    let carla = site.log_in("carla").await;
    assert_eq!(
        carla.get("/admin/people").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        carla
            .post("/admin/people", &new("eve", "provider", PASSWORD))
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    let change = |old, new| [("password", old), ("new-password", new)];
    let wrong = carla
        .post("/admin/password", &change("wrong", "another password"))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let changed = carla
        .post("/admin/password", &change(PASSWORD, "another password"))
        .await;
    assert_eq!(
        changed.location.as_deref(),
        Some("/admin/login?done=password-changed")
    );
    assert_eq!(carla.get("/admin/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.get("/admin/").await.status, StatusCode::OK);

    admin.done("/admin/people/carla/remove", &[]).await;
    let last = admin.post("/admin/people/admin/remove", &[]).await;
    assert_eq!(last.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_program_has_no_pages() {
    let site = start().await;
    let password = phone_provisioning::Secret::new(PASSWORD.to_owned()).unwrap();
    let actor = Actor::PROVIDER;
    let added = site
        .server
        .put_person(&actor, "pbx", Part::Platform, None, &password);
    added.await.unwrap();
    let fields = [("name", "pbx"), ("password", PASSWORD)];
    let page = site
        .send(Method::POST, "/admin/login", &[], Some(&fields))
        .await;
    let cookie = page.cookie.unwrap();
    let person = Person {
        site: &site,
        cookie: cookie.split(';').next().unwrap().to_owned(),
        form_token: String::new(),
    };
    for path in ["/admin/", DESK, "/admin/people"] {
        assert_eq!(
            person.get(path).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_sent_to_a_page_never_breaks_it() {
    let site = start().await;
    let admin = site.log_in("admin").await;
    let cookie = [("cookie", admin.cookie.as_str())];
    for path in [
        "/admin/phones/%00",
        "/admin/phones/%ff",
        "/admin/phones/add?mac=%ff&mac=1",
        "/admin/?page=x&page=y",
        "/admin/?q=%ff",
        "/admin/organisations/%0a/subscribers/add",
        "/admin/people/%2e%2e/remove",
        "/admin/subscribers?organisation=nobody",
    ] {
        let status = site.send(Method::GET, path, &cookie, None).await.status;
        assert!(!status.is_server_error(), "{path}: {status}");
    }
    let long = "x".repeat(300_000);
    let page = admin
        .post(&format!("{DESK}/describe"), &[("description", &long)])
        .await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let control = admin
        .post(&format!("{DESK}/describe"), &[("description", "a\u{7}b")])
        .await;
    assert_eq!(control.status, StatusCode::UNPROCESSABLE_ENTITY);
    let odd = [("cookie", "session"), ("cookie", "session=; session=x")];
    let page = site.send(Method::GET, "/admin/", &odd, None).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}
