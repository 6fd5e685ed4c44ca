//! Admission: windows, credentials, rotation, certificates, limits, and what is stored.

#[path = "admission/limits.rs"]
mod limits;
#[path = "admission/model.rs"]
mod model;
mod support;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::delivery::admission::{
    Admission, AdmissionError, Adoption, Alarm, Attempt, Change, Credential, Decision, Environment,
    PhoneRecord, Policy, Reason, Verdict, WindowState,
};
use phone_provisioning::model::Login;
use serde::Deserialize as _;
use support::{mac, secret, text};

const PHONE: &str = "00:00:5e:00:53:2d";
const OTHER: &str = "00:00:5e:00:53:2e";
const HERE: [u8; 4] = [192, 0, 2, 7];

fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-22T18:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

fn environment() -> Environment {
    Environment::new("production").unwrap()
}

fn door() -> Admission {
    Admission::new(environment(), Policy::default(), 7)
}

/// A token made of the number, and the credential of it.
fn token(number: u8) -> (String, Credential) {
    let (token, hash) = environment().new_token(&[number; 16]).unwrap();
    (token.expose().to_owned(), Credential::token(hash))
}

/// The phone, invited with token 1 and to be bound by token 2, its window open for an hour.
fn invited() -> PhoneRecord {
    let mut record = PhoneRecord::new(mac(PHONE), Adoption::Pnp, at(0));
    record.invite(token(1).1).unwrap();
    record.issue(token(2).1, at(0)).unwrap();
    let _ = record.open_for_an_hour(at(0), &Policy::default()).unwrap();
    record
}

fn bound() -> PhoneRecord {
    let mut record = invited();
    assert!(ask(&mut record, &token(2).0, at(0)).bound);
    record
}

fn attempt(token: &str) -> Attempt<'_> {
    let mut attempt = Attempt::new(HERE.into());
    attempt.mac = Some(mac(PHONE));
    attempt.token = Some(token.into());
    attempt
}

/// What a door without a past decides.
fn ask(record: &mut PhoneRecord, token: &str, now: DateTime<Utc>) -> Decision {
    door().decide(Some(record), &attempt(token), now)
}

#[test]
fn a_phone_may_come_in_as_often_as_it_likes_until_the_window_ends() {
    let mut record = invited();
    let first = token(1).0;
    let decision = ask(&mut record, &first, at(0));
    assert_eq!(decision.reason, Reason::FirstCredential);
    assert!(decision.came_in);
    assert_eq!(decision.change, Change::State);
    for minute in [1, 30, 59] {
        let decision = ask(&mut record, &first, at(minute));
        assert_eq!(decision.reason, Reason::FirstCredential, "{minute}");
        assert!(!decision.came_in);
        assert_eq!(decision.change, Change::LastRequest);
    }
    assert_eq!(
        ask(&mut record, &first, at(60)).reason,
        Reason::WindowClosed
    );
    assert_eq!(
        ask(&mut record, &first, at(-1)).reason,
        Reason::WindowClosed
    );
}

#[test]
fn windows_have_a_warning_and_a_hard_limit_and_can_be_moved() {
    let policy = Policy::default();
    let mut record = PhoneRecord::new(mac(PHONE), Adoption::ByHand, at(0));
    assert_eq!(record.status(at(0)).window, WindowState::NeverOpened);
    let opening = record.open_until(at(120), at(0), &policy).unwrap();
    assert!(!opening.longer_than_advised);
    assert!(
        record
            .open_until(at(121), at(0), &policy)
            .unwrap()
            .longer_than_advised
    );
    assert!(record.open_until(at(24 * 60), at(0), &policy).is_ok());
    let too_long = record
        .open_until(at(24 * 60 + 1), at(0), &policy)
        .unwrap_err();
    assert_eq!(
        too_long.to_string(),
        "expected a window that ends at 2026-11-23 18:00:00 UTC at the latest, found \
         2026-11-23 18:01:00 UTC"
    );
    let past = record.open_until(at(5), at(5), &policy).unwrap_err();
    assert_eq!(past, AdmissionError::WindowInThePast(at(5)));
    // The last that was opened stands, and a new end replaces it.
    let state = |record: &PhoneRecord, now| record.status(now).window;
    let remaining = TimeDelta::hours(24);
    assert_eq!(
        state(&record, at(0)),
        WindowState::Open {
            until: at(24 * 60),
            remaining
        }
    );
    let _ = record.open_until(at(10), at(3), &policy).unwrap();
    assert_eq!(state(&record, at(2)), WindowState::NotYet { from: at(3) });
    assert_eq!(
        state(&record, at(10)),
        WindowState::Closed { since: at(10) }
    );
    record.close(at(4));
    assert_eq!(state(&record, at(4)), WindowState::Closed { since: at(4) });
    let never_ending = DateTime::<Utc>::MAX_UTC;
    assert!(record.open_for_an_hour(never_ending, &policy).is_err());
}

/// FusionPBX#2330: phones without credentials were locked out when authentication was turned on.
#[test]
fn the_first_long_term_request_binds_and_what_came_before_ends_after_a_grace() {
    let mut record = invited();
    let ((first, _), (long_term, _)) = (token(1), token(2));
    assert!(ask(&mut record, &first, at(0)).came_in);
    let decision = ask(&mut record, &long_term, at(10));
    assert_eq!(decision.reason, Reason::LongTermCredential);
    assert!(decision.bound && !decision.rotated);
    assert_eq!(decision.change, Change::State);
    assert_eq!(record.status(at(10)).bound, Some(at(10)));
    // It lost power before it had stored its new address.
    assert!(ask(&mut record, &first, at(14)).is_admitted());
    assert!(!ask(&mut record, &long_term, at(14)).bound);
    let state = record.status(at(14)).window;
    let remaining = TimeDelta::minutes(1);
    assert_eq!(
        state,
        WindowState::Open {
            until: at(15),
            remaining
        }
    );
    assert_eq!(ask(&mut record, &first, at(15)).reason, Reason::Replaced);
    assert!(!record.status(at(15)).first_credential);
    // Opening again does not bring the token back.
    let _ = record.open_for_an_hour(at(20), &Policy::default()).unwrap();
    assert_eq!(ask(&mut record, &first, at(21)).reason, Reason::Replaced);
    assert!(ask(&mut record, &long_term, at(1_000_000)).is_admitted());
}

#[test]
fn a_grace_of_nothing_ends_the_first_token_at_once() {
    let mut record = invited();
    let mut policy = Policy::default();
    policy.grace = TimeDelta::zero();
    let mut door = Admission::new(environment(), policy, 7);
    assert!(
        door.decide(Some(&mut record), &attempt(&token(2).0), at(1))
            .bound
    );
    let decision = door.decide(Some(&mut record), &attempt(&token(1).0), at(1));
    assert_eq!(decision.reason, Reason::Replaced);
}

#[test]
fn a_bound_phone_does_not_use_up_its_new_invitation_before_it_is_reset() {
    let mut record = bound();
    record.invite(token(3).1).unwrap();
    let _ = record
        .open_for_an_hour(at(100), &Policy::default())
        .unwrap();
    // It polls with what it has, and is reset afterwards.
    assert!(!ask(&mut record, &token(2).0, at(101)).bound);
    assert!(ask(&mut record, &token(3).0, at(110)).came_in);
    // It has its long-term credential again.
    assert!(ask(&mut record, &token(2).0, at(111)).bound);
    assert_eq!(
        ask(&mut record, &token(3).0, at(116)).reason,
        Reason::Replaced
    );
}

#[test]
fn two_credentials_are_valid_until_the_phone_was_seen_with_the_newer_one() {
    let mut record = bound();
    record.issue(token(3).1, at(100)).unwrap();
    assert!(record.status(at(100)).rotating);
    let refused = record.issue(token(4).1, at(101)).unwrap_err();
    assert_eq!(refused, AdmissionError::RotationUnderWay);
    // It may be switched off for weeks.
    let decision = ask(&mut record, &token(2).0, at(50_000));
    assert_eq!(decision.reason, Reason::FormerCredential);
    let decision = ask(&mut record, &token(3).0, at(50_001));
    assert!(decision.rotated && !decision.bound);
    assert_eq!(decision.change, Change::State);
    assert!(!ask(&mut record, &token(3).0, at(50_002)).rotated);
    assert!(ask(&mut record, &token(2).0, at(50_005)).is_admitted());
    assert_eq!(
        record.issue(token(4).1, at(50_005)),
        Err(AdmissionError::RotationUnderWay)
    );
    assert_eq!(
        ask(&mut record, &token(2).0, at(50_006)).reason,
        Reason::Replaced
    );
    assert!(!record.status(at(50_006)).rotating);
    record.issue(token(4).1, at(50_006)).unwrap();
    assert_eq!(
        ask(&mut record, &token(3).0, at(50_007)).reason,
        Reason::FormerCredential
    );
    assert_eq!(
        ask(&mut record, &token(2).0, at(50_007)).reason,
        Reason::WrongCredential
    );
}

#[test]
fn a_first_token_never_opens_for_good() {
    let mut record = invited();
    let same = Err(AdmissionError::SameCredential);
    assert_eq!(record.invite(token(2).1), same);
    assert_eq!(record.issue(token(1).1, at(0)), same);
    assert_eq!(record.issue(token(2).1, at(0)), same);
    record.issue(token(3).1, at(0)).unwrap();
    assert_eq!(record.invite(token(2).1), same);
}

#[test]
fn revoking_ends_everything_at_once() {
    let mut record = bound();
    record.invite(token(3).1).unwrap();
    record.revoke(at(1));
    for number in 1..=3 {
        assert_eq!(
            ask(&mut record, &token(number).0, at(1)).reason,
            Reason::WrongCredential
        );
    }
    let mut by_certificate = Attempt::new(HERE.into());
    (by_certificate.mac, by_certificate.certificate) = (Some(mac(PHONE)), Some(mac(PHONE)));
    let decision = door().decide(Some(&mut record), &by_certificate, at(1));
    assert_eq!(decision.reason, Reason::WindowClosed);
    assert_eq!(record.status(at(1)).bound, None);
}

#[test]
fn a_token_of_one_environment_opens_nothing_in_another() {
    let staging = Environment::new("staging").unwrap();
    let mut door = Admission::new(staging, Policy::default(), 7);
    for number in [1, 2] {
        let decision = door.decide(Some(&mut invited()), &attempt(&token(number).0), at(1));
        assert_eq!(decision.reason, Reason::WrongCredential);
    }
}

#[test]
fn a_certificate_names_a_phone_and_does_not_open_by_itself() {
    let mut record = invited();
    let mut door = door();
    let mut attempt = Attempt::new(HERE.into());
    (attempt.mac, attempt.certificate) = (Some(mac(PHONE)), Some(mac(PHONE)));
    let decision = door.decide(Some(&mut record), &attempt, at(1));
    assert_eq!(
        (decision.reason, decision.came_in),
        (Reason::Certificate, true)
    );
    let decision = door.decide(Some(&mut record), &attempt, at(60));
    assert_eq!(decision.reason, Reason::WindowClosed);
    // Bound, it may come at any time.
    let mut by_token = attempt.clone();
    let token = token(2).0;
    by_token.token = Some((&token).into());
    assert!(door.decide(Some(&mut record), &by_token, at(61)).bound);
    assert!(
        door.decide(Some(&mut record), &attempt, at(10_000))
            .is_admitted()
    );
    // Another phone's opens nothing, not even with the right token.
    by_token.certificate = Some(mac(OTHER));
    let decision = door.decide(Some(&mut record), &by_token, at(62));
    assert_eq!(decision.reason, Reason::OtherCertificate);
    assert_eq!(decision.alarm, Some(Alarm::Identity));
    // Not even where the path names nobody.
    by_token.mac = None;
    let decision = door.decide(Some(&mut record), &by_token, at(62));
    assert_eq!(decision.reason, Reason::OtherCertificate);
}

#[test]
fn a_request_under_several_names_is_refused_and_tells() {
    let mut record = bound();
    let token = token(2).0;
    let mut conflict = attempt(&token);
    conflict.conflict = true;
    let decision = door().decide(Some(&mut record), &conflict, at(1));
    assert_eq!(
        (decision.verdict, decision.reason),
        (Verdict::Refuse, Reason::Conflict)
    );
    assert_eq!(decision.alarm, Some(Alarm::Identity));
    // The right token, but for another phone's file.
    let mut other = attempt(&token);
    other.mac = Some(mac(OTHER));
    let decision = door().decide(Some(&mut record), &other, at(1));
    assert_eq!(decision.reason, Reason::OtherPhone);
}

/// Phones of old firmware ask for the file of their model without saying who they are.
#[test]
fn a_phone_is_found_by_its_token() {
    let mut record = bound();
    let token = token(2).0;
    let mut nameless = attempt(&token);
    nameless.mac = None;
    assert!(
        door()
            .decide(Some(&mut record), &nameless, at(1))
            .is_admitted()
    );
    let decision = door().decide(None, &nameless, at(1));
    assert_eq!(decision.reason, Reason::Unidentified);
}

fn login(password: &str) -> Login {
    Login {
        username: text("phone"),
        password: secret(password),
    }
}

/// `Basic` and the base64 of `phone:` with twenty-one letters, made by another program.
const LOGIN: (&str, &[u8]) = (
    "aaaaaaaaaaaaaaaaaaaaa",
    b"Basic cGhvbmU6YWFhYWFhYWFhYWFhYWFhYWFhYWFh",
);

#[test]
fn a_login_is_asked_for_after_the_token_and_nowhere_else() {
    let hash = environment().hash_login(&login(LOGIN.0)).unwrap();
    let (token, credential) = token(2);
    let mut record = PhoneRecord::new(mac(PHONE), Adoption::ByHand, at(0));
    record.issue(credential.and_login(hash), at(0)).unwrap();
    let mut door = door();
    let mut verdict = |token, authorization| {
        let mut attempt = attempt(token);
        attempt.authorization = authorization;
        let decision = door.decide(Some(&mut record), &attempt, at(1));
        (decision.verdict, decision.reason)
    };
    let wrong = Some(&b"Basic cGhvbmU6YWFhYWFhYWFhYWFhYWFhYWFhYWFi"[..]);
    assert_eq!(
        verdict(&token, None),
        (Verdict::Challenge, Reason::LoginMissing)
    );
    assert_eq!(
        verdict(&token, wrong),
        (Verdict::Challenge, Reason::WrongLogin)
    );
    assert_eq!(
        verdict("x", Some(LOGIN.1)),
        (Verdict::Refuse, Reason::WrongCredential)
    );
    assert_eq!(
        verdict("x", None),
        (Verdict::Refuse, Reason::WrongCredential)
    );
    assert_eq!(verdict(&token, Some(LOGIN.1)).1, Reason::LongTermCredential);
}

#[test]
fn a_space_of_logins_challenges_everybody_alike() {
    let hash = environment().hash_login(&login(LOGIN.0)).unwrap();
    let mut record = PhoneRecord::new(mac(PHONE), Adoption::ByHand, at(0));
    record.issue(Credential::login(hash), at(0)).unwrap();
    let mut door = door();
    let mut nameless = Attempt::new(HERE.into());
    nameless.login_space = true;
    let mut attempt = nameless.clone();
    attempt.mac = Some(mac(PHONE));
    let mut known = |attempt: &Attempt<'_>| door.decide(Some(&mut record), attempt, at(1)).verdict;
    assert_eq!(known(&attempt), Verdict::Challenge);
    attempt.authorization = Some(b"Basic x");
    assert_eq!(known(&attempt), Verdict::Challenge);
    attempt.authorization = Some(LOGIN.1);
    assert_eq!(known(&attempt), Verdict::Admit);
    for attempt in [nameless, attempt] {
        assert_eq!(
            door.decide(None, &attempt, at(1)).verdict,
            Verdict::Challenge
        );
    }
}

#[test]
fn weak_secrets_are_refused() {
    let environment = environment();
    for bytes in [0, 15, 65] {
        let refused = environment.new_token(&vec![7; bytes]).unwrap_err();
        assert_eq!(refused, AdmissionError::RandomBytes(bytes));
    }
    let (longest, _) = environment.new_token(&[255; 64]).unwrap();
    assert_eq!(longest.expose(), "_".repeat(85) + "w");
    let refused = |login: &Login| environment.hash_login(login).unwrap_err().to_string();
    assert_eq!(
        refused(&login("abcdefghijklmnopqrs")),
        "expected a password of at least 20 characters, found 19"
    );
    let colon = Login {
        username: text("a:b"),
        ..login(LOGIN.0)
    };
    let expected =
        "expected a user name and a password of ASCII characters, the name without a colon";
    assert_eq!(refused(&colon), expected);
    assert_eq!(refused(&login("äaaaaaaaaaaaaaaaaaaaaa")), expected);
    for name in ["", "a\n", "ä", &"a".repeat(65)] {
        assert_eq!(Environment::new(name), Err(AdmissionError::Environment));
    }
}

#[test]
fn support_staff_see_the_last_requests_and_nothing_secret() {
    let mut record = invited();
    let first = token(1).0;
    let mut request = attempt(&first);
    request.file = "00005e00532d.cfg";
    let agent = format!("Phone\n\x1b[2J é{}", "x".repeat(200));
    request.agent = agent.as_bytes();
    let mut door = door();
    let _ = door.decide(Some(&mut record), &request, at(1));
    request.token = Some("wr0ng-t0ken".into());
    let _ = door.decide(Some(&mut record), &request, at(2));
    let admitted = record.last_admitted().unwrap();
    assert_eq!(admitted.at, at(1));
    assert_eq!(admitted.source, IpAddr::from(HERE));
    assert_eq!(admitted.file, "00005e00532d.cfg");
    assert_eq!(admitted.agent, format!("Phone??[2J ??{}", "x".repeat(107)));
    assert_eq!(
        admitted.reason.to_string(),
        "admitted with the first credential, in the window"
    );
    let refused = record.last_refused().unwrap();
    assert_eq!(
        (refused.at, refused.reason),
        (at(2), Reason::WrongCredential)
    );
    assert_eq!(record.adoption(), (Adoption::Pnp, at(0)));
    assert_eq!(record.adoption().0.to_string(), "plug and play");
    for shown in [format!("{record:?} {request:?} {door:?}"), json(&record)] {
        assert!(
            !shown.contains("wr0ng") && !shown.contains(&first),
            "{shown}"
        );
    }
}

#[test]
fn what_servers_share_crosses_threads() {
    fn crosses<T: std::fmt::Debug + Send + Sync + 'static>() {}
    crosses::<Admission>();
    crosses::<PhoneRecord>();
    crosses::<Decision>();
    crosses::<AdmissionError>();
}

fn json(record: &PhoneRecord) -> String {
    serde_json::to_string(record).unwrap()
}

/// As version 1 wrote it: this text must be readable for good. Its hashes were checked with another
/// program: SHA-256 over `t`, the length of the environment's name, the name, and the token.
const VERSION_1: &str = include_str!("admission/record-1.json");

#[test]
fn a_record_of_version_1_is_read_and_written_back() {
    let record: PhoneRecord = serde_json::from_str(VERSION_1).unwrap();
    assert_eq!(record.mac(), mac(PHONE));
    assert_eq!(record.adoption(), (Adoption::Redirection, at(-10)));
    let status = record.status(at(3));
    assert_eq!(status.bound, Some(at(2)));
    assert!(status.first_credential && status.long_term_credential && status.rotating);
    assert_eq!(
        record.last_admitted().unwrap().reason,
        Reason::LongTermCredential
    );
    let again = serde_json::to_string_pretty(&record).unwrap();
    assert_eq!(again, VERSION_1.trim_end());
    // It lets in whom it let in before it was stored.
    for (number, reason) in [
        (1, Reason::FirstCredential),
        (2, Reason::FormerCredential),
        (3, Reason::LongTermCredential),
    ] {
        assert_eq!(
            ask(&mut record.clone(), &token(number).0, at(3)).reason,
            reason
        );
    }
}

#[test]
fn a_record_may_leave_out_what_is_not_there() {
    let least = r#"{"version":"1","mac":"00-00-5E-00-53-2D","adoption":"pnp","adopted":"2026-11-22T18:00:00Z"}"#;
    let record: PhoneRecord = serde_json::from_str(least).unwrap();
    assert_eq!(record, PhoneRecord::new(mac(PHONE), Adoption::Pnp, at(0)));
}

#[test]
fn records_that_cannot_be_read_say_why() {
    let error = |text: &str| {
        serde_json::from_str::<PhoneRecord>(text)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error(r#"{"mac":17,"version":"2","phones":[{}]}"#),
        "the record of the phone was written by a newer version of this library, which knows more \
         than version 1"
    );
    let unversioned = VERSION_1.replace("\"version\": \"1\",", "");
    assert!(error(&unversioned).starts_with("missing field `version`"));
    // Nor by another way in.
    let mut reader = serde_json::Deserializer::from_str(&unversioned);
    assert!(<PhoneRecord>::deserialize(&mut reader).is_err());
    let with = |credential: &str| {
        VERSION_1.replace(
            "\"credential\": {",
            &format!("\"credential\": {credential}, \"x\": {{"),
        )
    };
    assert_eq!(error(&with("{}")), "expected a token, a login or both");
    for hash in ["", "00", &"g".repeat(64), &"ä".repeat(32)] {
        let text = error(&with(&format!("{{\"token\":\"{hash}\"}}")));
        assert_eq!(text, "expected a hash of 64 hexadecimal digits");
    }
}
