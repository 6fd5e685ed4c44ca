//! Phones that ask for their files: from the request to the decision, in the usual cases.

#![allow(
    unreachable_pub,
    reason = "a bench and a test use this, each in a crate of its own"
)]

use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, Utc};
use http::Request;
use phone_provisioning::delivery::admission::{
    Admission, Adoption, Attempt, Credential, Environment, PhoneRecord, Policy, Reason,
};
use phone_provisioning::delivery::{AddressSpace, RequestFacts, identify};
use phone_provisioning::model::{Site, UrlTemplate};
use phone_provisioning::{Mac, Targets};

/// What is measured, and what every request must be decided as.
pub const CASES: [(&str, Reason); 5] = [
    ("bound", Reason::LongTermCredential),
    ("first-access", Reason::FirstCredential),
    ("unknown", Reason::UnknownPhone),
    ("wrong-token", Reason::WrongCredential),
    ("blocked", Reason::SourceBlocked),
];

/// A thousand phones, of two makers in turn, and a request of each.
#[derive(Debug)]
pub struct Door {
    case: Reason,
    targets: Targets,
    space: AddressSpace,
    admission: Admission,
    phones: Vec<Phone>,
    now: DateTime<Utc>,
}

#[derive(Debug)]
struct Phone {
    record: Option<PhoneRecord>,
    request: Request<()>,
    source: IpAddr,
}

impl Door {
    /// Phones of the door.
    pub const PHONES: usize = 1000;

    pub fn new(case: Reason) -> Self {
        let url = "https://pbx.example.net/p/{token}/";
        let template = UrlTemplate::parse(url, Site::URL_PLACEHOLDERS).unwrap();
        let environment = Environment::new("production").unwrap();
        let now = DateTime::<Utc>::UNIX_EPOCH;
        // Of wrong tokens too many are shown here.
        let mut policy = Policy::default();
        policy.guesses_per_source = u32::MAX;
        let phones = (0..Self::PHONES).map(|number| phone(case, number, &environment, now));
        let mut door = Self {
            case,
            targets: Targets::builtin(),
            space: AddressSpace::new([&template]).unwrap(),
            phones: phones.collect(),
            admission: Admission::new(environment, policy, 7),
            now,
        };
        // What happens once is over, and all limits are reached that will be.
        for _ in 0..3 {
            for number in 0..Self::PHONES {
                let _ = door.request(number);
            }
        }
        for number in 0..Self::PHONES {
            assert_eq!(door.request(number), case, "{number}");
        }
        door
    }

    /// From a request to the reason of its decision.
    pub fn request(&mut self, number: usize) -> Reason {
        let phone = &mut self.phones[number];
        let facts = RequestFacts::from(&phone.request);
        let facts = match self.space.find(&facts) {
            Some(located) => facts.with_located(located),
            None => facts,
        };
        let identification = identify(&self.targets, &facts);
        let attempt = Attempt::of(&facts, &identification, phone.source);
        let record = phone.record.as_mut();
        self.admission.decide(record, &attempt, self.now).reason
    }

    /// What its requests are decided as.
    pub fn case(&self) -> Reason {
        self.case
    }
}

fn phone(case: Reason, number: usize, environment: &Environment, now: DateTime<Utc>) -> Phone {
    let [.., high, low] = number.to_be_bytes();
    let is_odd = number % 2 == 1;
    let mac = match is_odd {
        true => Mac::new([0x00, 0x15, 0x65, 0x4a, high, low]),
        false => Mac::new([0x00, 0x04, 0x13, 0x92, high, low]),
    };
    let mac = mac.unwrap();
    let (first, first_hash) = environment.new_token(&[1, high, low].repeat(6)).unwrap();
    let (long_term, hash) = environment.new_token(&[2, high, low].repeat(6)).unwrap();
    let token = match case {
        Reason::LongTermCredential => long_term.expose(),
        Reason::WrongCredential => "d3Jvbmcgd3Jvbmcgd3Jvbmch",
        _ => first.expose(),
    };
    let (agent, path) = match is_odd {
        true => (
            format!("Yealink SIP-T46G 28.72.0.1 {}", mac.colon_lower()),
            format!("/p/{token}/{}.cfg", mac.plain_lower()),
        ),
        false => (
            format!(
                "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-g9ba52f5 {} SXM:0 UXM:0)",
                mac.plain_upper()
            ),
            format!("/p/{token}/snomD785-{}.htm", mac.plain_upper()),
        ),
    };
    let mut record = PhoneRecord::new(mac, Adoption::Redirection, now);
    record.invite(Credential::token(first_hash)).unwrap();
    record.issue(Credential::token(hash), now).unwrap();
    let _ = record.open_for_an_hour(now, &Policy::default()).unwrap();
    // Each in a network of its own, but for those that are to be stopped.
    let source = match case {
        Reason::SourceBlocked => Ipv4Addr::new(192, 0, 2, low),
        _ => Ipv4Addr::new(10, high, low, 1),
    };
    Phone {
        record: (case != Reason::UnknownPhone).then_some(record),
        request: Request::get(path)
            .header("User-Agent", agent)
            .body(())
            .unwrap(),
        source: source.into(),
    }
}
