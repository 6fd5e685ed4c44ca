//! XML-RPC against Python's `xmlrpc.client`, in both directions.
#![cfg(feature = "redirection")]

mod redirection;

use std::io::Write as _;
use std::process::{Command, Stdio};

use phone_provisioning::Mac;
use phone_provisioning::delivery::PhoneUrl;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::snom::SnomXmlRpc;
use phone_provisioning::redirection::yealink::YealinkRps;
use phone_provisioning::redirection::{
    Action, Done, Enrolment, Outcome, Page, PageRequest, RedirectionService, Refusal, Registered,
    ServerName,
};
use redirection::{Caller, reply};
use serde_json::{Value, json};

/// What Python prints, as JSON, of a script that reads this; nothing where there is no Python.
#[track_caller]
fn python(script: &str, input: &[u8]) -> Option<Value> {
    let child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        let required = std::env::var_os("PROVISIONING_REQUIRE_TOOLS").is_some();
        assert!(!required, "python3 is missing");
        eprintln!("SKIPPED: python3 is missing, nothing compared with it");
        return None;
    };
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn login() -> Login {
    Login {
        username: "reseller".parse().unwrap(),
        password: "secret".parse().unwrap(),
    }
}

fn yealink() -> YealinkRps {
    YealinkRps::new(&YealinkRps::BASE.parse().unwrap(), &login()).unwrap()
}

fn snom() -> SnomXmlRpc {
    SnomXmlRpc::new(&SnomXmlRpc::BASE.parse().unwrap(), &login()).unwrap()
}

fn mac() -> Mac {
    "00:15:65:a1:b2:c3".parse().unwrap()
}

fn url() -> PhoneUrl {
    let url: Url = "https://pbx.example.net/p/t0ken/?a=1&b='2'"
        .parse()
        .unwrap();
    url.into()
}

/// The bodies of the first requests of an action that is refused each time.
fn sent(service: &dyn RedirectionService, action: &Action) -> Vec<String> {
    let refusal = "<methodResponse><params><param><value><array><data><value><boolean>0</boolean>\
                   </value><value>Error:no_such_mac</value></data></array></value></param></params>\
                   </methodResponse>";
    let refusal = reply(200, refusal);
    let mut bodies = Vec::new();
    let outcome = Caller::new(service).run(action, |request| {
        bodies.push(String::from_utf8(request.body().as_bytes().to_vec()).unwrap());
        &refusal
    });
    assert!(outcome.is_ok());
    bodies
}

#[test]
fn python_reads_our_calls() {
    let server: ServerName = "Head Office".parse().unwrap();
    let second: Mac = "00:15:65:a1:b2:c4".parse().unwrap();
    let address = url().expose().as_str().to_owned();
    let (one, two) = ("001565A1B2C3", "001565A1B2C4");
    let to_server = |mac| Enrolment::new(mac, server.clone());
    let register = Action::Register(Enrolment::new(mac(), url()));
    let both = Action::DeregisterAll(vec![mac(), second]);
    let put = Action::PutServer {
        name: server.clone(),
        url: url(),
        login: None,
    };
    let (rps, snom) = (yealink(), snom());
    let calls: [(&dyn RedirectionService, Action, Value); 12] = [
        (&rps, Action::Check, json!([["redirect.listDevices", []]])),
        (
            &rps,
            Action::LookUp(mac()),
            json!([["redirect.checkDevice", [one]]]),
        ),
        (
            &rps,
            register.clone(),
            json!([[
                "redirect.registerDeviceWithUniqueUrl",
                [one, "phone-provisioning", address, "0"]
            ]]),
        ),
        (
            &rps,
            Action::Register(to_server(mac())),
            json!([["redirect.registerDevice", [one, "Head Office", "0"]]]),
        ),
        (
            &rps,
            Action::RegisterAll(vec![to_server(mac()), to_server(second)]),
            json!([["redirect.registerDevices", [[one, two], "Head Office", "0"]]]),
        ),
        (
            &rps,
            Action::Deregister(mac()),
            json!([["redirect.deRegisterDevice", [one]]]),
        ),
        (
            &rps,
            both.clone(),
            json!([["redirect.deRegisterDevices", [[one, two]]]]),
        ),
        (
            &rps,
            put,
            json!([["redirect.addServer", ["Head Office", address]]]),
        ),
        (&snom, Action::Check, json!([["network.echo", ["ping"]]])),
        (
            &snom,
            register,
            json!([
                ["redirect.getPhoneRedirection", [one]],
                ["redirect.registerPhone", [one, address]]
            ]),
        ),
        (
            &snom,
            Action::Deregister(mac()),
            json!([["redirect.deregisterPhone", [one]]]),
        ),
        (
            &snom,
            both,
            json!([["redirect.deregisterPhoneList", [[one, two]]]]),
        ),
    ];
    let bodies: Vec<_> = calls
        .iter()
        .map(|(service, action, expected)| {
            let mut bodies = sent(*service, action);
            bodies.truncate(expected.as_array().unwrap().len());
            bodies
        })
        .collect();
    let script = "import json, sys, xmlrpc.client as x\n\
                  read = lambda body: x.loads(body)[::-1]\n\
                  print(json.dumps([list(map(read, bodies)) for bodies in json.load(sys.stdin)]))";
    let Some(read) = python(script, json!(bodies).to_string().as_bytes()) else {
        return;
    };
    for ((_, action, expected), read) in calls.iter().zip(read.as_array().unwrap()) {
        assert_eq!(read, expected, "{}", action.name());
    }
}

#[test]
fn we_read_what_python_answers() {
    let found = Outcome::Done(Done::Found(Registered::new(mac())));
    let other: Mac = "80:5e:c0:00:00:01".parse().unwrap();
    let list = |macs: &[Mac]| {
        let entries = macs.iter().copied().map(Registered::new).collect();
        Outcome::Done(Done::Phones(Page::new(entries, None)))
    };
    let look_up = Action::LookUp(mac());
    let all = Action::List(PageRequest::default());
    let elsewhere = "([True, 'Registered Elsewhere', None, 1, 2.5, {'a': b'b'}],)";
    let text = "([False, 'Error:Zo\u{eb} & <b> \u{1f600}'],)";
    let macs = "(['001565A1B2C3', {'mac': '80-5E-C0-00-00-01'}],)";
    let no_handler = Outcome::Refused(Refusal::Code(-7));
    let answers = [
        (&look_up, "([True, 'Registered'],)", found.clone()),
        (&look_up, "('Registered',)", found),
        (&look_up, "([False, 'Unregistered'],)", Outcome::NotFound),
        (&look_up, elsewhere, Outcome::OwnedByOther),
        (&look_up, text, Outcome::Refused(Refusal::Unknown)),
        (&all, "([],)", list(&[])),
        (&all, macs, list(&[mac(), other])),
        (&all, "x.Fault(-7, 'No such handler')", no_handler),
    ];
    let values: Vec<_> = answers.iter().map(|(_, value, _)| *value).collect();
    // Plain, for ASCII only, and on many lines.
    let script = "import json, sys, xmlrpc.client as x\n\
                  from xml.dom.minidom import parseString\n\
                  def write(value):\n  \
                    plain = x.dumps(value, methodresponse=True, allow_none=True)\n  \
                    ascii = plain.encode('ascii', 'xmlcharrefreplace').decode()\n  \
                    return [plain, ascii, parseString(plain).toprettyxml()]\n\
                  print(json.dumps([write(eval(value)) for value in json.load(sys.stdin)]))";
    let Some(written) = python(script, json!(values).to_string().as_bytes()) else {
        return;
    };
    let written: Vec<Vec<String>> = serde_json::from_value(written).unwrap();
    for ((action, _, expected), written) in answers.iter().zip(written) {
        for body in written {
            let service = yealink();
            let answer = reply(200, &body);
            let outcome = Caller::new(&service).run(action, |_| &answer);
            assert_eq!(outcome.as_ref(), Ok(expected), "{body}");
        }
    }
}
