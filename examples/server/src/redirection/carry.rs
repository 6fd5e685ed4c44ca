//! A question carried out: requests to a service, one after the other, until it has ended.

use std::io::{self, Read as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::uri::Scheme;
use http::{Request, Response};
use phone_provisioning::redirection::life::Question;
use phone_provisioning::redirection::{
    ActionError, Body, Lost, MAX_ANSWER_LEN, Outcome, RedirectionService, Session, Stamp, Step,
};
use ureq::{Agent, AsSendBody as _, Timeout};
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::random;

/// How long things may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Until there is a connection, TLS included.
    connection: Duration,
    /// A request, from its beginning to the end of the answer.
    request: Duration,
    /// A question, which can be several requests: less than the life cycle waits for the answer, or it
    /// would come in vain.
    question: Duration,
}

const LIMITS: Limits = Limits {
    connection: Duration::from_secs(10),
    request: Duration::from_secs(60),
    question: Duration::from_secs(110),
};

/// An account at a service, and what was learned there so far.
#[derive(Debug)]
pub(super) struct Account {
    service: Arc<dyn RedirectionService>,
    session: Mutex<Session>,
}

impl Account {
    pub(super) fn new(service: Arc<dyn RedirectionService>) -> Self {
        let session = Mutex::default();
        Self { service, session }
    }

    pub(super) fn service(&self) -> &'static str {
        self.service.id()
    }

    fn session(&self) -> Session {
        let session = self.session.lock();
        session.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Of several questions at a time, what the last one has learned counts.
    fn learn(&self, session: Session) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session;
    }
}

/// Carries questions to services, and blocks until they have ended.
#[derive(Debug)]
pub(super) struct Carrier {
    agent: Agent,
    clock: Clock,
    limits: Limits,
}

impl Carrier {
    pub(super) fn new(clock: Clock) -> Self {
        Self::with_limits(clock, LIMITS)
    }

    fn with_limits(clock: Clock, limits: Limits) -> Self {
        let config = Agent::config_builder()
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ))
            .http_status_as_error(false)
            // A redirect is an answer: credentials are not carried elsewhere.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(limits.connection))
            .timeout_connect(Some(limits.connection));
        let agent = config.build().new_agent();
        Self {
            agent,
            clock,
            limits,
        }
    }

    /// What comes of a question.
    pub(super) fn ask(
        &self,
        account: &Account,
        question: &Question,
    ) -> Result<Outcome, ActionError> {
        let end = Instant::now() + self.limits.question;
        let (action, session) = (question.action(), account.session());
        let mut step = account.service.start(&action, &session, &self.stamp())?;
        loop {
            let exchange = match step {
                Step::Send(exchange) => exchange,
                Step::Ended(ended) => {
                    account.learn(ended.session);
                    return Ok(ended.outcome);
                }
            };
            let left = end.saturating_duration_since(Instant::now());
            let reply = self.send(exchange.request(), left);
            step = exchange.feed(reply, &self.stamp());
        }
    }

    fn stamp(&self) -> Stamp {
        Stamp::new(self.clock.now(), random::bytes())
    }

    /// Sends a request as it is, and reads the answer.
    fn send(
        &self,
        request: &Request<Body>,
        left: Duration,
    ) -> Result<Response<Zeroizing<Vec<u8>>>, Lost> {
        if left.is_zero() {
            return Err(Lost::NotSent);
        }
        let (mut nothing, mut bytes) = ((), request.body().as_bytes());
        let body = match bytes {
            [] => nothing.as_body(),
            _ => bytes.as_body(),
        };
        let mut sent = Request::new(body);
        *sent.method_mut() = request.method().clone();
        *sent.uri_mut() = request.uri().clone();
        *sent.headers_mut() = request.headers().clone();
        let configured = self.agent.configure_request(sent);
        let mut configured = configured.timeout_global(Some(left.min(self.limits.request)));
        if request.uri().scheme() != Some(&Scheme::HTTPS) {
            // The proxy that the environment may name would read the credentials.
            configured = configured.proxy(None);
        }
        let response = self.agent.run(configured.build());
        let (parts, body) = response.map_err(|error| lost(&error))?.into_parts();
        let mut bytes = Zeroizing::new(Vec::new());
        let most = u64::try_from(MAX_ANSWER_LEN).unwrap_or(u64::MAX);
        // One byte more says that it is too long.
        let mut body = body.into_reader().take(most.saturating_add(1));
        body.read_to_end(&mut bytes).map_err(|_| Lost::NoAnswer)?;
        Ok(Response::from_parts(parts, bytes))
    }
}

/// Whether the service knows anything of a request without an answer. Where that is not certain, it may.
fn lost(error: &ureq::Error) -> Lost {
    match error {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::BadUri(_)
        | ureq::Error::Tls(_)
        | ureq::Error::TlsRequired
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Lost::NotSent,
        ureq::Error::Rustls(error) if is_of_handshake(error) => Lost::NotSent,
        ureq::Error::Io(error) if is_before_request(error) => Lost::NotSent,
        _ => Lost::NoAnswer,
    }
}

fn is_before_request(error: &io::Error) -> bool {
    let tls = error.get_ref().and_then(|error| error.downcast_ref());
    tls.is_some_and(is_of_handshake)
        || matches!(
            error.kind(),
            io::ErrorKind::ConnectionRefused
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::NetworkDown
                | io::ErrorKind::AddrNotAvailable
        )
}

/// Certificates are looked at before anything is sent.
fn is_of_handshake(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::InvalidCertificate(_))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::{SocketAddr, TcpListener};

    use chrono::DateTime;
    use phone_provisioning::delivery::PhoneUrl;
    use phone_provisioning::delivery::admission::Environment;
    use phone_provisioning::model::{Login, Url};
    use phone_provisioning::redirection::life::{Policy, Registration};
    use phone_provisioning::redirection::snom::SnomXmlRpc;
    use phone_provisioning::redirection::{Broken, Retry, RetryCause};

    use super::*;

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(50);

    /// What comes of a question at an address where somebody listens.
    fn asked(address: SocketAddr, request: Duration, question: Duration) -> Outcome {
        let login = Login {
            username: "reseller".parse().unwrap(),
            password: "secret".parse().unwrap(),
        };
        let base = format!("http://{address}/").parse().unwrap();
        let service = SnomXmlRpc::new(&base, &login).unwrap();
        let limits = Limits {
            connection: LONG,
            request,
            question,
        };
        let clock = Clock::stopped_at(DateTime::UNIX_EPOCH);
        let carrier = Carrier::with_limits(clock.clone(), limits);
        let mut registration = Registration::new("00:04:13:a1:1f:a7".parse().unwrap());
        let policy = Policy::new(Environment::new("production").unwrap());
        let to: Url = "https://pbx.example.net/".parse().unwrap();
        let to = PhoneUrl::from(to).into();
        let asked = registration.add(Some(to), clock.now(), &policy).ask;
        let account = Account::new(Arc::new(service));
        carrier.ask(&account, &asked.unwrap()).unwrap()
    }

    #[test]
    fn a_service_that_says_nothing_is_given_up() {
        // Connections are taken, and that is all.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let begun = Instant::now();
        let asked = |request, question| asked(silent.local_addr().unwrap(), request, question);
        let no_answer = Outcome::Retry(Retry::new(RetryCause::NoAnswer));
        assert_eq!(asked(SHORT, LONG), no_answer);
        assert_eq!(asked(LONG, SHORT), no_answer);
        // There was no time left to begin with.
        let not_sent = Outcome::Retry(Retry::new(RetryCause::NotSent));
        assert_eq!(asked(LONG, Duration::ZERO), not_sent);
        assert!(begun.elapsed() < LONG, "the shorter time counts");
    }

    #[test]
    fn an_answer_without_end_is_not_read_to_its_end() {
        const MOST: usize = 16 * MAX_ANSWER_LEN;
        let endless = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = endless.local_addr().unwrap();
        let written = std::thread::spawn(move || {
            let (mut stream, _) = endless.accept().unwrap();
            // The beginning of the request is enough.
            stream.read_exact(&mut [0; 4]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let blanks = [b' '; 1 << 16];
            let mut written = 0;
            while written < MOST && stream.write_all(&blanks).is_ok() {
                written += blanks.len();
            }
            written
        });
        let broken = Outcome::Broken(Broken::new(200, "it is too long"));
        assert_eq!(asked(address, LONG, LONG), broken);
        assert!(written.join().unwrap() < MOST);
    }
}
