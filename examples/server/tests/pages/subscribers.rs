//! Subscribers and their passwords.

use crate::site::Site;
use crate::{WORKSHOP, acme, start};
use http::StatusCode;
use phone_provisioning::inventory::{OrganisationId, Subscriber};

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
