//! What callers rely on without saying so, of what is around the files: types cross threads, values
//! compare, names are read as they are written.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use phone_provisioning::delivery::admission::{
    Admission, AdmissionError, Credential, Decision, Environment, PhoneRecord, TokenHash,
};
use phone_provisioning::delivery::answer::Answers;
use phone_provisioning::delivery::dhcp::{DhcpError, DhcpOption};
use phone_provisioning::delivery::resync::{Recipient, Spread, Transaction};
use phone_provisioning::delivery::{AddressSpace, PhoneUrl, RequestFacts, pnp};
use phone_provisioning::inventory::{Effect, Event, Inventory, InventoryError, Key, Record};
use phone_provisioning::redirection::life::{Cause, Registration, State, Transition};
use phone_provisioning::redirection::{
    Action, ActionError, Broken, Cursor, Exchange, Nonce, Outcome, RedirectionService, Refusal,
    Session, Step,
};
use phone_provisioning::target::{Etag, FirmwareBound, Rendered, TargetId};

fn crosses_threads<T: Debug + Send + Sync + 'static>() {}
fn moves_to_a_thread<T: Debug + Send + 'static>() {}
fn is_an_error<T: StdError + Send + Sync + 'static>() {}
fn compares<T: Eq>() {}
fn is_a_key<T: Eq + Hash>() {}
fn is_a_text<T: Display + FromStr>() {}

#[test]
fn types_cross_threads() {
    crosses_threads::<AddressSpace>();
    crosses_threads::<Admission>();
    crosses_threads::<Answers>();
    crosses_threads::<Decision>();
    crosses_threads::<DhcpOption>();
    crosses_threads::<PhoneRecord>();
    crosses_threads::<PhoneUrl>();
    crosses_threads::<RequestFacts<'static>>();
    crosses_threads::<Spread>();
    crosses_threads::<Transaction>();
    crosses_threads::<pnp::Exchange>();
    crosses_threads::<Action>();
    crosses_threads::<Outcome>();
    crosses_threads::<Registration>();
    crosses_threads::<Session>();
    crosses_threads::<Transition>();
    crosses_threads::<Effect>();
    crosses_threads::<Event>();
    crosses_threads::<Inventory>();
    crosses_threads::<Record>();
    crosses_threads::<Box<dyn RedirectionService>>();
    // A request under way is fed once, by whoever sends it: it need not be shared.
    moves_to_a_thread::<Exchange>();
    moves_to_a_thread::<Step>();
    is_an_error::<ActionError>();
    is_an_error::<AdmissionError>();
    is_an_error::<Broken>();
    is_an_error::<DhcpError>();
    is_an_error::<InventoryError>();
    is_an_error::<Refusal>();
    is_an_error::<pnp::AnswerError>();
    is_an_error::<pnp::Refusal>();
}

#[test]
fn values_compare_and_names_are_read_as_they_are_written() {
    compares::<Action>();
    compares::<Credential>();
    compares::<Effect>();
    compares::<InventoryError>();
    compares::<Outcome>();
    compares::<Rendered>();
    compares::<Transition>();
    compares::<pnp::Heard>();
    is_a_key::<Cause>();
    is_a_key::<Environment>();
    is_a_key::<Key>();
    is_a_key::<Recipient>();
    is_a_key::<State>();
    is_a_key::<TargetId>();
    is_a_key::<TokenHash>();
    is_a_text::<Cursor>();
    is_a_text::<Environment>();
    is_a_text::<Etag>();
    is_a_text::<FirmwareBound>();
    is_a_text::<Nonce>();
    is_a_text::<TargetId>();
}

/// Which variants an enum of a source file has: a new one fails here until somebody has read its words.
fn variants(source: &str, of: &str) -> usize {
    let (_, body) = source.split_once(of).expect("the enum is there");
    let (body, _) = body.split_once("\n}\n").expect("the enum ends");
    let starts = |line: &&str| {
        let line = line.strip_prefix("    ").unwrap_or_default();
        line.starts_with(|c: char| c.is_ascii_uppercase())
    };
    body.lines().filter(starts).count()
}

/// What a person reads is one line without a full stop, no two alike; what a record keeps is read back.
fn are_told<T>(all: &[T])
where
    T: Display + Debug + PartialEq + serde::Serialize + serde::de::DeserializeOwned,
{
    let mut told = std::collections::BTreeSet::new();
    for one in all {
        let line = one.to_string();
        assert!(line.len() > 10 && !line.contains(['\n', '\r']), "{line:?}");
        assert!(!line.ends_with('.'), "{line}");
        assert!(line.starts_with(|c: char| c.is_lowercase()), "{line}");
        assert!(told.insert(line.clone()), "{line} is told twice");
        let kept = serde_json::to_string(one).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&kept).unwrap(), one, "{kept}");
    }
}

#[test]
fn what_happened_is_told_in_one_line() {
    use phone_provisioning::delivery::admission::Reason;
    use phone_provisioning::redirection::RetryCause;

    let refusals = [
        Refusal::Credentials,
        Refusal::Permission,
        Refusal::Clock,
        Refusal::Mac,
        Refusal::Url,
        Refusal::Server,
        Refusal::Serial,
        Refusal::TooMuch,
        Refusal::Conflict,
        Refusal::Redirect,
        Refusal::Code(-7),
        Refusal::Unknown,
    ];
    let outcome = include_str!("../src/redirection/outcome.rs");
    assert_eq!(variants(outcome, "pub enum Refusal {"), refusals.len());
    let retries = [
        RetryCause::NotSent,
        RetryCause::NoAnswer,
        RetryCause::Busy,
        RetryCause::NotShown,
    ];
    assert_eq!(variants(outcome, "pub enum RetryCause {"), retries.len());
    let alone = [
        Cause::Unanswered,
        Cause::OwnedByOther,
        Cause::NoAccount,
        Cause::Unsupported,
        Cause::RateLimited,
        Cause::Broken(503),
        Cause::Unexpected,
        Cause::Untold,
    ];
    let cause = include_str!("../src/redirection/life/cause.rs");
    assert_eq!(variants(cause, "pub enum Cause {"), alone.len() + 2);
    let causes: Vec<Cause> = alone
        .into_iter()
        .chain(refusals.map(Cause::Refused))
        .chain(retries.map(Cause::Failed))
        .collect();
    are_told(&causes);
    // Waiting is enough, or there is something to do.
    let waits = |cause: &&Cause| cause.remedy().is_none();
    let waiting: Vec<&Cause> = causes.iter().filter(waits).collect();
    assert_eq!(
        waiting,
        [
            &Cause::Unanswered,
            &Cause::RateLimited,
            &Cause::Broken(503),
            &Cause::Unexpected,
            &Cause::Refused(Refusal::TooMuch),
            &Cause::Refused(Refusal::Conflict),
            &Cause::Refused(Refusal::Code(-7)),
            &Cause::Refused(Refusal::Unknown),
            &Cause::Failed(RetryCause::NotSent),
            &Cause::Failed(RetryCause::NoAnswer),
            &Cause::Failed(RetryCause::Busy),
            &Cause::Failed(RetryCause::NotShown),
        ]
    );
    let reasons = [
        Reason::LongTermCredential,
        Reason::FormerCredential,
        Reason::FirstCredential,
        Reason::Certificate,
        Reason::Unidentified,
        Reason::Conflict,
        Reason::UnknownPhone,
        Reason::OtherPhone,
        Reason::OtherCertificate,
        Reason::WindowClosed,
        Reason::Replaced,
        Reason::NothingShown,
        Reason::WrongCredential,
        Reason::LoginMissing,
        Reason::WrongLogin,
        Reason::SourceBlocked,
    ];
    let decision = include_str!("../src/delivery/admission/decision.rs");
    assert_eq!(variants(decision, "pub enum Reason {"), reasons.len());
    are_told(&reasons);
}

/// Nothing was sent: what that means for a registration.
#[test]
fn what_cannot_be_asked_is_a_cause() {
    use phone_provisioning::model::UrlScheme;

    let service = "the service";
    let mac = "00:00:5e:00:53:2d".parse().unwrap();
    let too_long = ActionError::TooLong {
        service,
        what: "an address",
        limit: 2,
        found: 3,
    };
    for (error, cause) in [
        (ActionError::NoAccount, Cause::NoAccount),
        (
            ActionError::NeedsSerial { service, mac },
            Cause::Refused(Refusal::Serial),
        ),
        (
            ActionError::Destination {
                service,
                expected: "the name of a server",
            },
            Cause::Refused(Refusal::Server),
        ),
        (
            ActionError::Scheme {
                service,
                found: UrlScheme::Tftp,
            },
            Cause::Refused(Refusal::Url),
        ),
        (too_long, Cause::Refused(Refusal::Url)),
        (
            ActionError::Unsupported {
                service,
                action: "bind",
            },
            Cause::Unsupported,
        ),
        (ActionError::Login { service }, Cause::Unsupported),
        (ActionError::Cursor { service }, Cause::Unsupported),
    ] {
        assert_eq!(Cause::from(&error), cause, "{error}");
    }
}
