//! What holds for every redirection service.
#![cfg(feature = "redirection")]

use chrono::DateTime;
use phone_provisioning::model::{Login, Url};
use phone_provisioning::redirection::snom::{SnomSraps, SnomXmlRpc};
use phone_provisioning::redirection::yealink::{YealinkRps, YealinkRpsJson, YealinkYmcs};
use phone_provisioning::redirection::{
    Action, ActionError, Enrolment, RedirectionService, Session, Stamp, Step,
};

fn services() -> Vec<Box<dyn RedirectionService>> {
    let base: Url = "https://redirection.example.net/".parse().unwrap();
    let (login, secret) = (login(), "secret".parse().unwrap());
    let json = YealinkRpsJson::new(&base, "key-id", "secret".parse().unwrap());
    vec![
        Box::new(YealinkRps::new(&base, &login).unwrap()),
        Box::new(json.unwrap()),
        Box::new(YealinkYmcs::new(&base, &login).unwrap()),
        Box::new(SnomXmlRpc::new(&base, &login).unwrap()),
        Box::new(SnomSraps::new(&base, "key-id", secret).unwrap()),
    ]
}

fn login() -> Login {
    Login {
        username: "phone".parse().unwrap(),
        password: "twenty characters and".parse().unwrap(),
    }
}

/// A phone that would come without the login that it was to get is worse than an error.
#[test]
fn a_login_for_the_phone_is_handed_out_or_refused() {
    let url: Url = "https://pbx.example.net/p/".parse().unwrap();
    let phone = "00:04:13:00:00:01".parse().unwrap();
    let mut enrolment = Enrolment::new(phone, phone_provisioning::delivery::PhoneUrl::from(url));
    let stamp = Stamp::new(DateTime::from_timestamp(1_800_000_000, 0).unwrap(), [7; 16]);
    let begin = |service: &dyn RedirectionService, action: Action| {
        let begun = service.start(&action, &Session::new(), &stamp);
        begun.map(|step| matches!(step, Step::Send(_)))
    };
    for with_login in [false, true] {
        enrolment.login = with_login.then(login);
        for service in services() {
            let one = begin(&*service, Action::Register(enrolment.clone()));
            let several = begin(&*service, Action::RegisterAll(vec![enrolment.clone()]));
            assert_eq!(one, several);
            let hands_it_out = ["yealink-rps-json", "yealink-ymcs"].contains(&service.id());
            let expected = match with_login && !hands_it_out {
                true => Err(ActionError::Login {
                    service: service.id(),
                }),
                false => Ok(true),
            };
            assert_eq!(one, expected, "{}", service.id());
        }
    }
}

#[test]
fn services_have_names_of_their_own() {
    let mut names: Vec<_> = services().iter().map(|service| service.id()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), services().len());
}
