//! Plug and play: a phone that has just started asks the network for the address of its files, with a
//! SIP `SUBSCRIBE` to the group 224.0.1.75, port 5060.
//!
//! [`Exchange`] holds the conversations; [`Subscribe`] and [`Dialog`] are its parts, for callers
//! with a SIP stack of their own. Sockets, clock and randomness are the caller's:
//!
//! ```text
//! phone                        caller                                Exchange
//!   ── SUBSCRIBE ──▶ socket ──▶ feed(datagram, route, now, random) ─▶ Heard::Asked(phone)
//!                               is the phone known?
//!                               yes: answer(id, url, now) ──────────▶ 200, NOTIFY
//!   ◀── 200, NOTIFY ─── socket ◀────────────────────────────────────
//!                               no:  discover(id, now) ─────────────▶ kept for an operator
//!   ── 200 ──▶ socket ────────▶ feed(…) ────────────────────────────▶ Heard::Ended(Delivered)
//!                               poll(now) at next_timeout() ────────▶ repeated NOTIFYs, ends
//! ```
//!
//! # Rules
//!
//! * Who is not meant gets no answer at all: another server on the network may be the phone's. That
//!   goes for unknown phones too, which become [`DiscoveredPhone`]s. They can be
//!   answered as long as the exchange remembers their request (ten minutes); after that, and when
//!   the phone has forgotten it, they must be rebooted.
//! * Everything goes to where the datagram came from and to no address that it names; the `Contact` stands
//!   in the request line of the `NOTIFY` and nowhere else.
//! * The body of the `NOTIFY` is the URL, as `application/url`; that is what phones ask for, not the
//!   `message/external-body` of RFC 6080.
//! * Any machine on the network can ask in any phone's name, read the answer, and answer itself: the
//!   URL should be of use for a short time only, and the settings that it leads to should switch plug
//!   and play off.
//! * A phone is never challenged (it has no password yet), and a challenge of the phone is not met.

mod conversation;
mod dialog;
mod discovered;
mod event;
mod exchange;
pub(super) mod message;
mod phone;
mod subscribe;

pub use dialog::{Dialog, Route, TooLong};
pub use discovered::{DiscoveredPhone, DiscoveredPhones};
pub use event::{AnswerError, Asked, Datagram, Ended, Heard, Outcome, Polled, RequestId};
pub use exchange::{Exchange, Limits};
pub use phone::Phone;
pub use subscribe::Subscribe;

/// Why a datagram is not taken. Says nothing of what stands in it: safe to log.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It is longer than 8 KiB.
    #[error("datagram of more than 8192 bytes")]
    TooLong,
    /// Its header has more than 64 lines.
    #[error("more than 64 lines of header")]
    TooManyLines,
    /// It is no SIP message.
    #[error("not a SIP message")]
    NotSip,
    /// Its header has no end.
    #[error("no empty line behind the header")]
    Unterminated,
    /// A control character in the header.
    #[error("control character in the header")]
    ControlCharacter,
    /// It is a SIP message, and not one that belongs here.
    #[error("neither a SUBSCRIBE nor an answer to a NOTIFY")]
    OtherMethod,
    /// It subscribes to something else than `ua-profile`.
    #[error("a subscription to another event than ua-profile")]
    OtherEvent,
    /// A field that must be there.
    #[error("no {0}")]
    Missing(&'static str),
    /// A field that can be there once only.
    #[error("more than one {0}")]
    Repeated(&'static str),
    /// A field that cannot be read.
    #[error("malformed {0}")]
    Malformed(&'static str),
    /// It belongs to a subscription that there is already: plug and play has none that lasts.
    #[error("a SUBSCRIBE within a dialog")]
    InDialog,
    /// It comes from no address that a phone can have.
    #[error("sent from no address of a phone")]
    Source,
    /// It answers nothing that was sent from here.
    #[error("an answer to no NOTIFY of ours")]
    Unasked,
    /// The answer would be longer than a datagram should be.
    #[error(transparent)]
    Answer(#[from] TooLong),
}
