//! Random lives of a phone against a plain model of the rules, which keeps everything that happened and
//! looks it up.

use chrono::{DateTime, TimeDelta, Utc};
use phone_provisioning::delivery::admission::{
    Admission, Adoption, Attempt, Change, PhoneRecord, Policy, Reason, Verdict, WindowState,
};
use proptest::prelude::*;

use super::{OTHER, PHONE, at, environment, mac, token};

#[derive(Clone, Debug)]
enum Step {
    /// Minutes pass; sometimes a clock is set back.
    Clock(i64),
    Open(i64),
    Close,
    Invite,
    Issue,
    Revoke,
    /// The phone asks with the address it has stored, or was sent to; the answer may get lost.
    Phone {
        lost: bool,
    },
    /// Before the phone has stored its new address, it fetches a second file from there, and asks with the
    /// old one again when the answer gets lost.
    TwoFiles {
        lost: bool,
    },
    /// The phone forgets its settings.
    Reset,
    /// A stranger, or the phone itself, shows a token that was given out, the latest being 0.
    Old(u8),
    Wrong,
    Nothing,
    Certificate {
        own: bool,
    },
    Conflict,
    /// The record is written to a database and read back.
    Store,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..10_i64).prop_map(Step::Clock),
        2 => (0..200_i64).prop_map(Step::Clock),
        1 => (-20..0_i64).prop_map(Step::Clock),
        3 => (1..150_i64).prop_map(Step::Open),
        1 => Just(Step::Close),
        3 => Just(Step::Invite),
        4 => Just(Step::Issue),
        1 => Just(Step::Revoke),
        12 => any::<bool>().prop_map(|lost| Step::Phone { lost }),
        4 => any::<bool>().prop_map(|lost| Step::TwoFiles { lost }),
        2 => Just(Step::Reset),
        6 => (0..6_u8).prop_map(Step::Old),
        1 => Just(Step::Wrong),
        1 => Just(Step::Nothing),
        3 => any::<bool>().prop_map(|own| Step::Certificate { own }),
        1 => Just(Step::Conflict),
        2 => Just(Step::Store),
    ];
    proptest::collection::vec(step, 1..120)
}

/// What happened, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Happened {
    Opened {
        at: DateTime<Utc>,
        until: DateTime<Utc>,
        was_open: bool,
    },
    Closed(DateTime<Utc>),
    Invited(u8),
    Issued(u8),
    Revoked,
    /// Admitted with this token.
    Token(u8, DateTime<Utc>),
    Certificate,
}

use Happened::{Certificate, Closed, Invited, Issued, Opened, Revoked, Token};

/// The rules, each a search through what happened.
#[derive(Debug, Default)]
struct Model {
    past: Vec<Happened>,
}

impl Model {
    /// What happened since all was revoked.
    fn recent(&self) -> &[Happened] {
        let start = self.past.iter().rposition(|h| *h == Revoked);
        &self.past[start.map_or(0, |start| start + 1)..]
    }

    fn issued(&self) -> Vec<u8> {
        let issued = |h: &Happened| {
            if let Issued(number) = h {
                Some(*number)
            } else {
                None
            }
        };
        self.recent().iter().filter_map(issued).collect()
    }

    fn is_long_term(&self, number: u8, now: DateTime<Utc>) -> bool {
        let issued = self.issued();
        let Some((newest, older)) = issued.split_last() else {
            return false;
        };
        let seen = self.recent().iter().find_map(|h| match h {
            Token(number, at) if number == newest => Some(*at),
            _ => None,
        });
        let grace = seen.is_none_or(|seen| now < seen + grace());
        number == *newest || older.last() == Some(&number) && grace
    }

    /// The requests with a long-term credential by which the phone settled, as places in the past: the
    /// first since it was revoked, and the first after each time it came in anew.
    fn settled(&self) -> Vec<(usize, DateTime<Utc>)> {
        let offset = self.past.len() - self.recent().len();
        let issued = self.issued();
        let mut settled = Vec::new();
        for (i, happened) in self.recent().iter().enumerate() {
            let Token(number, at) = *happened else {
                continue;
            };
            if !issued.contains(&number) {
                continue;
            }
            let is_awaited = |h: &Happened| {
                matches!(h, Invited(_))
                    || matches!(
                        h,
                        Opened {
                            was_open: false,
                            ..
                        }
                    )
            };
            let before = &self.recent()[..i];
            let awaited = before.iter().rposition(is_awaited);
            let since = &before[awaited.map_or(0, |at| at + 1)..];
            let last = settled.last().map(|&(place, _)| place);
            let since_last = awaited.map_or(0, |at| at + offset) >= last.unwrap_or(0);
            let came_in = since.iter().any(|h| match h {
                Certificate => true,
                Token(number, _) => !issued.contains(number),
                _ => false,
            });
            if last.is_none() || since_last && came_in {
                settled.push((i + offset, at));
            }
        }
        settled
    }

    fn is_bound(&self) -> bool {
        !self.settled().is_empty()
    }

    fn is_open(&self, now: DateTime<Utc>) -> bool {
        let opened = self.past.iter().rposition(|h| matches!(h, Opened { .. }));
        let Some(place) = opened else { return false };
        let Opened { at, until, .. } = self.past[place] else {
            return false;
        };
        let after = &self.past[place..];
        let closed = after
            .iter()
            .any(|h| matches!(h, Closed(closed) if now >= *closed));
        let settled = self.settled_ever();
        let ended = settled
            .iter()
            .any(|&(i, at)| i > place && now >= at + grace());
        at <= now && now < until && !closed && !ended
    }

    /// Also before the last revocation, which closes the window itself.
    fn settled_ever(&self) -> Vec<(usize, DateTime<Utc>)> {
        let ends = self.past.iter().enumerate().filter(|(_, h)| **h == Revoked);
        let ends = ends.map(|(i, _)| i).chain([self.past.len()]);
        ends.flat_map(|end| {
            Self {
                past: self.past[..end].to_vec(),
            }
            .settled()
        })
        .collect()
    }

    fn is_first(&self, number: u8, now: DateTime<Utc>) -> bool {
        let invited = self.recent().iter().rposition(|h| matches!(h, Invited(_)));
        let Some(place) = invited else { return false };
        let offset = self.past.len() - self.recent().len();
        let settled = self
            .settled()
            .into_iter()
            .find(|&(i, _)| i > place + offset);
        self.recent()[place] == Invited(number) && settled.is_none_or(|(_, at)| now < at + grace())
    }

    fn admits_token(&self, number: u8, now: DateTime<Utc>) -> bool {
        self.is_long_term(number, now) || self.is_first(number, now) && self.is_open(now)
    }
}

fn grace() -> TimeDelta {
    TimeDelta::minutes(5)
}

struct World {
    now: DateTime<Utc>,
    door: Admission,
    record: PhoneRecord,
    model: Model,
    /// Tokens are numbers, given out in order.
    given: u8,
    /// The long-term token that the phone has stored.
    stored: Option<u8>,
    /// What the phone was sent to.
    sent_to: Option<u8>,
    /// Somebody else has the newest token.
    is_stolen: bool,
}

impl World {
    fn new() -> Self {
        let mut policy = Policy::default();
        // Limits have tests of their own.
        policy.guesses_per_source = u32::MAX;
        Self {
            now: at(0),
            door: Admission::new(environment(), policy, 7),
            record: PhoneRecord::new(mac(PHONE), Adoption::Dhcp, at(0)),
            model: Model::default(),
            given: 0,
            stored: None,
            sent_to: None,
            is_stolen: false,
        }
    }

    /// Shows a token; whether it was admitted. The door must agree with the model, and what it says of
    /// the record must be true.
    fn show(&mut self, number: u8) -> bool {
        let (text, _) = token(number);
        let mut attempt = Attempt::new([192, 0, 2, 7].into());
        attempt.mac = Some(mac(PHONE));
        attempt.token = Some(text.into());
        let expected = self.model.admits_token(number, self.now);
        let was_bound = self.model.settled().len();
        let admitted = self.decide(&attempt);
        assert_eq!(admitted.0, expected, "token {number}: {:?}", admitted.1);
        if admitted.0 {
            self.model.past.push(Token(number, self.now));
        }
        let is_new = self.model.settled().len() > was_bound;
        assert_eq!(admitted.2, is_new, "bound by {number}");
        admitted.0
    }

    /// Whether it is admitted, why, and whether it bound the phone.
    fn decide(&mut self, attempt: &Attempt<'_>) -> (bool, Reason, bool) {
        let without_log = |record: &PhoneRecord| {
            let mut json = serde_json::to_value(record).unwrap();
            for key in ["last_admitted", "last_refused", "guesses"] {
                json.as_object_mut().unwrap().remove(key);
            }
            json
        };
        let before = without_log(&self.record);
        let decision = self.door.decide(Some(&mut self.record), attempt, self.now);
        let changed = without_log(&self.record) != before;
        assert_eq!(decision.change == Change::State, changed, "{decision:?}");
        assert_eq!(decision.is_admitted(), decision.verdict == Verdict::Admit);

        // A stranger's phone, with the same request: nothing in the verdict tells the two apart.
        let stranger = self.door.decide(None, attempt, self.now);
        assert_eq!(stranger.verdict, Verdict::Refuse);
        assert!(decision.is_admitted() || decision.verdict == Verdict::Refuse);
        (decision.is_admitted(), decision.reason, decision.bound)
    }

    /// The phone asks and stores the newest token unless the answer gets lost. A phone with a long-term
    /// token is never locked out, unless somebody else has shown a newer one.
    fn phone(&mut self, lost: bool) {
        let Some(number) = self.stored.or(self.sent_to) else {
            return;
        };
        let admitted = self.show(number);
        assert!(admitted || self.may_be_locked_out(), "with {number}");
        if admitted && !lost {
            self.store();
        }
    }

    fn two_files(&mut self, lost: bool) {
        let (Some(number), Some(newest)) = (self.stored.or(self.sent_to), self.newest()) else {
            return;
        };
        if self.show(number) {
            assert!(self.show(newest));
            if lost {
                // Once more from the start, before the grace is over.
                self.now += TimeDelta::minutes(4);
                assert!(self.show(number) || self.may_be_locked_out());
                assert!(self.show(newest));
            }
            self.store();
        }
    }

    fn newest(&self) -> Option<u8> {
        self.model.issued().last().copied()
    }

    fn store(&mut self) {
        self.stored = self.newest().or(self.stored);
        self.is_stolen = false;
    }

    fn may_be_locked_out(&self) -> bool {
        self.stored.is_none() || self.is_stolen
    }

    fn step(&mut self, step: &Step) {
        let now = self.now;
        match *step {
            Step::Clock(minutes) => self.now += TimeDelta::minutes(minutes),
            Step::Open(minutes) => {
                let was_open = self.model.is_open(now);
                let until = now + TimeDelta::minutes(minutes);
                let opening = self
                    .record
                    .open_until(until, now, &self.door.policy)
                    .unwrap();
                assert_eq!(opening.longer_than_advised, minutes > 120);
                self.model.past.push(Opened {
                    at: now,
                    until,
                    was_open,
                });
            }
            Step::Close => {
                self.record.close(now);
                self.model.past.push(Closed(now));
            }
            Step::Invite => {
                self.given += 1;
                self.record.invite(token(self.given).1).unwrap();
                self.model.past.push(Invited(self.given));
                self.sent_to = Some(self.given);
            }
            Step::Issue => {
                let issued = self.model.issued();
                let two =
                    issued.len() >= 2 && self.model.is_long_term(issued[issued.len() - 2], now);
                let result = self.record.issue(token(self.given + 1).1, now);
                assert_eq!(result.is_err(), two);
                if result.is_ok() {
                    self.given += 1;
                    self.model.past.push(Issued(self.given));
                }
            }
            Step::Revoke => {
                self.record.revoke(now);
                self.model.past.push(Closed(now));
                self.model.past.push(Revoked);
                self.stored = None;
            }
            Step::Phone { lost } => self.phone(lost),
            Step::TwoFiles { lost } => self.two_files(lost),
            Step::Reset => self.stored = None,
            Step::Old(back) => {
                if let Some(number @ 1..) = self.given.checked_sub(back) {
                    self.is_stolen |= self.newest() == Some(number);
                    self.show(number);
                }
            }
            Step::Wrong => assert!(!self.show(u8::MAX)),
            Step::Nothing | Step::Conflict | Step::Certificate { .. } => {
                let mut attempt = Attempt::new([192, 0, 2, 7].into());
                attempt.mac = Some(mac(PHONE));
                let mut expected = false;
                let text = token(self.newest().unwrap_or(u8::MAX)).0;
                match *step {
                    Step::Conflict => {
                        attempt.conflict = true;
                        attempt.token = Some(text.into());
                    }
                    Step::Certificate { own: false } => {
                        attempt.certificate = Some(mac(OTHER));
                        attempt.token = Some(text.into());
                    }
                    Step::Certificate { own: true } => {
                        attempt.certificate = Some(mac(PHONE));
                        expected = self.model.is_open(now) || self.model.is_bound();
                    }
                    _ => {}
                }
                let is_open = self.model.is_open(now);
                let (admitted, reason, _) = self.decide(&attempt);
                assert_eq!(admitted, expected, "{reason:?}");
                if admitted && is_open {
                    self.model.past.push(Certificate);
                }
            }
            Step::Store => {
                let text = serde_json::to_string(&self.record).unwrap();
                let back: PhoneRecord = serde_json::from_str(&text).unwrap();
                assert_eq!(back, self.record);
                self.record = back;
            }
        }
        let status = self.record.status(self.now);
        assert_eq!(status.bound.is_some(), self.model.is_bound());
        let is_open = matches!(status.window, WindowState::Open { .. });
        assert_eq!(is_open, self.model.is_open(self.now));
    }
}

proptest! {
    #[test]
    fn the_door_keeps_the_rules(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
    }
}
