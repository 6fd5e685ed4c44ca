//! RPS by XML-RPC.

mod said;

use std::fmt;
use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request};

use self::said::Said;
use crate::delivery::PhoneUrl;
use crate::error::Invalid;
use crate::model::{Login, Mac, Url};
use crate::redirection::several::{self, Begin};
use crate::redirection::wire::xml_rpc::{self, Param};
use crate::redirection::wire::{self, Answer, Base, after_write, is_uncertain};
use crate::redirection::{
    Action, ActionError, Body, Destination, Done, Ended, Enrolment, Exchange, Outcome, Page,
    RedirectionService, Registered, Retry, RetryCause, ServerName, ServerObject, Session, Stamp,
    Step,
};

/// RPS by XML-RPC, the older interface. Distributors run it too, each at an address of its own.
///
/// * A look-up says whether this account has a phone, not where the phone is sent: the address in
///   [`Registered`] is the one that was just written, or none. So [`Outcome::AlreadyOurs`] does not occur:
///   a phone that the account has is written again.
/// * A phone of another account can be taken over ([`Enrolment::take_over`]): the service asks whether
///   that is meant, and the request is repeated with its override.
/// * An address of its own goes with a server name, which need not exist ([`with_label`](Self::with_label)).
/// * Servers can be added; no method of the service lists, changes or removes them.
/// * `serial` and `remark` are ignored: the service has neither. A `login` is refused, of a phone and of a
///   server: the service hands none out.
///
/// ```
/// use chrono::{TimeZone, Utc};
/// use phone_provisioning::model::Login;
/// use phone_provisioning::redirection::yealink::YealinkRps;
/// use phone_provisioning::redirection::{Action, RedirectionService, Session, Stamp, Step};
///
/// let login = Login { username: "reseller".parse()?, password: "s3cret".parse()? };
/// let service = YealinkRps::new(&YealinkRps::BASE.parse()?, &login)?;
/// let stamp = Stamp::new(Utc.timestamp_opt(1_800_000_000, 0).unwrap(), [7; 16]);
/// let look_up = Action::LookUp("00:15:65:a1:b2:c3".parse()?);
/// let Step::Send(exchange) = service.start(&look_up, &Session::new(), &stamp)? else {
///     unreachable!("nothing is known yet");
/// };
/// let body = String::from_utf8(exchange.request().body().as_bytes().to_vec())?;
/// assert!(body.contains("<methodName>redirect.checkDevice</methodName>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct YealinkRps(Arc<Account>);

impl YealinkRps {
    /// The service's base (as a public client of the provider peoplefone has it).
    pub const BASE: &'static str = "https://api-dm.yealink.com:8443/xmlrpc/";
    /// The base of earlier years (as the public client codeigniter-yealinkrps has it).
    pub const OLD_BASE: &'static str = "https://rps.yealink.com/xmlrpc";
    /// Most phones of one action. The service's own limit is not known.
    const MOST: usize = 100;

    /// The service at this base, with an account there.
    ///
    /// # Errors
    /// A base of another scheme than `http` and `https` or with a query; a user name with a colon.
    pub fn new(base: &Url, login: &Login) -> Result<Self, Invalid> {
        Ok(Self(Arc::new(Account {
            base: Base::new(base)?,
            authorization: wire::basic(login)?,
            label: "phone-provisioning".parse()?,
        })))
    }

    /// The same with this server name for phones that are sent to an address of their own, instead of
    /// `phone-provisioning`. The service shows it.
    #[must_use]
    pub fn with_label(self, label: ServerName) -> Self {
        Self(Arc::new(Account {
            label,
            ..(*self.0).clone()
        }))
    }
}

impl fmt::Debug for YealinkRps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("YealinkRps")
            .field("host", &self.0.base.uri().host())
            .finish_non_exhaustive()
    }
}

impl RedirectionService for YealinkRps {
    fn id(&self) -> &'static str {
        "yealink-rps"
    }

    fn start(
        &self,
        action: &Action,
        session: &Session,
        stamp: &Stamp,
    ) -> Result<Step, ActionError> {
        let (account, session) = (self.0.clone(), session.clone());
        let service = self.id();
        Ok(match action {
            Action::Check => account.check(session),
            Action::LookUp(mac) => account.look_up(*mac, session),
            Action::List(_) => account.list(session),
            Action::Register(phone) => {
                several::check_logins([phone.login.as_ref()], service)?;
                account.register(phone.clone(), Write::Plain, session)
            }
            Action::Deregister(mac) => account.deregister(*mac, session),
            Action::RegisterAll(phones) => {
                several::check(phones.iter().map(|phone| phone.mac), Self::MOST, service)?;
                several::check_logins(phones.iter().map(|p| p.login.as_ref()), service)?;
                account.register_all(phones.clone(), session, stamp)
            }
            Action::DeregisterAll(macs) => {
                several::check(macs.iter().copied(), Self::MOST, service)?;
                account.deregister_all(macs.clone(), session)
            }
            Action::PutServer { name, url, login } => {
                several::check_logins([login.as_ref()], service)?;
                account.add_server(name.clone(), url.clone(), session)
            }
            Action::ListServers(_) | Action::RemoveServer(_) | Action::Pins(_) => {
                let action = action.name();
                return Err(ActionError::Unsupported { service, action });
            }
        })
    }
}

#[derive(Clone)]
struct Account {
    base: Base,
    authorization: HeaderValue,
    label: ServerName,
}

/// How a phone is written. Each is followed by later ones only.
#[derive(Clone, Copy, Eq, PartialEq, PartialOrd)]
enum Write {
    /// As one that nobody has.
    Plain,
    /// Although another account has it.
    TakeOver,
    /// As one that this account has.
    Change,
    /// As one that this account had until now.
    Anew,
}

// ---- the actions ----

impl Account {
    fn check(self: Arc<Self>, session: Session) -> Step {
        let call = self.call("redirect.listDevices", &[]);
        self.ask(call, session, |_, answer, session, _| {
            let access = |_| Outcome::Done(Done::Access);
            let access = answer.and_then(said::macs).map(access);
            end(access.unwrap_or_else(|outcome| outcome), session)
        })
    }

    fn list(self: Arc<Self>, session: Session) -> Step {
        let call = self.call("redirect.listDevices", &[]);
        self.ask(call, session, |_, answer, session, _| {
            let phones = answer.and_then(said::macs).map(|macs| {
                let entries = macs.into_iter().map(Registered::new).collect();
                Outcome::Done(Done::Phones(Page::new(entries, None)))
            });
            end(phones.unwrap_or_else(|outcome| outcome), session)
        })
    }

    fn look_up(self: Arc<Self>, mac: Mac, session: Session) -> Step {
        let params = [plain(mac)];
        let call = self.call("redirect.checkDevice", &texts(&params));
        self.hear(call, session, move |account, said, session, _| match said {
            // An instance that has the method by its newer name only.
            Ok(Said::Fault(_)) => {
                let call = account.call("redirect.checkDeviceExt", &texts(&params));
                account.hear(call, session, move |_, said, session, _| {
                    end(found(mac, said), session)
                })
            }
            said => end(found(mac, said), session),
        })
    }

    fn register(self: Arc<Self>, phone: Enrolment, how: Write, session: Session) -> Step {
        let call = self.write(&phone, how);
        self.hear(call, session, move |account, said, session, stamp| {
            match said {
                Ok(Said::Accepted) => account.read_back(phone, session, stamp),
                Ok(Said::Overridable) if phone.take_over && how == Write::Plain => {
                    account.register(phone, Write::TakeOver, session)
                }
                Ok(Said::Existing) if how < Write::Change => {
                    account.register(phone, Write::Change, session)
                }
                // The override was not taken, and no other method changes an address of its own.
                Ok(Said::Existing) if how == Write::Change => {
                    account.replace(phone, session, stamp)
                }
                Ok(said) => end(said.refused(), session),
                Err(outcome) if is_uncertain(&outcome) => {
                    account.reconcile(phone, how, outcome, session, stamp)
                }
                Err(outcome) if how < Write::Change => end(outcome, session),
                Err(outcome) => end(after_write(outcome), session),
            }
        })
    }

    /// The call that writes a phone.
    fn write(&self, phone: &Enrolment, how: Write) -> Request<Body> {
        let mac = plain(phone.mac);
        let mac = Param::Text(&mac);
        let is_override = matches!(how, Write::TakeOver | Write::Change);
        let flag = Param::Text(if is_override { "1" } else { "0" });
        match &phone.to {
            Destination::Server(name) if how == Write::Change => {
                self.call("redirect.editDevice", &[mac, Param::Text(name.as_str())])
            }
            Destination::Server(name) => {
                let params = [mac, Param::Text(name.as_str()), flag];
                self.call("redirect.registerDevice", &params)
            }
            Destination::Url(url) => {
                let label = Param::Text(self.label.as_str());
                let params = [mac, label, Param::Text(url.expose().as_str()), flag];
                self.call("redirect.registerDeviceWithUniqueUrl", &params)
            }
        }
    }

    /// A phone that was written is read back.
    fn read_back(self: Arc<Self>, phone: Enrolment, session: Session, stamp: &Stamp) -> Step {
        let look_up = self.look_up(phone.mac, session);
        look_up.then(stamp, move |ended, _| {
            let outcome = match ended.outcome {
                Outcome::Done(Done::Found(found)) => {
                    Outcome::Done(Done::Registered(sent_to(phone.to, found)))
                }
                Outcome::NotFound => Outcome::Retry(Retry::new(RetryCause::NotShown)),
                outcome => after_write(outcome),
            };
            end(outcome, ended.session)
        })
    }

    /// The answer to a write was lost. The service has the phone, or it does not; where it sends a phone it
    /// does not say, so that one which this account has is written once more.
    fn reconcile(
        self: Arc<Self>,
        phone: Enrolment,
        how: Write,
        lost: Outcome,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let look_up = self.clone().look_up(phone.mac, session);
        look_up.then(stamp, move |ended, _| {
            let outcome = match ended.outcome {
                Outcome::Done(Done::Found(_)) if how < Write::Change => {
                    return self.register(phone, Write::Change, ended.session);
                }
                Outcome::Done(Done::Found(_)) | Outcome::NotFound => lost,
                Outcome::OwnedByOther if phone.take_over => lost,
                outcome => after_write(outcome),
            };
            end(outcome, ended.session)
        })
    }

    /// Takes a phone of this account out and registers it anew.
    fn replace(self: Arc<Self>, phone: Enrolment, session: Session, stamp: &Stamp) -> Step {
        let removal = self.clone().deregister(phone.mac, session);
        removal.then(stamp, move |ended, _| match ended.outcome {
            Outcome::Done(Done::Removed) | Outcome::NotFound => {
                self.register(phone, Write::Anew, ended.session)
            }
            outcome => end(outcome, ended.session),
        })
    }

    fn deregister(self: Arc<Self>, mac: Mac, session: Session) -> Step {
        let params = [plain(mac)];
        let call = self.call("redirect.deRegisterDevice", &texts(&params));
        self.hear(
            call,
            session,
            move |account, said, session, stamp| match said {
                Ok(Said::Unregistered) => end(Outcome::NotFound, session),
                Ok(Said::Accepted | Said::Mac) => account.removed(mac, said, session, stamp),
                Ok(said) => end(said.refused(), session),
                Err(outcome) if is_uncertain(&outcome) => {
                    account.removed(mac, Err(outcome), session, stamp)
                }
                Err(outcome) => end(outcome, session),
            },
        )
    }

    /// Whether a phone was taken out, of which the service said this, or nothing that is certain.
    fn removed(
        self: Arc<Self>,
        mac: Mac,
        said: Result<Said, Outcome>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        self.look_up(mac, session).then(stamp, move |ended, _| {
            let outcome = match (ended.outcome, said) {
                // The service says "invalid" of a phone that it does not have.
                (Outcome::NotFound, Ok(Said::Mac)) => Outcome::NotFound,
                (Outcome::NotFound, _) => Outcome::Done(Done::Removed),
                (Outcome::OwnedByOther, Ok(Said::Accepted)) => Outcome::Done(Done::Removed),
                (Outcome::Done(Done::Found(_)), Ok(Said::Accepted)) => {
                    Outcome::Retry(Retry::new(RetryCause::NotShown))
                }
                (Outcome::Done(Done::Found(_)), Ok(said)) => said.refused(),
                (Outcome::Done(Done::Found(_)), Err(lost)) => lost,
                (outcome, _) => after_write(outcome),
            };
            end(outcome, ended.session)
        })
    }

    fn add_server(self: Arc<Self>, name: ServerName, url: PhoneUrl, session: Session) -> Step {
        let params = [name.as_str(), url.expose().as_str()].map(Param::Text);
        let call = self.call("redirect.addServer", &params);
        self.hear(call, session, |_, said, session, _| {
            let outcome = match said {
                Ok(Said::Accepted) => {
                    let mut server = ServerObject::new(name);
                    server.url = Some(url);
                    Outcome::Done(Done::Server(server))
                }
                Ok(said) => said.refused(),
                Err(outcome) => outcome,
            };
            end(outcome, session)
        })
    }
}

// ---- several phones ----

impl Account {
    /// All at once where they go to one server, and then a look-up of each. What the service does not
    /// simply accept is done phone by phone: its answer names one of them at most.
    fn register_all(
        self: Arc<Self>,
        phones: Vec<Enrolment>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        fn alone(account: Arc<Account>, phone: Enrolment, session: Session, _: &Stamp) -> Step {
            account.register(phone, Write::Plain, session)
        }
        let macs: Vec<String> = phones.iter().map(|phone| plain(phone.mac)).collect();
        let phones: Vec<_> = phones.into_iter().map(|phone| (phone.mac, phone)).collect();
        let mut destinations = phones.iter().map(|(_, phone)| &phone.to);
        let server = match destinations.next() {
            Some(first @ Destination::Server(name)) if destinations.all(|to| to == first) => name,
            _ => return self.one_by_one(phones, alone, session, stamp),
        };
        let flag = Param::Text("0");
        let params = [Param::Texts(&macs), Param::Text(server.as_str()), flag];
        let call = self.call("redirect.registerDevices", &params);
        self.hear(call, session, |account, said, session, stamp| match said {
            Ok(Said::Accepted) => account.one_by_one(phones, Self::read_back, session, stamp),
            Err(outcome) if !is_uncertain(&outcome) => {
                let macs = phones.into_iter().map(|(mac, _)| mac);
                several::all(macs, &outcome, session)
            }
            _ => {
                let step = account.one_by_one(phones, alone, session, stamp);
                several::after_all(step, stamp)
            }
        })
    }

    /// The same for taking phones out.
    fn deregister_all(self: Arc<Self>, macs: Vec<Mac>, session: Session) -> Step {
        let params: Vec<String> = macs.iter().copied().map(plain).collect();
        let call = self.call("redirect.deRegisterDevices", &[Param::Texts(&params)]);
        let phones: Vec<_> = macs.into_iter().map(|mac| (mac, mac)).collect();
        self.hear(call, session, |account, said, session, stamp| {
            let then: Of<Mac> = match said {
                Ok(Said::Accepted) => |account, mac, session, stamp| {
                    account.removed(mac, Ok(Said::Accepted), session, stamp)
                },
                Err(outcome) if !is_uncertain(&outcome) => {
                    let macs = phones.into_iter().map(|(mac, _)| mac);
                    return several::all(macs, &outcome, session);
                }
                _ => |account, mac, session, _| account.deregister(mac, session),
            };
            let step = account.one_by_one(phones, then, session, stamp);
            several::after_all(step, stamp)
        })
    }

    fn one_by_one<T: Send + 'static>(
        self: Arc<Self>,
        phones: Vec<(Mac, T)>,
        action: Of<T>,
        session: Session,
        stamp: &Stamp,
    ) -> Step {
        let phones = phones.into_iter().map(|(mac, phone)| {
            let account = self.clone();
            let begin: Begin =
                Box::new(move |session, stamp| action(account, phone, session, stamp));
            (mac, begin)
        });
        several::each(phones, session, stamp)
    }
}

/// What is done with one phone of several.
type Of<T> = fn(Arc<Account>, T, Session, &Stamp) -> Step;

// ---- one exchange ----

impl Account {
    fn call(&self, method: &str, params: &[Param<'_>]) -> Request<Body> {
        wire::request(
            Method::POST,
            self.base.uri(),
            Some("text/xml"),
            [(AUTHORIZATION, self.authorization.clone())],
            xml_rpc::call(method, params),
        )
    }

    /// Sends a call, and goes on with its answer.
    fn ask(
        self: Arc<Self>,
        call: Request<Body>,
        session: Session,
        next: impl FnOnce(Arc<Self>, Result<xml_rpc::Answer, Outcome>, Session, &Stamp) -> Step
        + Send
        + 'static,
    ) -> Step {
        Step::Send(Exchange::new(call, move |reply, stamp| {
            let answer = Answer::of(reply, stamp.now).and_then(|answer| {
                if !answer.is_success() {
                    return Err(answer.refused());
                }
                xml_rpc::answer(answer.body).map_err(|what| answer.broken(what))
            });
            next(self, answer, session, stamp)
        }))
    }

    /// Sends a call, and goes on with what the answer says in words.
    fn hear(
        self: Arc<Self>,
        call: Request<Body>,
        session: Session,
        next: impl FnOnce(Arc<Self>, Result<Said, Outcome>, Session, &Stamp) -> Step + Send + 'static,
    ) -> Step {
        self.ask(call, session, |account, answer, session, stamp| {
            next(account, answer.map(said::words), session, stamp)
        })
    }
}

fn end(outcome: Outcome, session: Session) -> Step {
    Step::Ended(Ended::new(outcome, session))
}

fn texts(texts: &[String]) -> Vec<Param<'_>> {
    texts.iter().map(|text| Param::Text(text)).collect()
}

/// The address as the service's guide writes it.
fn plain(mac: Mac) -> String {
    mac.plain_upper().to_string()
}

/// What the answer to a look-up says of a phone.
fn found(mac: Mac, said: Result<Said, Outcome>) -> Outcome {
    match said {
        Ok(Said::Registered) => Outcome::Done(Done::Found(Registered::new(mac))),
        Ok(Said::Unregistered) => Outcome::NotFound,
        Ok(said) => said.refused(),
        Err(outcome) => outcome,
    }
}

/// The phone as it was written.
fn sent_to(to: Destination, mut phone: Registered) -> Registered {
    match to {
        Destination::Url(url) => phone.url = Some(url),
        Destination::Server(name) => phone.server = Some(name),
    }
    phone
}
