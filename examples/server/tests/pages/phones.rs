//! Phones: the list, their page, and what is done there.

use crate::site::Site;
use crate::{FLEET, WORKSHOP, acme, discover, html, mac, site, start};
use http::StatusCode;

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
