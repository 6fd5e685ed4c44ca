//! The pages for people, over HTTP: who may see what, what forms do, and what a page is made of.

#[path = "pages/access.rs"]
mod access;
#[path = "pages/contents.rs"]
mod contents;
#[path = "support/html.rs"]
mod html;
#[path = "pages/phones.rs"]
mod phones;
#[path = "support/site.rs"]
mod site;
#[path = "pages/subscribers.rs"]
mod subscribers;

use http::StatusCode;
use phone_provisioning::inventory::PhoneState;
use phone_provisioning::model::Mac;
use site::Site;

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
