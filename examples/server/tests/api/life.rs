//! Everything that can be done, done once; each answer is held against the description.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::client::Api;
use super::described::Description;
use super::{BASE, DESK, admin, program};

/// An interface of which each answer is checked.
struct Checked<'d> {
    api: Api,
    description: &'d Description,
}

impl Checked<'_> {
    #[track_caller]
    fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (_, operation) = self.description.operation(method, path);
        if let Some(body) = &body {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let faults = self.description.faults(schema, body);
            assert!(faults.is_empty(), "{method} {path}: {faults:#?}");
        }
        let (status, json) = self.api.call(method, path, body.as_ref());
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {json:#}"
        );
        self.description.check(method, path, status, &json);
        json
    }

    #[track_caller]
    fn get(&self, path: &str) -> Value {
        self.call("GET", path, None)
    }

    #[track_caller]
    fn put(&self, path: &str, body: Value) -> Value {
        self.call("PUT", path, Some(body))
    }

    #[track_caller]
    fn post(&self, path: &str) -> Value {
        self.call("POST", path, None)
    }

    #[track_caller]
    fn preview(&self, path: &str, body: Value) -> Value {
        self.call("POST", &format!("{path}/preview"), Some(body))
    }

    #[track_caller]
    fn delete(&self, path: &str) -> Value {
        self.call("DELETE", path, None)
    }
}

#[test]
fn everything_can_be_done_and_is_answered_as_described() {
    let program = program();
    let description = Description::of(program.address());
    let description = &description;
    let api = Checked {
        api: admin(&program),
        description,
    };
    api.get("/openapi.json");
    let platform = json!({ "part": "platform", "password": "a password of the pbx" });
    api.put("/people/pbx", platform);
    let pbx = Checked {
        api: Api::log_in(program.address(), "pbx", "a password of the pbx"),
        description,
    };
    people(&api);
    organisations(&api);
    list(&api);
    assignment(&api, &pbx);
    settings(&api);
    handsets(&api);
    firmware(&api);
    files(&api);
    registration(&api);
    leaving(&api);
    api.post("/logout");
    assert_eq!(api.api.call("GET", "/phones", None).0, 401);

    let asked = api.api.asked().into_iter().chain(pbx.api.asked());
    let done = asked.filter(|(_, _, status)| *status < 300);
    let done: BTreeSet<(String, String)> = done
        .map(|(method, path, _)| (method.clone(), description.operation(&method, &path).0))
        .collect();
    let described = description.operations().into_iter();
    let described: BTreeSet<(String, String)> =
        described.map(|(method, path, _)| (method, path)).collect();
    let left: Vec<_> = described.difference(&done).collect();
    assert!(left.is_empty(), "not tried: {left:?}");
}

fn people(api: &Checked<'_>) {
    let anna =
        json!({ "part": "customer", "organisations": ["acme"], "password": "a password of anna" });
    api.put("/people/anna", anna);
    let people = api.get("/people");
    let names: Vec<&str> = people
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["admin", "anna", "pbx"]);
    api.delete("/people/anna");
}

fn organisations(api: &Checked<'_>) {
    let site = json!({
        "name": "Branch",
        "provisioning_url": "http://pbx.example.net/branch/{token}/",
        "settings": {
            "language": "de", "time_zone": "Europe/Berlin", "registrar": { "host": "sip.example.net" },
            "admin": { "username": "admin", "password": "branch-admin-pass" },
        },
    });
    let shown = api.put("/organisations/branch", site);
    assert_eq!(shown["settings"]["admin"]["password"], "[redacted]");
    // Sent back as it was shown, nothing changes, least of all the password.
    let mut sent = shown.clone();
    assert_eq!(api.put("/organisations/branch", sent.clone()), shown);
    sent["settings"]["language"] = json!("en");
    let changed = api.put("/organisations/branch", sent);
    assert_eq!(changed, api.get("/organisations/branch"));
    assert_eq!(changed["settings"]["language"], "en");

    let organisations = api.get("/organisations");
    assert_eq!(organisations[0]["id"], "acme");
    assert_eq!(organisations[0]["phones"], 2);
    assert_eq!(organisations[1]["name"], "Branch");

    let mut acme = api.get("/organisations/acme");
    acme["settings"]["language"] = json!("fr");
    let preview = api.preview("/organisations/acme", acme);
    assert_eq!(preview["affected"], 2);
    assert!(!preview["changes"].as_array().unwrap().is_empty());
    assert_eq!(api.get("/organisations/acme")["settings"]["language"], "nl");
}

fn list(api: &Checked<'_>) {
    let all = api.get("/phones");
    assert_eq!(all["total"], 2);
    let new = json!({
        "mac": "805e0c100003", "model": "Yealink SIP-T54W", "organisation": "branch", "description": "Lab",
    });
    let phone = api.call("POST", "/phones", Some(new));
    assert_eq!(phone["mac"], "80:5e:0c:10:00:03");
    assert_eq!(phone["model"], "yealink T54W");
    assert_eq!(phone["state"], "listed");
    let found = |query: &str| -> Vec<String> {
        let list = api.get(&format!("/phones?{query}"));
        let phones = list["phones"].as_array().unwrap().clone();
        phones
            .iter()
            .map(|phone| phone["mac"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(found("q=rece"), [DESK]);
    assert_eq!(found("q=80-5e-0c-10-00-01"), [DESK]);
    assert_eq!(found("q=0c1000").len(), 2);
    assert_eq!(found("q=m900"), [BASE]);
    assert_eq!(found("q=201"), [DESK]);
    assert_eq!(found("organisation=branch"), ["80:5e:0c:10:00:03"]);
    assert_eq!(found("state=listed"), ["80:5e:0c:10:00:03"]);
    assert_eq!(found("q=nobody"), [""; 0]);
    let paged = api.get("/phones?limit=1&offset=1");
    assert_eq!(paged["total"], 3);
    assert_eq!(paged["phones"].as_array().unwrap().len(), 1);
    let phone = format!("/phones/{DESK}");
    let preview = api.preview(
        &format!("{phone}/description"),
        json!({ "description": "Desk" }),
    );
    assert_eq!(
        preview["affected"].as_u64(),
        Some(preview["phones"].as_array().unwrap().len() as u64)
    );
    let described = api.put(
        &format!("{phone}/description"),
        json!({ "description": "Desk" }),
    );
    assert_eq!(described, api.get(&phone));
    assert_eq!(described["description"], "Desk");
    assert_eq!(api.get("/discovered"), json!([]));
}

fn assignment(api: &Checked<'_>, pbx: &Checked<'_>) {
    let accounts = json!([{ "number": "202", "display_name": "Lab", "password": "ext-pass-202" }]);
    let subscriber = "/organisations/branch/subscribers/202";
    api.put(subscriber, accounts);
    let shown = api.get(subscriber);
    assert_eq!(shown["extensions"][0]["password"], "[redacted]");
    assert_eq!(api.get("/organisations/branch/subscribers"), json!([shown]));

    let phone = "/phones/805e0c100003";
    let who = json!({ "subscriber": "202" });
    let preview = api.preview(&format!("{phone}/subscriber"), who.clone());
    assert_eq!(preview["affected"], 1);
    let assigned = api.put(&format!("{phone}/subscriber"), who.clone());
    assert_eq!(assigned["state"], "assigned");
    assert_eq!(assigned["subscriber_name"], "Lab");
    assert_eq!(assigned["window"]["open"], false);

    let closed = api.api.answer("GET", &format!("{phone}/link"), None);
    assert_eq!(closed.status, 409);
    api.description
        .check("GET", &format!("{phone}/link"), 409, &closed.json());
    let opened = api.put(&format!("{phone}/window"), json!({ "until": "an-hour" }));
    assert_eq!(opened["window"]["open"], true);
    assert!((3500..=3600).contains(&opened["window"]["remaining_seconds"].as_i64().unwrap()));
    let link = api.get(&format!("{phone}/link"))["url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(link.starts_with("http://pbx.example.net/branch/"), "{link}");
    let answer = api.api.answer("GET", &format!("{phone}/link"), None);
    assert_eq!(answer.field("cache-control"), "no-store");
    assert_eq!(
        api.delete(&format!("{phone}/window"))["window"]["open"],
        false
    );

    // Another name for who has it: the secret that was not sent stays.
    let renamed =
        json!([{ "number": "202", "display_name": "Laboratory", "password": "[redacted]" }]);
    let preview = api.preview(subscriber, renamed.clone());
    assert_eq!(preview["affected"], 1);
    let changes = preview["changes"].to_string();
    assert!(
        changes.contains("Laboratory") && !changes.contains("assword"),
        "{changes}"
    );
    assert_eq!(api.put(subscriber, renamed)["display_name"], "Laboratory");

    let contact = json!({ "subscriber": "202", "contact": "<sip:202@192.0.2.7:5060>" });
    pbx.call("POST", &format!("{phone}/registered"), Some(contact));
    assert!(
        api.get(phone)["contact"]
            .as_str()
            .unwrap()
            .contains("202@192.0.2.7")
    );
    api.post(&format!("{phone}/resync"));
    api.post(&format!("{phone}/revoke"));

    let preview = api.post(&format!("{phone}/unassignment/preview"));
    assert_eq!(preview["affected"], 1);
    assert_eq!(
        api.delete(&format!("{phone}/subscriber"))["subscriber"],
        Value::Null
    );
    let profile = format!("{phone}/profiles/202");
    api.put(&profile, json!({ "settings": { "language": "en" } }));
    api.delete(&profile);
    api.delete(subscriber);
    let moved = api.put(
        &format!("{phone}/organisation"),
        json!({ "organisation": "acme" }),
    );
    assert_eq!(moved["organisation"], "acme");
}

fn settings(api: &Checked<'_>) {
    let path = format!("/phones/{DESK}/settings");
    assert_eq!(api.get(&path), json!({}));
    let settings = json!({
        "settings": {
            "language": "en",
            "ldap": { "host": "ldap.example.net", "base": "dc=x", "bind_dn": "cn=x", "password": "ldap-pass-1" },
        },
        "keys": [{ "position": 3, "kind": "speed_dial", "value": "+31201234567" }],
    });
    assert!(api.preview(&path, settings.clone())["affected"] == 1);
    let shown = api.put(&path, settings.clone());
    assert_eq!(shown["settings"]["ldap"]["password"], "[redacted]");
    assert_eq!(api.get(&path), shown);
    // Sent back with the secret left out, the preview says that nothing changes.
    assert_eq!(api.preview(&path, shown)["affected"], 0);

    let path = format!("/phones/{DESK}/profiles/201");
    assert_eq!(api.get(&path), json!({}));
    let profile = json!({ "settings": { "language": "de" } });
    assert_eq!(api.preview(&path, profile.clone())["affected"], 1);
    assert_eq!(api.put(&path, profile.clone()), profile);
    assert_eq!(api.get(&path), profile);

    let path = format!("/phones/{DESK}/modules");
    assert_eq!(api.get(&path), json!({ "modules": null }));
    api.preview(&path, json!({ "modules": 1 }));
    api.put(&path, json!({ "modules": 1 }));
    assert_eq!(api.get(&path), json!({ "modules": 1 }));
}

fn handsets(api: &Checked<'_>) {
    let path = format!("/phones/{BASE}/handsets");
    let mut handsets = api.get(&path);
    assert_eq!(handsets[0]["subscriber"], "301");
    assert_eq!(handsets[0]["access_code"], "[redacted]");
    handsets[0]["name"] = json!("Anna B");
    handsets[0]["ipei"] = json!("0328D3C912");
    assert_eq!(api.preview(&path, handsets.clone())["affected"], 1);
    assert_eq!(api.put(&path, handsets.clone()), handsets);
    assert_eq!(api.get(&path), handsets);
}

fn firmware(api: &Checked<'_>) {
    let certified = api.get("/firmware");
    assert_eq!(certified[0]["model"], "yealink T54W");
    let url = certified[0]["firmware"][0]["url"].as_str().unwrap();
    assert_eq!(url, "http://images.example.net/t54w.rom");
    let mut versions = certified[0]["firmware"].clone();
    let newer = json!({ "version": "96.86.0.70", "url": "http://images.example.net/newer.rom" });
    versions.as_array_mut().unwrap().insert(0, newer);
    api.put("/firmware/yealink%20T54W", versions.clone());
    assert_eq!(api.get("/firmware")[0]["firmware"], versions);

    let path = format!("/phones/{DESK}/firmware");
    let newer = json!({ "version": "96.86.0.70" });
    assert_eq!(api.preview(&path, newer.clone())["affected"], 1);
    assert_eq!(api.put(&path, newer)["chosen_firmware"], "96.86.0.70");
    assert_eq!(api.delete(&path)["chosen_firmware"], Value::Null);
    let path = "/organisations/acme/firmware";
    let choice = json!({ "model": "yealink T54W", "version": "96.86.0.45" });
    let preview = api.preview(path, choice.clone());
    assert!(preview["affected"].as_u64().unwrap() >= 1, "{preview}");
    api.put(path, choice);
}

fn files(api: &Checked<'_>) {
    let provisioning = api.get(&format!("/phones/{DESK}/provisioning"));
    let files = provisioning["files"].as_array().unwrap();
    assert!(files.len() >= 2);
    let text = provisioning.to_string();
    for secret in ["ext-pass-201", "s1te-admin-pass", "ldap-pass-1"] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("Reception"));
    let explained = api.get(&format!("/phones/{DESK}/explanation?name=lang.gui"));
    assert_eq!(explained["origin"], "fields");
    assert_eq!(explained["fields"][0]["value"], "de");
}

fn registration(api: &Checked<'_>) {
    let phone = format!("/phones/{DESK}");
    let diagnosis = api.get(&format!("{phone}/registration"));
    assert_eq!(diagnosis["state"], "disabled");
    assert_eq!(diagnosis["step"], "not-registered");
    // No service is set up: it is wanted, and cannot be done yet.
    assert_eq!(api.post(&format!("{phone}/activate"))["state"], "provision");
    api.post(&format!("{phone}/registration/check"));
    api.post(&format!("{phone}/deactivate"));
}

fn leaving(api: &Checked<'_>) {
    api.delete("/phones/80-5e-0c-10-00-03");
    api.delete("/organisations/branch");
    assert_eq!(api.get("/organisations").as_array().unwrap().len(), 1);
    assert_eq!(api.get("/phones")["total"], 2);
}
