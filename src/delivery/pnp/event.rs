//! What comes out of an [`Exchange`](super::Exchange): datagrams, and what happened.

use std::fmt;
use std::net::SocketAddr;

use zeroize::Zeroizing;

use super::{Dialog, Phone, Subscribe, TooLong};

/// The name of one request within an [`Exchange`](super::Exchange).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RequestId(pub(super) u64);

/// What a datagram was.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Heard {
    /// A phone asks for the address of its files. To be followed by [`Exchange::answer`](super::Exchange::answer), by
    /// [`Exchange::discover`](super::Exchange::discover), or by nothing.
    Asked(Box<Asked>),
    /// A phone repeats what it asked; the answer that it got goes out again, if it got one.
    Repeated(RequestId, Option<Datagram>),
    /// A phone answers: the conversation is over.
    Ended(Ended),
    /// What changes nothing: a provisional answer, or one that was here before.
    Nothing,
}

/// A phone that asks.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Asked {
    /// The name of the request, for the answer.
    pub id: RequestId,
    /// Who asks, as far as that can be told.
    pub phone: Phone,
    /// What it said.
    pub subscribe: Subscribe,
}

/// A datagram to be sent. Its `Debug` does not show what is in it: that may be a secret.
#[derive(Clone, Eq, PartialEq)]
pub struct Datagram {
    to: SocketAddr,
    from: SocketAddr,
    bytes: Zeroizing<Vec<u8>>,
}

impl Datagram {
    pub(super) fn of(dialog: &Dialog, bytes: Vec<u8>) -> Self {
        Self {
            to: dialog.to(),
            from: dialog.local(),
            bytes: bytes.into(),
        }
    }

    /// Where it goes.
    pub fn to(&self) -> SocketAddr {
        self.to
    }

    /// The local address that it should leave from.
    pub fn from(&self) -> SocketAddr {
        self.from
    }

    /// What it holds.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Datagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Datagram")
            .field("to", &self.to)
            .field("from", &self.from)
            .field("len", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// The end of a conversation in which a phone got an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Ended {
    /// The name of its request.
    pub id: RequestId,
    /// Who asked.
    pub phone: Phone,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The phone confirmed the `NOTIFY`.
    Delivered,
    /// The phone fetched its files without confirming.
    Fetched,
    /// The phone no longer knows what it asked (481).
    Forgotten,
    /// The phone does not take the `NOTIFY`, with its status: 401 and 407 ask for a password, which no
    /// phone gets from here.
    Refused(u16),
    /// Nothing came back for 32 seconds.
    Unanswered,
}

impl Outcome {
    /// Whether the phone has the address of its files.
    pub fn is_delivered(self) -> bool {
        matches!(self, Self::Delivered | Self::Fetched)
    }

    /// What somebody can do about it, if there is something.
    pub fn advice(self) -> Option<&'static str> {
        match self {
            Self::Forgotten | Self::Unanswered => {
                Some("reboot the phone: it asks only while it starts")
            }
            _ => None,
        }
    }
}

/// Why a request cannot be answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// It is too long ago, or others came in between.
    #[error("the request is no longer known; reboot the phone: it asks only while it starts")]
    Gone,
    /// It has its one answer.
    #[error("the request is answered already")]
    Answered,
    /// The answer does not fit into one datagram.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

/// What is due.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Polled {
    /// `NOTIFY`s to be sent again.
    pub send: Vec<Datagram>,
    /// Conversations that are over because nothing came back.
    pub ended: Vec<Ended>,
}
