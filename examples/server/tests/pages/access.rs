//! Who may log in, and who may see and change what.

use crate::site::{PASSWORD, Person};
use crate::{ACTS, DESK, acme, html, start, state_of};
use http::{Method, StatusCode};
use phone_provisioning::inventory::{Actor, PhoneState};
use provisioning_server::server::people::Part;

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
