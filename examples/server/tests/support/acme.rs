//! An organisation with phones, the forms of its pages, and its phones when they fetch their files.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every suite uses a part of this, in a crate of its own"
)]

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use phone_provisioning::inventory::Actor;
use phone_provisioning::model::Mac;

use crate::html;
use crate::site::{Page, Person, Site};

pub const FLEET: &str = r#"
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
pub const SECRETS: [&str; 6] = [
    "Kanaal-7-Zout",
    "raw-Tulp-9",
    "x8;Vr#=41-anna",
    "x8;Vr#=41-bert",
    "Schl",
    "4711",
];

pub const ORGANISATION: &str = "/admin/organisations/acme/settings";
pub const DESK: &str = "/admin/phones/001565000001";
pub const BASE: &str = "/admin/phones/000413000003";

#[track_caller]
pub fn check(page: &Page) {
    html::check(page);
    for secret in SECRETS {
        assert!(!page.html.contains(secret), "{}: {secret}", page.path);
    }
}

// ---- forms ----

/// The fields of the largest form of a page, as a browser would send them.
pub fn form(page: &Page) -> BTreeMap<String, String> {
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

pub async fn send(
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
pub async fn fetch(site: &Site, number: u8) -> String {
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
pub fn settings_of(file: &str) -> BTreeMap<String, String> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once(" = "));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
