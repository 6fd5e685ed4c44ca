//! What is refused, with which status and which words.

use serde_json::{Value, json};

use super::client::{Api, ask};
use super::described::Description;
use super::program::{ADMIN, Program};
use super::{DESK, admin, program};

/// A refusal, held against the description: its status and its errors in one text.
#[track_caller]
fn refused(
    program: &Program,
    api: &Api,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> (u16, String) {
    let answer = api.answer(method, path, body.as_ref());
    assert_eq!(
        answer.field("content-type"),
        "application/problem+json",
        "{answer:?}"
    );
    assert_eq!(answer.field("cache-control"), "no-store");
    let problem = answer.json();
    Description::of(program.address()).check(method, path, answer.status, &problem);
    assert_eq!(problem["status"], answer.status);
    (
        answer.status,
        problem["detail"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn faults_are_told_all_at_once_with_their_paths() {
    let program = program();
    let api = admin(&program);
    let path = format!("/phones/{DESK}/settings");
    let settings = json!({
        "settings": { "languag": "nl", "time_zone": 7, "codecs": ["g711"] },
        "keys": [{ "position": 0, "kind": "blf" }],
    });
    let answer = api.answer("PUT", &path, Some(&settings));
    assert_eq!(answer.status, 422);
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let text = answer.body;
    assert!(errors.len() >= 4, "{errors:#?}");
    for part in [
        "languag",
        "language",
        "time_zone",
        "g711",
        "keys[0].position",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(api.get(&path), json!({}), "nothing was saved");

    // Accounts are held against the format before any phone has them; a secret that is not known is
    // no password.
    let path = "/organisations/acme/subscribers/250";
    let accounts = json!([{ "number": "250", "password": "[redacted]", "passwort": "geheim-8" }]);
    let (status, text) = refused(&program, &api, "PUT", path, Some(accounts));
    assert_eq!(status, 422);
    assert!(
        text.contains("passwort") && text.contains("the secret itself"),
        "{text}"
    );
    assert!(!text.contains("geheim-8"), "{text}");
    assert_eq!(api.call("GET", path, None).0, 404);
}

#[test]
fn bodies_are_what_is_described() {
    let program = program();
    let api = admin(&program);
    let path = format!("/phones/{DESK}/window");
    let (status, text) = refused(
        &program,
        &api,
        "PUT",
        &path,
        Some(json!({ "untill": "an-hour" })),
    );
    assert_eq!(status, 400);
    assert!(text.contains("unknown field `untill`"), "{text}");
    let (status, text) = refused(
        &program,
        &api,
        "PUT",
        &path,
        Some(json!({ "until": "tomorrow" })),
    );
    assert_eq!(status, 422);
    assert!(text.contains("an instant"), "{text}");
    let modules = format!("/phones/{DESK}/modules");
    let sent = json!({ "modules": "s3cret" });
    let (status, text) = refused(&program, &api, "PUT", &modules, Some(sent));
    assert_eq!(status, 400);
    assert!(!text.contains("s3cret"), "{text}");
    let (status, _) = refused(
        &program,
        &api,
        "PUT",
        &path,
        Some(json!({ "until": "2126-01-01T00:00:00Z" })),
    );
    assert_eq!(status, 422, "too far");
    let (status, text) = refused(&program, &api, "GET", "/phones?who=me", None);
    assert_eq!(status, 400);
    assert!(text.contains("query"), "{text}");
    let (status, _) = refused(&program, &api, "GET", "/phones?limit=5000", None);
    assert_eq!(status, 400);

    let url = format!("http://{}/api/v1{path}", program.address());
    let bearer = format!("Bearer {}", api.token);
    let send = |kind: &str, body: &[u8]| {
        let fields = [("authorization", bearer.as_str()), ("content-type", kind)];
        ask("PUT", &url, &fields, Some(body)).status
    };
    let good: &[u8] = br#"{"until":"an-hour"}"#;
    assert_eq!(send("text/plain", good), 415);
    assert_eq!(send("application/x-www-form-urlencoded", good), 415);
    assert_eq!(send("application/json; charset=utf-8", good), 200);
    assert_eq!(send("application/json", b"{"), 400);
    assert_eq!(send("application/json", &vec![b' '; (1 << 20) + 1]), 413);
    let mut padded = vec![b' '; (1 << 20) - good.len()];
    padded.extend_from_slice(good);
    assert_eq!(send("application/json", &padded), 200);
}

#[test]
fn who_asks_counts() {
    let program = program();
    let api = admin(&program);
    let site =
        json!({ "name": "Other", "settings": { "registrar": { "host": "sip.example.net" } } });
    api.ok("PUT", "/organisations/other", Some(&site));
    let person = |part: &str, of: &[&str]| json!({ "part": part, "organisations": of, "password": "a password of theirs" });
    api.ok("PUT", "/people/anna", Some(&person("customer", &["acme"])));
    api.ok("PUT", "/people/otto", Some(&person("customer", &["other"])));
    let log_in = |name| Api::log_in(program.address(), name, "a password of theirs");
    let (anna, otto) = (log_in("anna"), log_in("otto"));

    // What is another organisation's is as unknown as what does not exist.
    let phone = format!("/phones/{DESK}");
    let unknown = "/phones/80:5e:0c:10:99:99";
    for end in [
        "",
        "/link",
        "/settings",
        "/provisioning",
        "/handsets",
        "/registration",
        "/modules",
    ] {
        let (one, foreign) = otto.call("GET", &format!("{phone}{end}"), None);
        let (two, missing) = otto.call("GET", &format!("{unknown}{end}"), None);
        assert_eq!((one, two), (404, 404), "{end}");
        let text = foreign
            .to_string()
            .replace("80:5e:0c:10:00:01", "80:5e:0c:10:99:99");
        assert_eq!(text, missing.to_string());
    }
    assert_eq!(otto.get("/phones")["total"], 0);
    assert_eq!(otto.call("GET", "/organisations/acme", None).0, 404);
    assert_eq!(otto.call("GET", "/phones?organisation=acme", None).0, 404);
    assert_eq!(otto.get("/organisations").as_array().unwrap().len(), 1);
    let window = json!({ "until": "an-hour" });
    assert_eq!(
        otto.call("PUT", &format!("{phone}/window"), Some(&window))
            .0,
        404
    );
    assert_eq!(
        anna.call("PUT", &format!("{phone}/window"), Some(&window))
            .0,
        200
    );

    // A customer neither owns phones nor is the PBX; neither is the provider.
    let (status, text) = refused(&program, &anna, "DELETE", &phone, None);
    assert_eq!(
        (status, text.as_str()),
        (403, "only a service provider may do this")
    );
    assert_eq!(anna.call("GET", "/discovered", None).0, 403);
    assert_eq!(anna.call("GET", "/people", None).0, 403);
    assert_eq!(
        anna.call("PUT", "/people/eve", Some(&person("provider", &[])))
            .0,
        403
    );
    let contact = json!({ "contact": "<sip:201@192.0.2.7>" });
    let (status, _) = refused(
        &program,
        &api,
        "POST",
        &format!("{phone}/registered"),
        Some(contact),
    );
    assert_eq!(status, 403);

    // Who may log in no longer, has no session any more.
    api.ok("DELETE", "/people/anna", None);
    let (status, _) = refused(&program, &anna, "GET", "/phones", None);
    assert_eq!(status, 401);
}

#[test]
fn sessions_are_needed_and_passwords_cannot_be_guessed() {
    let program = program();
    let api = admin(&program);
    let (_, problem) = Api::call(&api, "GET", "/phones/no-mac", None);
    assert_eq!(problem["status"], 404);
    let url = |path: &str| format!("http://{}/api/v1{path}", program.address());
    for field in ["", "Bearer", "Bearer wrong", "Basic YWRtaW46eA=="] {
        let answer = ask("GET", &url("/phones"), &[("authorization", field)], None);
        assert_eq!(answer.status, 401, "{field}");
        assert_eq!(answer.field("www-authenticate"), "Bearer");
    }
    let lower = format!("bearer {}", api.token);
    assert_eq!(
        ask("GET", &url("/phones"), &[("authorization", &lower)], None).status,
        200
    );
    // A cookie is no login here: no other site can use it.
    let cookie = format!("session={}", api.token);
    assert_eq!(
        ask("GET", &url("/phones"), &[("cookie", &cookie)], None).status,
        401
    );
    assert_eq!(
        ask("GET", &url("/nothing"), &[("authorization", &lower)], None).status,
        404
    );

    let log_in = |name: &str, password: &str| {
        let body = json!({ "name": name, "password": password }).to_string();
        let fields = [("content-type", "application/json")];
        ask("POST", &url("/login"), &fields, Some(body.as_bytes()))
    };
    let wrong = log_in("admin", "wrong password");
    let unknown = log_in("nobody", "wrong password");
    assert_eq!((wrong.status, &wrong.body), (401, &unknown.body));
    for _ in 0..3 {
        assert_eq!(log_in("admin", "wrong password").status, 401);
    }
    assert_eq!(
        log_in("admin", ADMIN).body,
        wrong.body,
        "too many wrong ones"
    );
}
