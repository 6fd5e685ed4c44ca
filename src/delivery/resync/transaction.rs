//! A `NOTIFY` on its way to a phone ([`Transaction`]), on the caller's clock.

use std::fmt;
use std::net::SocketAddr;

use chrono::{DateTime, Utc};

use super::super::pnp::message::{Message, cseq, parameter, status};
use super::super::sip::{Repetition, Turn};
use super::{Recipient, branch, notify};
use crate::target::CheckSync;

/// A `NOTIFY` that goes out over UDP until the phone answers: a client transaction of RFC 3261 section
/// 17.1.2. It is repeated after half a second, after twice as long each time and at least every four
/// seconds, and is given up after 32.
///
/// It opens no socket and reads no clock:
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use phone_provisioning::delivery::resync::{Answer, Due, Recipient, Transaction};
/// use phone_provisioning::target::CheckSync;
///
/// let phone = Recipient::contact("<sip:1001@192.0.2.10:5060>")?;
/// let told = CheckSync::new("check-sync;reboot=false");
/// let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
/// let random = [0x2a; 16]; // sixteen bytes of the operating system's
/// let mut transaction = Transaction::new(&told, &phone, "192.0.2.1:5060".parse()?, random, now);
/// // `transaction.message()` goes to the phone now, and again when it is due.
/// assert_eq!(transaction.next_timeout(), now + TimeDelta::milliseconds(500));
/// assert_eq!(transaction.poll(transaction.next_timeout()), Due::Send);
///
/// let datagram = b"SIP/2.0 200 OK\r\nCSeq: 1 NOTIFY\r\n\
///     Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK2a2a2a2a2a2a2a2a\r\n\r\n";
/// let answer = Answer::parse(datagram).unwrap();
/// // Where there are many phones, the branch says which of them answers.
/// assert_eq!(answer.branch(), transaction.branch());
/// assert_eq!(transaction.answered(&answer), Some(200));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Transaction {
    message: Vec<u8>,
    branch: String,
    repetition: Repetition,
}

/// What is to be done with a [`Transaction`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "a request waits, goes out again or is given up"
)]
pub enum Due {
    /// Nothing yet.
    Nothing,
    /// Its message goes out again.
    Send,
    /// The phone has not answered for 32 seconds: it is over.
    Unanswered,
}

impl Transaction {
    /// Of a [`notify`] that is sent now. `random` is fresh for each: a stranger who guesses it can answer
    /// for the phone.
    pub fn new(
        told: &CheckSync,
        recipient: &Recipient,
        local: SocketAddr,
        random: [u8; 16],
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            message: notify(told, recipient, local, random),
            branch: branch(random),
            repetition: Repetition::from(now),
        }
    }

    /// What goes to the phone.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// What its answers are known by.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// What is due by now. A call that comes late sends once, not once per missed instant.
    pub fn poll(&mut self, now: DateTime<Utc>) -> Due {
        match self.repetition.poll(now) {
            Turn::Wait => Due::Nothing,
            Turn::Send => Due::Send,
            Turn::GiveUp => Due::Unanswered,
        }
    }

    /// When [`poll`](Self::poll) has something to do next.
    pub fn next_timeout(&self) -> DateTime<Utc> {
        self.repetition.next_timeout()
    }

    /// Takes an answer. `Some` is the final status, with which it is over; after a provisional one, and
    /// after an answer to something else, it goes on.
    pub fn answered(&mut self, answer: &Answer) -> Option<u16> {
        if answer.branch != self.branch {
            return None;
        }
        if answer.status < 200 {
            self.repetition.slow_down();
            return None;
        }
        Some(answer.status)
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("branch", &self.branch)
            .field("repetition", &self.repetition)
            .finish_non_exhaustive()
    }
}

/// What a phone says to a `NOTIFY`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    branch: String,
    status: u16,
}

impl Answer {
    /// Reads a datagram; `None` for what is no answer to a `NOTIFY`.
    pub fn parse(datagram: &[u8]) -> Option<Self> {
        let message = Message::read(datagram).ok()?;
        let status = message.start.strip_prefix("SIP/2.0 ").and_then(status)?;
        let (_, method) = cseq(message.cseq.as_deref()?)?;
        // The topmost is the sender's own.
        let via = message.via.first()?;
        let via = via.split_once(',').map_or(&**via, |(via, _)| via);
        let branch = parameter(via, "branch")?.to_owned();
        (method == "NOTIFY").then_some(Self { branch, status })
    }

    /// The branch of the request that it answers.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// Its status, 100 to 699.
    pub fn status(&self) -> u16 {
        self.status
    }
}
