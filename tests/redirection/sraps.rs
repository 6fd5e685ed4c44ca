//! SRAPS.

use super::*;

fn service() -> SnomSraps {
    let base = SnomSraps::BASE.parse().unwrap();
    SnomSraps::new(&base, "ck_1", "secret".parse().unwrap()).unwrap()
}

const SETTINGS: &str = "GET https://api.sraps.snom.com/api/v1/settings/?page_size=1000";
const TOKEN: &str = "GET https://api.sraps.snom.com/api/v1/tokens/ck_1";
const COMPANY: &str = "GET https://api.sraps.snom.com/api/v1/companies/acme";
const ENTRY: &str = "https://api.sraps.snom.com/api/v1/companies/acme/endpoints/000413a11fa7";
const PROFILES: &str =
    "GET https://api.sraps.snom.com/api/v1/companies/acme/provisioning-profiles/?page_size=1000";
const BODY: &str = r#"{"mac":"000413a11fa7","autoprovisioning_enabled":true,"settings_manager":{"7f2c":{"value":"https://pbx.example.net/p/t0ken/","attrs":{"perm":"RW"}}}}"#;

fn settings() -> Answer {
    reply(
        200,
        r#"[{"uuid":"0","param_name":"language"},{"uuid":"7f2c","param_name":"setting_server"}]"#,
    )
}

fn token() -> Answer {
    reply(
        200,
        r#"{"uuid":"ck_1","links":{"company":"https://api.sraps.snom.com/api/v1/companies/acme"}}"#,
    )
}

fn company() -> Answer {
    reply(
        200,
        r#"{"links":{"endpoints":"https://API.sraps.snom.com:443/api/v1/companies/acme/endpoints/"}}"#,
    )
}

fn entry() -> Answer {
    reply(200, BODY)
}

/// A caller that knows the way.
fn caller(service: &SnomSraps) -> Caller<'_> {
    let mut caller = Caller::new(service);
    let answers = [settings(), token(), company(), reply(404, "")];
    let mut answers = answers.iter();
    let outcome = caller.run(&Action::LookUp(mac()), |_| answers.next().unwrap());
    assert_eq!(outcome, Ok(Outcome::NotFound));
    caller
}

#[track_caller]
fn play(action: &Action, script: &[(&str, Answer)]) -> Outcome {
    let service = service();
    let script: Vec<(String, Answer)> = script
        .iter()
        .map(|(request, answer)| {
            // As the service has spelt its host.
            let request = request.replace(
                "//api.sraps.snom.com/api/v1/companies/acme/e",
                "//API.sraps.snom.com:443/api/v1/companies/acme/e",
            );
            (request, answer.clone())
        })
        .collect();
    let script: Vec<(&str, Answer)> = script
        .iter()
        .map(|(request, answer)| (request.as_str(), answer.clone()))
        .collect();
    caller(&service).play_in_brief(action, &script)
}

fn at_entry(method: &str) -> String {
    format!("{method} {ENTRY}")
}

fn put() -> String {
    format!("PUT {ENTRY}\n{BODY}")
}

#[test]
fn the_first_action_walks_and_later_ones_know_the_way() {
    // The signatures were made by Python's hmac.
    let company = reply(
        200,
        r#"{"links":{"endpoints":"https://api.sraps.snom.com/api/v1/companies/acme/endpoints/"}}"#,
    );
    let service = service();
    let mut caller = Caller::new(&service);
    let first = r#"
GET https://api.sraps.snom.com/api/v1/settings/?page_size=1000
authorization: Hawk id="ck_1", ts="1800000000", nonce="01010101010101010101010101010101", hash="B0weSUXsMcb5UhL41FZbrUJCAotzSI3HawE1NPLRUz8=", mac="SKESKp47yUdjMcUQYaQ5m6zZOIEy+YsTuuxXIoi1pV4="
accept: application/json

"#;
    let none = settings();
    let mut sent = Vec::new();
    let answers = [none, token(), company, entry()];
    let mut answers = answers.iter();
    let outcome = caller.run(&register(), |request| {
        sent.push(redirection::written(request));
        answers.next().unwrap()
    });
    assert_eq!(outcome, Ok(Outcome::Done(Done::Registered(ours()))));
    assert_eq!(sent[0], first.trim_start());
    assert!(sent[1].starts_with(&format!("{TOKEN}\n")));
    assert!(sent[2].starts_with(&format!("{COMPANY}\n")));
    let written = r#"
PUT https://api.sraps.snom.com/api/v1/companies/acme/endpoints/000413a11fa7
content-type: application/json
authorization: Hawk id="ck_1", ts="1800000000", nonce="04040404040404040404040404040404", hash="z9F9iT+kXHG8fUZlxVonz/yZ4dypJjrLP+H3o9uCMCw=", mac="TpDvLrmiFflsh9CYxGar0O4NGngai98pxmqgzguJDog="
accept: application/json

{"mac":"000413a11fa7","autoprovisioning_enabled":true,"settings_manager":{"7f2c":{"value":"https://pbx.example.net/p/t0ken/","attrs":{"perm":"RW"}}}}"#;
    assert_eq!(sent[3], written.trim_start());
    assert_eq!(sent.len(), 4);

    caller.nonces = 4;
    let removal = r#"
DELETE https://api.sraps.snom.com/api/v1/companies/acme/endpoints/000413a11fa7
authorization: Hawk id="ck_1", ts="1800000000", nonce="05050505050505050505050505050505", hash="B0weSUXsMcb5UhL41FZbrUJCAotzSI3HawE1NPLRUz8=", mac="U9FLJl7JrQuYn+xjb4ILbOXY7q/6jh++11aeoSnsUVg="
accept: application/json

"#;
    let outcome = caller.play(&Action::Deregister(mac()), &[(removal, reply(404, ""))]);
    assert_eq!(outcome, Outcome::NotFound);
}

#[test]
fn links_elsewhere_are_not_followed() {
    for link in [
        "https://evil.example/api/v1/companies/acme",
        "http://api.sraps.snom.com/api/v1/companies/acme",
        "https://api.sraps.snom.com:8443/api/v1/companies/acme",
        "https://api.sraps.snom.com@evil.example/",
        "https://user@api.sraps.snom.com/",
        "https://api.sraps.snom.com.evil.example/",
        "//evil.example/x",
        "companies/acme",
        "",
        "\u{1}",
    ] {
        let service = service();
        let link = serde_json::to_string(link).unwrap();
        let elsewhere = reply(200, format!(r#"{{"links":{{"company":{link}}}}}"#));
        let script = [(SETTINGS, settings()), (TOKEN, elsewhere)];
        let outcome = Caller::new(&service).play_in_brief(&register(), &script);
        assert!(matches!(outcome, Outcome::Broken(_)), "{link} {outcome:?}");

        let company = reply(200, format!(r#"{{"links":{{"endpoints":{link}}}}}"#));
        let script = [(SETTINGS, settings()), (TOKEN, token()), (COMPANY, company)];
        let outcome = Caller::new(&service).play_in_brief(&register(), &script);
        assert!(matches!(outcome, Outcome::Broken(_)), "{link} {outcome:?}");

        let next = reply(200, format!(r#"{{"results":[],"next":{link}}}"#));
        let outcome = Caller::new(&service).play_in_brief(&register(), &[(SETTINGS, next)]);
        assert!(matches!(outcome, Outcome::Broken(_)), "{link} {outcome:?}");
    }
    let next = reply_with(200, "link", "<https://evil.example/2>; rel=\"next\"", "[]");
    let service = service();
    let outcome = Caller::new(&service).play_in_brief(&register(), &[(SETTINGS, next)]);
    assert!(matches!(outcome, Outcome::Broken(_)));
    // Nor is a session of another account's, elsewhere.
    let base = "https://other.example/api/v1".parse().unwrap();
    let other = SnomSraps::new(&base, "ck_1", "secret".parse().unwrap()).unwrap();
    let mut moved = Caller::new(&other);
    moved.session = caller(&service).session;
    let token = "GET https://other.example/api/v1/tokens/ck_1";
    let outcome = moved.play_in_brief(&Action::LookUp(mac()), &[(token, reply(401, ""))]);
    assert_eq!(outcome, Outcome::Refused(Refusal::Credentials));
}

#[test]
fn links_without_a_host_lead_to_the_base() {
    let service = service();
    let token = reply(200, r#"{"links":{"company":"/api/v1/companies/acme"}}"#);
    let company = reply(
        200,
        r#"{"links":{"endpoints":"/api/v1/companies/acme/endpoints"}}"#,
    );
    let script = [
        (SETTINGS, settings()),
        (TOKEN, token),
        (COMPANY, company),
        (&at_entry("GET"), reply(404, "")),
    ];
    let outcome = Caller::new(&service).play_in_brief(&Action::LookUp(mac()), &script);
    assert_eq!(outcome, Outcome::NotFound);
}

#[test]
fn settings_come_in_pages() {
    // Field failure 52: the settings list is paginated.
    let second = "https://api.sraps.snom.com/api/v1/settings/?page=2";
    let link =
        format!("<https://x/?page=0>; rel=\"prev\", <{second}>; title=\"a\"; rel=\"next last\"");
    let first = || {
        reply_with(
            200,
            "link",
            &link,
            r#"[{"uuid":"0","param_name":"language"}]"#,
        )
    };
    let get = format!("GET {second}");
    let service = service();
    let script = [
        (SETTINGS, first()),
        (&*get, settings()),
        (TOKEN, reply(403, "")),
    ];
    let outcome = Caller::new(&service).play_in_brief(&register(), &script);
    assert_eq!(outcome, Outcome::Refused(Refusal::Permission));
    for last in [
        "[]",
        "{}",
        "[{\"uuid\":7,\"param_name\":\"setting_server\"}]",
        "",
        "[",
        "7",
    ] {
        let script = [(SETTINGS, first()), (&*get, reply(200, last))];
        let outcome = Caller::new(&service).play_in_brief(&register(), &script);
        assert!(matches!(outcome, Outcome::Broken(_)), "{last} {outcome:?}");
    }
    let mut sent = 0;
    let endless = first();
    let outcome = Caller::new(&service).run(&register(), |_| {
        sent += 1;
        &endless
    });
    assert!(matches!(outcome, Ok(Outcome::Broken(_))));
    assert_eq!(sent, 50);
}

#[test]
fn what_a_phone_is_sent_to() {
    let look = |answer| play(&Action::LookUp(mac()), &[(&at_entry("GET"), answer)]);
    assert_eq!(look(entry()), Outcome::Done(Done::Found(ours())));
    assert_eq!(look(reply(404, "")), Outcome::NotFound);
    let bound = |profile: &str| {
        let body = format!(
            r#"{{"mac":"00:04:13:A1:1F:A7","uuid":"e1","provisioning_profile":"{profile}"}}"#
        );
        look(reply(200, body))
    };
    let mut phone = Registered::new(mac());
    phone.id = Some("e1".to_owned());
    phone.server = Some("9b1e".parse().unwrap());
    assert_eq!(bound("9b1e"), Outcome::Done(Done::Found(phone.clone())));
    assert_eq!(
        bound("https://x/provisioning-profiles/9b1e/"),
        Outcome::Done(Done::Found(phone))
    );
    // It is there, and is sent nowhere.
    let disabled = BODY.replace("true", "false");
    let nowhere = Outcome::Done(Done::Found(Registered::new(mac())));
    assert_eq!(look(reply(200, disabled)), nowhere);
    let no_address = BODY.replace("https://pbx", "nonsense");
    let mut elsewhere = Registered::new(mac());
    elsewhere.is_elsewhere = true;
    let elsewhere = Outcome::Done(Done::Found(elsewhere));
    assert_eq!(look(reply(200, no_address)), elsewhere);
    for wrong in [
        "",
        "<html>",
        "[]",
        "{}",
        &BODY.replace("1fa7", "1fa8"),
        &BODY[..40],
    ] {
        let outcome = look(reply(200, wrong));
        assert!(matches!(outcome, Outcome::Broken(_)), "{wrong} {outcome:?}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let write = |answer, read: Option<Answer>| {
        let (put, get) = (put(), at_entry("GET"));
        let mut script = vec![(put.as_str(), answer)];
        script.extend(read.map(|read| (get.as_str(), read)));
        play(&register(), &script)
    };
    let done = Outcome::Done(Done::Registered(ours()));
    assert_eq!(write(reply(201, BODY), None), done);
    assert_eq!(write(reply(204, ""), Some(entry())), done);
    assert_eq!(write(reply(200, "{}"), Some(entry())), done);
    let other = || reply(200, BODY.replace("t0ken", "old"));
    assert_eq!(write(other(), Some(entry())), done);
    assert_eq!(write(other(), Some(other())), unshown());
    assert_eq!(write(reply(200, ""), Some(reply(404, ""))), unshown());
    assert_eq!(write(silence(), Some(entry())), done);
    assert_eq!(write(silence(), Some(reply(404, ""))), unanswered());
    assert_eq!(write(reply(503, ""), Some(entry())), done);
    assert_eq!(write(silence(), Some(silence())), unanswered());
    assert!(matches!(write(reply(404, ""), None), Outcome::Broken(_)));
}

#[test]
fn a_refusal_says_why() {
    let refused = Outcome::Refused;
    let later = Some(now() + Duration::seconds(7));
    for (answer, expected) in [
        (
            reply(403, r#"{"message":"taken_mac_or_forbidden: secret"}"#),
            Outcome::OwnedByOther,
        ),
        (
            reply(400, r#"{"error":"Taken_mac_or_forbidden"}"#),
            Outcome::OwnedByOther,
        ),
        (
            reply(
                403,
                r#"{"detail":"User lacks permission to endpoint 000413a11fa7"}"#,
            ),
            Outcome::OwnedByOther,
        ),
        (
            reply(400, r#"{"mac":["taken_mac_or_forbidden"]}"#),
            Outcome::OwnedByOther,
        ),
        // Field failure 52: permission errors look like success.
        (
            reply(200, r#"{"detail":"User lacks permission to endpoint"}"#),
            Outcome::OwnedByOther,
        ),
        // A key whose role is None.
        (
            reply(403, r#"{"detail":"secret"}"#),
            refused(Refusal::Permission),
        ),
        (reply(401, "secret"), refused(Refusal::Credentials)),
        (reply(400, "secret"), refused(Refusal::Unknown)),
        (reply(422, ""), refused(Refusal::Unknown)),
        (reply(409, ""), refused(Refusal::Conflict)),
        (reply(307, ""), refused(Refusal::Redirect)),
        (
            reply_with(429, "retry-after", "7", ""),
            Outcome::RateLimited { until: later },
        ),
    ] {
        assert_eq!(
            play(&register(), &[(&put(), answer.clone())]),
            expected,
            "{answer:?}"
        );
    }
}

#[test]
fn only_the_service_says_that_the_clock_is_wrong() {
    // Made by Python's hmac with the key `secret`.
    let told = "Hawk ts=\"1800000900\", tsm=\"TSM\", error=\"Stale timestamp\"";
    let told = told.replace("TSM", "XKyphZWblYFw85A6qSVxJsSejhGcA7Ym58acXhd9Ikc=");
    let look = |field: &str| {
        let answer = reply_with(401, "www-authenticate", field, "");
        play(&Action::LookUp(mac()), &[(&at_entry("GET"), answer)])
    };
    assert_eq!(look(&told), Outcome::Refused(Refusal::Clock));
    let forged = told.replace("1800000900", "1800000901");
    assert_eq!(look(&forged), Outcome::Refused(Refusal::Credentials));
    assert_eq!(look("Hawk"), Outcome::Refused(Refusal::Credentials));
}

#[test]
fn a_phone_is_taken_out() {
    let remove = |answer, read: Option<Answer>| {
        let (delete, get) = (at_entry("DELETE"), at_entry("GET"));
        let mut script = vec![(delete.as_str(), answer)];
        script.extend(read.map(|read| (get.as_str(), read)));
        play(&Action::Deregister(mac()), &script)
    };
    let removed = Outcome::Done(Done::Removed);
    assert_eq!(remove(reply(204, ""), Some(reply(404, ""))), removed);
    assert_eq!(remove(reply(204, ""), Some(entry())), unshown());
    assert_eq!(remove(reply(404, ""), None), Outcome::NotFound);
    assert_eq!(remove(silence(), Some(reply(404, ""))), removed);
    assert_eq!(remove(silence(), Some(entry())), unanswered());
    let not_sent = Some(Answer::Lost(Lost::NotSent));
    assert_eq!(remove(reply(204, ""), not_sent), unanswered());
    let other = reply(403, r#"{"message":"taken_mac_or_forbidden"}"#);
    assert_eq!(remove(other, None), Outcome::OwnedByOther);
}

#[test]
fn phones_are_listed_page_by_page() {
    let service = service();
    let mut caller = caller(&service);
    let first = "GET https://API.sraps.snom.com:443/api/v1/companies/acme/endpoints/?page_size=2";
    let next = "https://api.sraps.snom.com/api/v1/companies/acme/endpoints/?page=2";
    let link = format!("<{next}>; rel=next");
    let page = PageRequest::first(2);
    let answer = reply_with(200, "link", &link, format!("[{BODY},{{\"mac\":null}}]"));
    let outcome = caller.play_in_brief(&Action::List(page.clone()), &[(first, answer)]);
    let cursor = Cursor::new(next).unwrap();
    let expected = Page::new(vec![ours()], Some(cursor.clone()));
    assert_eq!(outcome, Outcome::Done(Done::Phones(expected)));
    let action = Action::List(page.clone().after(cursor));
    let answer = reply(200, format!(r#"{{"results":[{BODY}],"next":null}}"#));
    let outcome = caller.play_in_brief(&action, &[(&format!("GET {next}"), answer)]);
    assert_eq!(
        outcome,
        Outcome::Done(Done::Phones(Page::new(vec![ours()], None)))
    );
    let alien = Action::List(page.after(Cursor::new("https://evil.example/").unwrap()));
    let none = silence();
    assert_eq!(
        caller.run(&alien, |_| &none),
        Err(ActionError::Cursor {
            service: "snom-sraps"
        })
    );
}

fn profiles() -> Answer {
    reply(
        200,
        r#"[{"uuid":"9b1e","name":"Reception"},{"uuid":"77aa","name":"Büro"},
            {"uuid":"1","name":"Twice"},{"uuid":"2","name":"Twice"},{"name":"no identifier"}]"#,
    )
}

#[test]
fn a_profile_is_named_by_its_name_or_identifier() {
    let bind = |name: &str, id: Option<&str>| {
        let to: Destination = name.parse::<ServerName>().unwrap().into();
        let mut enrolment = Enrolment::new(mac(), to);
        enrolment.remark = Some("Hall".parse().unwrap());
        let body = id.map(|id| format!(
                r#"{{"mac":"000413a11fa7","autoprovisioning_enabled":true,"provisioning_profile":"{id}","name":"Hall"}}"#
            ));
        let put = body.as_ref().map(|body| format!("PUT {ENTRY}\n{body}"));
        let mut script = vec![(PROFILES, profiles())];
        script.extend(
            put.as_ref()
                .map(|put| (put.as_str(), reply(200, body.unwrap()))),
        );
        play(&Action::Register(enrolment), &script)
    };
    let mut phone = Registered::new(mac());
    phone.server = Some("9b1e".parse().unwrap());
    assert_eq!(
        bind("Reception", Some("9b1e")),
        Outcome::Done(Done::Registered(phone))
    );
    let mut phone = Registered::new(mac());
    phone.server = Some("77aa".parse().unwrap());
    assert_eq!(
        bind("77aa", Some("77aa")),
        Outcome::Done(Done::Registered(phone))
    );
    assert_eq!(bind("reception", None), Outcome::Refused(Refusal::Server));
    assert_eq!(bind("Twice", None), Outcome::Refused(Refusal::Server));
    assert_eq!(
        bind("no identifier", None),
        Outcome::Refused(Refusal::Server)
    );

    let list = PROFILES.replace("1000", "100");
    let outcome = play(
        &Action::ListServers(PageRequest::default()),
        &[(&list, profiles())],
    );
    let profile = |name: &str, id: &str| {
        let mut profile = ServerObject::new(name.parse().unwrap());
        profile.id = Some(id.to_owned());
        profile
    };
    let expected = vec![
        profile("Reception", "9b1e"),
        // A name that is none of ours.
        profile("77aa", "77aa"),
        profile("Twice", "1"),
        profile("Twice", "2"),
    ];
    assert_eq!(
        outcome,
        Outcome::Done(Done::Servers(Page::new(expected, None)))
    );
}

#[test]
fn several_phones_one_after_the_other() {
    let other: Mac = "00:04:13:a1:1f:a8".parse().unwrap();
    let third: Mac = "00:04:13:a1:1f:a9".parse().unwrap();
    let enrolments = [mac(), other, third].map(|mac| Enrolment::new(mac, url()));
    let second = put().replace("1fa7", "1fa8");
    let taken = || reply(403, "taken_mac_or_forbidden");
    let action = Action::RegisterAll(enrolments.to_vec());
    let limited = Outcome::RateLimited { until: None };
    assert_eq!(
        play(&action, &[(&put(), taken()), (&second, reply(429, ""))]),
        Outcome::Each(vec![
            (mac(), Outcome::OwnedByOther),
            (other, limited.clone()),
            // Not asked at all.
            (third, limited),
        ])
    );
    let delete = at_entry("DELETE");
    let second = delete.replace("1fa7", "1fa8");
    let action = Action::DeregisterAll(vec![mac(), other]);
    assert_eq!(
        play(&action, &[(&delete, reply(404, "")), (&second, taken())]),
        Outcome::Each(vec![
            (mac(), Outcome::NotFound),
            (other, Outcome::OwnedByOther)
        ])
    );
}

#[test]
fn grape_has_another_name_for_the_setting() {
    let base = SnomSraps::GRAPE_BASE.parse().unwrap();
    let service = SnomSraps::grape(&base, "ck_1", "secret".parse().unwrap()).unwrap();
    assert_eq!(service.id(), "gigaset-grape");
    let settings = reply(
        200,
        r#"[{"uuid":"7f2c","param_name":"ProvisioningServer"}]"#,
    );
    let script = [
        (
            "GET https://api.grape.gigaset.net/api/v1/settings/?page_size=1000",
            settings,
        ),
        (
            "GET https://api.grape.gigaset.net/api/v1/tokens/ck_1",
            silence(),
        ),
    ];
    let outcome = Caller::new(&service).play_in_brief(&register(), &script);
    assert_eq!(outcome, unanswered());
}

#[test]
fn the_check_reads_the_key() {
    let service = service();
    let check = |answer| Caller::new(&service).play_in_brief(&Action::Check, &[(TOKEN, answer)]);
    assert_eq!(check(token()), Outcome::Done(Done::Access));
    assert!(matches!(check(reply(404, "")), Outcome::Broken(_)));
    assert_eq!(
        check(reply(401, "")),
        Outcome::Refused(Refusal::Credentials)
    );
    assert!(matches!(check(reply(200, "<html>")), Outcome::Broken(_)));
    let none = silence();
    let pins = Caller::new(&service)
        .run(&Action::Pins(vec![mac()]), |_| &none)
        .unwrap_err();
    assert_eq!(pins.to_string(), "snom-sraps cannot do `pins`");
}

proptest! {
    #[test]
    fn no_answer_breaks_or_leaks(
        answers in prop::collection::vec(redirection::any_answer(), 1..8),
        action in 0..6_usize,
        knows in any::<bool>(),
    ) {
        let by_name = Enrolment::new(mac(), "x".parse::<ServerName>().unwrap());
        let actions = [
            register(),
            Action::Register(by_name),
            Action::Deregister(mac()),
            Action::List(PageRequest::default()),
            Action::RegisterAll(vec![Enrolment::new(mac(), url())]),
            Action::Check,
        ];
        let service = service();
        let mut caller = caller(&service);
        if !knows {
            caller.session = Session::new();
        }
        redirection::assert_sound(&mut caller, &actions[action], &answers);
    }
}
