//! The older service, by XML-RPC.

use super::*;

fn service() -> SnomXmlRpc {
    let login = Login {
        username: "reseller".parse().unwrap(),
        password: "secret".parse().unwrap(),
    };
    // The slash at the end is put there.
    let base = SnomXmlRpc::BASE.trim_end_matches('/').parse().unwrap();
    let service = SnomXmlRpc::new(&base, &login).unwrap();
    service.with_models(["snom370", "snomD785"]).unwrap()
}

fn call(method: &str, params: &[&str]) -> String {
    let params: Vec<_> = params
        .iter()
        .map(|param| format!("<param>{param}</param>"))
        .collect();
    let params = params.concat();
    format!(
        "POST https://secure-provisioning.snom.com:8083/xmlrpc/\n<?xml version=\"1.0\" \
             encoding=\"UTF-8\"?>\n<methodCall><methodName>{method}</methodName><params>{params}\
             </params></methodCall>"
    )
}

const MAC: &str = "<value><string>000413A11FA7</string></value>";
const TO: &str = "<value><string>https://pbx.example.net/p/t0ken/</string></value>";

fn look() -> String {
    call("redirect.getPhoneRedirection", &[MAC])
}

fn add() -> String {
    call("redirect.registerPhone", &[MAC, TO])
}

fn remove() -> String {
    call("redirect.deregisterPhone", &[MAC])
}

fn values(values: &str) -> Answer {
    reply(
        200,
        format!(
            "<?xml version=\"1.0\"?>\n<methodResponse><params><param>\n<value><array><data>{values}\
             </data></array></value></param></params></methodResponse>"
        ),
    )
}

fn says(is_done: bool, text: &str) -> Answer {
    let is_done = u8::from(is_done);
    values(&format!(
        "<value><boolean>{is_done}</boolean></value><value><string>{text}</string></value>"
    ))
}

fn none() -> Answer {
    says(false, "Error:no_such_mac")
}

fn at(url: &str) -> Answer {
    values(&format!(
        "<value><boolean>1</boolean></value><value><string>Example BV</string></value>\
             <value><string>{url}</string></value>"
    ))
}

#[track_caller]
fn play(action: &Action, script: &[(String, Answer)]) -> Outcome {
    let service = service();
    let script: Vec<(&str, Answer)> = script
        .iter()
        .map(|(request, answer)| (request.as_str(), answer.clone()))
        .collect();
    Caller::new(&service).play_in_brief(action, &script)
}

#[test]
fn a_look_up_byte_for_byte() {
    let service = service();
    let request = r#"
POST https://secure-provisioning.snom.com:8083/xmlrpc/
content-type: text/xml
authorization: Basic cmVzZWxsZXI6c2VjcmV0

<?xml version="1.0" encoding="UTF-8"?>
<methodCall><methodName>redirect.getPhoneRedirection</methodName><params><param><value><string>000413A11FA7</string></value></param></params></methodCall>
"#;
    let outcome = Caller::new(&service).play(&Action::LookUp(mac()), &[(request, at(URL))]);
    assert_eq!(outcome, Outcome::Done(Done::Found(ours())));
}

#[test]
fn the_company_comes_before_the_address() {
    let look = |answer| play(&Action::LookUp(mac()), &[(look(), answer)]);
    assert_eq!(look(none()), Outcome::NotFound);
    assert_eq!(
        look(says(false, " error:OWNED_BY_OTHER_USER\n")),
        Outcome::OwnedByOther
    );
    assert_eq!(
        look(says(false, "Error:malformed_mac")),
        Outcome::Refused(Refusal::Mac)
    );
    assert_eq!(
        look(says(false, "secret")),
        Outcome::Refused(Refusal::Unknown)
    );
    let nowhere = Outcome::Done(Done::Found(Registered::new(mac())));
    assert_eq!(look(at("")), nowhere);
    let fault = "<methodResponse><fault><value><struct><member><name>faultCode</name><value>\
                     <int>4</int></value></member><member><name>faultString</name><value>secret\
                     </value></member></struct></value></fault></methodResponse>";
    assert_eq!(look(reply(200, fault)), Outcome::Refused(Refusal::Code(4)));
    assert_eq!(look(reply(401, "")), Outcome::Refused(Refusal::Credentials));
    assert_eq!(look(reply(301, "")), Outcome::Refused(Refusal::Redirect));
    for wrong in [
        // Two elements: a client that takes the second for the address is wrong.
        says(true, URL),
        values(""),
        values("<value>Ok</value>"),
        reply(200, ""),
        reply(200, "<html>secret</html>"),
        reply(200, "<methodResponse><params><param><value><array><data>"),
        reply(
            200,
            "<methodResponse><params><param><value>Ok</value></param></params></methodResponse>",
        ),
    ] {
        let outcome = look(wrong.clone());
        assert!(
            matches!(outcome, Outcome::Broken(_)),
            "{wrong:?} {outcome:?}"
        );
    }
}

#[test]
fn another_address_is_registered_anew() {
    let done = Outcome::Done(Done::Registered(ours()));
    let ok = || says(true, "Ok");
    let register = |script: &[(String, Answer)]| play(&register(), script);
    assert_eq!(register(&[(look(), at(URL))]), Outcome::AlreadyOurs(ours()));
    assert_eq!(
        register(&[(look(), none()), (add(), ok()), (look(), at(URL))]),
        done
    );
    let old = || (look(), at("https://old.example.net/"));
    assert_eq!(
        register(&[old(), (remove(), ok()), (add(), ok()), (look(), at(URL))]),
        done
    );
    assert_eq!(
        register(&[old(), (remove(), none()), (add(), ok()), (look(), at(URL))]),
        done
    );
    let other = || says(false, "Error:owned_by_other_user");
    assert_eq!(
        register(&[old(), (remove(), other())]),
        Outcome::OwnedByOther
    );
    assert_eq!(
        register(&[(look(), none()), (add(), other())]),
        Outcome::OwnedByOther
    );
    // Not told as success what is none.
    let lie = says(true, "Error:owned_by_other_user");
    assert_eq!(
        register(&[(look(), none()), (add(), lie)]),
        Outcome::OwnedByOther
    );
    let url = says(false, "Error:malformed_url");
    assert_eq!(
        register(&[(look(), none()), (add(), url)]),
        Outcome::Refused(Refusal::Url)
    );
    assert_eq!(
        register(&[(look(), none()), (add(), ok()), (look(), none())]),
        unshown()
    );
    assert_eq!(
        register(&[(look(), none()), (add(), silence()), (look(), at(URL))]),
        done
    );
    assert_eq!(
        register(&[(look(), none()), (add(), silence()), (look(), none())]),
        unanswered()
    );
    // That a later request did not leave says nothing of those before.
    let not_sent = || Answer::Lost(Lost::NotSent);
    assert_eq!(
        register(&[(look(), none()), (add(), ok()), (look(), not_sent())]),
        unanswered()
    );
    assert_eq!(
        register(&[old(), (remove(), ok()), (add(), not_sent())]),
        unanswered()
    );
}

#[test]
fn a_phone_is_taken_out() {
    let deregister = |script: &[(String, Answer)]| play(&Action::Deregister(mac()), script);
    let ok = || says(true, "Ok");
    let removed = Outcome::Done(Done::Removed);
    assert_eq!(deregister(&[(remove(), ok()), (look(), none())]), removed);
    assert_eq!(
        deregister(&[(remove(), ok()), (look(), at(URL))]),
        unshown()
    );
    let not_sent = Answer::Lost(Lost::NotSent);
    assert_eq!(
        deregister(&[(remove(), ok()), (look(), not_sent)]),
        unanswered()
    );
    assert_eq!(deregister(&[(remove(), none())]), Outcome::NotFound);
    assert_eq!(
        deregister(&[(remove(), silence()), (look(), none())]),
        removed
    );
    assert_eq!(
        deregister(&[(remove(), silence()), (look(), at(URL))]),
        unanswered()
    );
}

#[test]
fn several_phones_in_one_call() {
    let other: Mac = "00:04:13:a1:1f:a8".parse().unwrap();
    let macs = "<value><array><data><value><string>000413A11FA7</string></value>\
                    <value><string>000413A11FA8</string></value></data></array></value>";
    let enrolments = [mac(), other].map(|mac| Enrolment::new(mac, url()));
    let look_other = || look().replace("1FA7", "1FA8");
    let mut second = Registered::new(other);
    second.url = Some(url());
    let outcome = play(
        &Action::RegisterAll(enrolments.to_vec()),
        &[
            (
                call("redirect.registerPhoneList", &[macs, TO]),
                says(true, "Ok"),
            ),
            (look(), at(URL)),
            (look_other(), at("https://old.example.net/")),
            (remove().replace("1FA7", "1FA8"), says(true, "Ok")),
            (add().replace("1FA7", "1FA8"), says(true, "Ok")),
            (look_other(), at(URL)),
        ],
    );
    let registered = |phone| Outcome::Done(Done::Registered(phone));
    let expected = vec![(mac(), registered(ours())), (other, registered(second))];
    assert_eq!(outcome, Outcome::Each(expected));

    let list = || call("redirect.deregisterPhoneList", &[macs]);
    let all = Action::DeregisterAll(vec![mac(), other]);
    let outcome = play(
        &all,
        &[
            (list(), says(true, "Ok")),
            (look(), none()),
            (look_other(), at(URL)),
        ],
    );
    let expected = vec![(mac(), Outcome::Done(Done::Removed)), (other, unshown())];
    assert_eq!(outcome, Outcome::Each(expected));
    // One of them is not there: each for itself.
    let outcome = play(
        &all,
        &[
            (list(), none()),
            (remove(), says(true, "Ok")),
            (look(), none()),
            (remove().replace("1FA7", "1FA8"), none()),
        ],
    );
    let expected = vec![
        (mac(), Outcome::Done(Done::Removed)),
        (other, Outcome::NotFound),
    ];
    assert_eq!(outcome, Outcome::Each(expected));
}

#[test]
fn phones_are_listed_model_by_model() {
    let list = |model: &str| {
        let model = format!("<value><string>{model}</string></value>");
        call("redirect.listPhones", &[&model, "<value><nil/></value>"])
    };
    let page = PageRequest::first(10);
    let found = values("<value>000413A11FA7</value>");
    let outcome = play(&Action::List(page.clone()), &[(list("snom370"), found)]);
    let next = Cursor::new("snomD785").unwrap();
    let expected = Page::new(vec![Registered::new(mac())], Some(next.clone()));
    assert_eq!(outcome, Outcome::Done(Done::Phones(expected)));
    let last = Action::List(page.clone().after(next));
    let outcome = play(&last, &[(list("snomD785"), values(""))]);
    assert_eq!(
        outcome,
        Outcome::Done(Done::Phones(Page::new(Vec::new(), None)))
    );
    let refused = play(&last, &[(list("snomD785"), says(false, "secret"))]);
    assert_eq!(refused, Outcome::Refused(Refusal::Unknown));
    let wrong = play(
        &last,
        &[(list("snomD785"), values("<value>secret</value>"))],
    );
    assert!(matches!(wrong, Outcome::Broken(_)));

    let service = service();
    let none = silence();
    let mut caller = Caller::new(&service);
    let alien = Action::List(page.after(Cursor::new("snom300").unwrap()));
    assert_eq!(
        caller.run(&alien, |_| &none),
        Err(ActionError::Cursor {
            service: "snom-xmlrpc"
        })
    );
    let by_name = Enrolment::new(mac(), "x".parse::<ServerName>().unwrap());
    let error = caller
        .run(&Action::Register(by_name), |_| &none)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "snom-xmlrpc: expected an address for the phone: the service has no servers"
    );
}

#[test]
fn the_check_is_an_echo() {
    let echo = call("network.echo", &["<value><string>ping</string></value>"]);
    let answer =
        "<methodResponse><params><param><value>ping</value></param></params></methodResponse>";
    let outcome = play(&Action::Check, &[(echo.clone(), reply(200, answer))]);
    assert_eq!(outcome, Outcome::Done(Done::Access));
    let outcome = play(&Action::Check, &[(echo, reply(401, ""))]);
    assert_eq!(outcome, Outcome::Refused(Refusal::Credentials));
}

proptest! {
    #[test]
    fn no_answer_breaks_or_leaks(
        answers in prop::collection::vec(redirection::any_answer(), 1..8),
        action in 0..5_usize,
    ) {
        let actions = [
            register(),
            Action::Deregister(mac()),
            Action::List(PageRequest::default()),
            Action::DeregisterAll(vec![mac()]),
            Action::Check,
        ];
        let service = service();
        redirection::assert_sound(&mut Caller::new(&service), &actions[action], &answers);
    }
}
