//! Limits: distinct phones and wrong credentials per source, guesses per phone, bounded memory.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::Mac;
use phone_provisioning::delivery::admission::{
    Admission, Adoption, Alarm, Attempt, Credential, Decision, PhoneRecord, Policy, Reason, Source,
};

use super::{HERE, ask, at, attempt, bound, door, environment, invited, token};

fn phone(number: u32) -> Mac {
    let [_, a, b, c] = number.to_be_bytes();
    Mac::new([0, 0, 0x5e, a, b, c | 1 << 7]).unwrap()
}

/// Asks for a phone that nobody knows.
fn scan(
    door: &mut Admission,
    source: impl Into<IpAddr>,
    number: u32,
    now: DateTime<Utc>,
) -> Decision {
    let mut attempt = Attempt::new(source.into());
    attempt.mac = Some(phone(number));
    door.decide(None, &attempt, now)
}

fn scan_all(door: &mut Admission, source: impl Into<IpAddr>, phones: u32, now: DateTime<Utc>) {
    let source = source.into();
    for number in 0..phones {
        let _ = scan(door, source, number, now);
    }
}

fn is_blocked(door: &mut Admission, source: impl Into<IpAddr>, now: DateTime<Utc>) -> bool {
    let (mut record, first) = (invited(), token(1).0);
    let mut attempt = attempt(&first);
    attempt.source = source.into();
    // It asks for a phone that was asked for before, as far as there was one.
    attempt.mac = None;
    let decision = door.decide(Some(&mut record), &attempt, now);
    decision.reason == Reason::SourceBlocked
}

#[test]
fn the_eleventh_phone_within_ten_minutes_blocks_its_source() {
    let mut door = door();
    for round in 0..4 {
        // Names that do not exist are no new phones.
        for number in 0..10 {
            assert_eq!(scan(&mut door, HERE, number, at(round)).alarm, None);
        }
    }
    assert!(!is_blocked(&mut door, HERE, at(4)));
    let decision = scan(&mut door, [192, 0, 2, 99], 10, at(5));
    let source = Source::from(IpAddr::from(HERE));
    assert_eq!(decision.alarm, Some(Alarm::ManyPhones(source)));
    assert_eq!(
        decision.alarm.unwrap().to_string(),
        "192.0.2.0/24 asks for many phones and is blocked"
    );
    assert!(!is_blocked(&mut door, [192, 0, 3, 7], at(12)));
    // To go on asking makes it no longer and gives no second alarm.
    assert_eq!(scan(&mut door, HERE, 11, at(12)).alarm, None);
    assert!(is_blocked(&mut door, HERE, at(14)));
    assert!(!is_blocked(&mut door, HERE, at(15)));
}

#[test]
fn phones_asked_for_long_ago_do_not_count() {
    let mut door = door();
    for number in 0..1000 {
        let now = at(0) + TimeDelta::seconds(61 * i64::from(number));
        assert_eq!(scan(&mut door, HERE, number, now).alarm, None, "{number}");
    }
}

#[test]
fn a_block_stops_first_accesses_and_no_bound_phone() {
    let mut door = door();
    scan_all(&mut door, HERE, 11, at(1));
    let mut by_certificate = attempt("");
    (by_certificate.token, by_certificate.certificate) = (None, by_certificate.mac);
    let decision = door.decide(Some(&mut invited()), &by_certificate, at(2));
    assert_eq!(decision.reason, Reason::SourceBlocked);
    let (first, long_term) = (token(1).0, token(2).0);
    let decision = door.decide(Some(&mut invited()), &attempt(&first), at(2));
    assert_eq!(decision.reason, Reason::SourceBlocked);
    let decision = door.decide(Some(&mut bound()), &attempt(&long_term), at(2));
    assert_eq!(decision.reason, Reason::LongTermCredential);
}

/// All phones of an office come from one address; after a power cut all at once.
#[test]
fn bound_phones_count_for_no_limit() {
    let mut door = door();
    for number in 0..1000 {
        let (long_term, credential) = token(2);
        let mut record = PhoneRecord::new(phone(number), Adoption::Dhcp, at(0));
        record.issue(credential, at(0)).unwrap();
        let mut attempt = attempt(&long_term);
        attempt.mac = Some(phone(number));
        let decision = door.decide(Some(&mut record), &attempt, at(1));
        assert_eq!(
            (decision.is_admitted(), decision.alarm),
            (true, None),
            "{number}"
        );
    }
    assert_eq!(scan(&mut door, HERE, 1, at(1)).alarm, None);
}

/// Phones that log in ask without a login first, all of them, and are told to.
#[test]
fn to_be_asked_for_a_login_counts_for_no_limit() {
    let mut door = door();
    for number in 0..100 {
        let mut attempt = Attempt::new(HERE.into());
        (attempt.mac, attempt.login_space) = (Some(phone(number)), true);
        assert_eq!(door.decide(None, &attempt, at(1)).alarm, None);
    }
    assert!(!is_blocked(&mut door, HERE, at(1)));
}

#[test]
fn first_accesses_count_unless_they_are_expected() {
    let all = |policy: Policy| {
        let mut door = Admission::new(environment(), policy.clone(), 7);
        let admitted = (0..20).filter(|&number| {
            let (first, hash) = environment().new_token(&[number as u8; 16]).unwrap();
            let mut record = PhoneRecord::new(phone(number), Adoption::Redirection, at(0));
            record.invite(Credential::token(hash)).unwrap();
            let _ = record.open_for_an_hour(at(0), &policy).unwrap();
            let mut attempt = attempt(first.expose());
            attempt.mac = Some(phone(number));
            door.decide(Some(&mut record), &attempt, at(1))
                .is_admitted()
        });
        admitted.count()
    };
    assert_eq!(all(Policy::default()), 10);
    let mut policy = Policy::default();
    policy.phones_per_source = 200;
    assert_eq!(all(policy), usize::from(Policy::MAX_PHONES_PER_SOURCE));
    let mut policy = Policy::default();
    policy.expected.push(IpAddr::from(HERE).into());
    assert_eq!(all(policy), 20);
}

#[test]
fn each_further_guess_costs_twice_the_time() {
    let mut door = door();
    let mut guess = |now| {
        let decision = door.decide(Some(&mut invited()), &attempt("wrong"), now);
        (decision.alarm.is_some(), is_blocked(&mut door, HERE, now))
    };
    let second = |n| at(1) + TimeDelta::seconds(n);
    for _ in 0..5 {
        assert_eq!(guess(second(0)), (false, false));
    }
    assert_eq!(guess(second(0)), (true, true));
    assert_eq!(guess(second(1)), (false, true));
    let blocked = |door: &mut Admission, n| is_blocked(door, HERE, second(n));
    // 2 seconds from second 1 on.
    assert!(blocked(&mut door, 2));
    assert!(!blocked(&mut door, 3));
    for n in 0..40 {
        let _ = door.decide(None, &attempt("wrong"), second(n));
    }
    assert!(blocked(&mut door, 39 + 599));
    assert!(!blocked(&mut door, 39 + 600));
    // Forgotten after ten minutes without a guess.
    let now = second(39 + 601);
    let decision = door.decide(Some(&mut invited()), &attempt("wrong"), now);
    assert_eq!(decision.reason, Reason::WrongCredential);
}

#[test]
fn what_was_right_once_or_says_nothing_is_no_guess() {
    let mut door = door();
    let mut record = bound();
    let first = token(1).0;
    for _ in 0..100 {
        let decision = door.decide(Some(&mut record), &attempt(&first), at(20));
        assert_eq!(decision.reason, Reason::Replaced);
        let mut silent = attempt("");
        silent.token = None;
        let decision = door.decide(Some(&mut record), &silent, at(20));
        assert_eq!(decision.reason, Reason::NothingShown);
    }
}

#[test]
fn guesses_for_one_phone_give_one_alarm_and_keep_nobody_out() {
    let mut door = door();
    let mut record = bound();
    let mut alarms = 0;
    for number in 0..200_u8 {
        let mut guess = attempt("wrong");
        guess.source = [10, number, 0, 1].into();
        let decision = door.decide(Some(&mut record), &guess, at(1));
        alarms += usize::from(decision.alarm == Some(Alarm::GuessingPhone));
    }
    assert_eq!(alarms, 1);
    assert!(ask(&mut record, &token(2).0, at(1)).is_admitted());
    assert_eq!(
        Alarm::GuessingPhone.to_string(),
        "somebody guesses the credentials of this phone"
    );
}

/// A million sources that ask once do not make the door forget the one that has asked too often, nor the
/// one that is about to.
#[test]
fn newcomers_push_out_newcomers() {
    let mut door = door();
    let source = |number: u64| IpAddr::from(Ipv6Addr::from(u128::from(number) << 64));
    let [blocked, busy] = [1 << 40, 2 << 40].map(source);
    scan_all(&mut door, blocked, 11, at(1));
    scan_all(&mut door, busy, 10, at(1));
    for number in 0..200_000 {
        let _ = scan(&mut door, source(number), number as u32 % 7, at(2));
    }
    assert!(is_blocked(&mut door, blocked, at(3)));
    assert!(scan(&mut door, busy, 11, at(3)).alarm.is_some());
}

#[test]
fn a_clock_that_is_set_back_blocks_nobody_for_longer() {
    let mut door = door();
    scan_all(&mut door, HERE, 11, at(100_000));
    assert!(!is_blocked(&mut door, HERE, at(0)));
    assert_eq!(scan(&mut door, HERE, 12, at(0)).alarm, None);
    for now in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let _ = scan(&mut door, HERE, 13, now);
        let _ = ask(&mut bound(), &token(1).0, now);
        let _ = bound().open_for_an_hour(now, &Policy::default());
        let _ = bound().status(now);
    }
}
