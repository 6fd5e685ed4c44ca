//! What stands on pages: readable by everybody, no secret, text only as text.

use crate::site::PASSWORD;
use crate::{DESK, SECRETS, WORKSHOP, acme, discover, html, start};
use http::{Method, StatusCode};

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
