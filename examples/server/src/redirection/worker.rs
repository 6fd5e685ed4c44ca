//! The task that asks the services.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use phone_provisioning::Mac;
use phone_provisioning::redirection::life::Question;
use phone_provisioning::redirection::{ActionError, Outcome};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use super::Services;
use super::carry::{Account, Carrier};
use super::queue::Queue;
use crate::clock::Clock;
use crate::server::Asked;

/// Asks the makers' services, a few questions at a time, and those about one phone one after the other.
///
/// Nothing is tried again here: when to do that is the business of the life cycle. A question that could
/// not be sent before the next one about the same phone came is dropped without a word, because its answer
/// would not count any more.
pub struct Worker {
    asked: UnboundedReceiver<Asked>,
    lanes: Lanes,
    carrier: Arc<Carrier>,
}

impl Worker {
    /// A worker that is asked through a channel.
    pub fn new(services: Services, clock: Clock, asked: UnboundedReceiver<Asked>) -> Self {
        Self {
            asked,
            lanes: Lanes::new(services),
            carrier: Arc::new(Carrier::new(clock)),
        }
    }

    /// Asks until the channel is closed, and then until what is under way has ended, which is within two
    /// minutes. What has not been sent by then is left to the life cycle: it is asked again after the next
    /// start.
    ///
    /// `heard` is told what came of each question, by its phone and number. Before that is done, nothing more
    /// is asked about this phone.
    pub async fn run<F, R>(mut self, heard: F)
    where
        F: Fn(Mac, u64, Result<Outcome, ActionError>) -> R + Clone + Send + 'static,
        R: Future<Output = ()> + Send,
    {
        let mut under_way = JoinSet::new();
        let mut whose = HashMap::new();
        let mut is_open = true;
        while is_open || !under_way.is_empty() {
            tokio::select! {
                asked = self.asked.recv(), if is_open => match asked {
                    Some(asked) => self.lanes.push(asked),
                    None => is_open = false,
                },
                Some(ended) = under_way.join_next_with_id() => {
                    let task = match ended {
                        Ok((task, ())) => task,
                        // The life cycle gives the answer up, after a while.
                        Err(error) => error.id(),
                    };
                    if let Some((maker, mac)) = whose.remove(&task) {
                        self.lanes.done(&maker, mac);
                    }
                }
            }
            while is_open && let Some(next) = self.lanes.next() {
                let about = (next.maker, next.question.mac);
                let (account, question) = (next.account, next.question);
                let (carrier, heard) = (self.carrier.clone(), heard.clone());
                let task = under_way.spawn(async move {
                    let (mac, number) = (question.mac, question.number);
                    let asking = tokio::task::spawn_blocking(move || {
                        ask(&carrier, account.as_deref(), &question)
                    });
                    match asking.await {
                        Ok(answer) => heard(mac, number, answer).await,
                        Err(_) => tracing::error!(%mac, "a question ended in a panic"),
                    }
                });
                whose.insert(task.id(), about);
            }
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

/// Whose account is asked; nothing for phones of makers without one.
type Maker = Option<String>;

/// A queue for each account, and one for the phones that nobody can be asked about.
struct Lanes(BTreeMap<Maker, Lane>);

struct Lane {
    account: Option<Arc<Account>>,
    queue: Queue,
}

/// A question whose turn it is.
struct Next {
    maker: Maker,
    account: Option<Arc<Account>>,
    question: Question,
}

impl Lanes {
    fn new(services: Services) -> Self {
        let accounts = services.into_inner().into_iter();
        let accounts = accounts.map(|(maker, service)| (Some(maker), Some(Account::new(service))));
        let lanes = accounts.chain([(None, None)]).map(|(maker, account)| {
            let (account, queue) = (account.map(Arc::new), Queue::default());
            (maker, Lane { account, queue })
        });
        Self(lanes.collect())
    }

    fn push(&mut self, asked: Asked) {
        let Asked { vendor, question } = asked;
        let maker = vendor.filter(|maker| self.0.keys().any(|known| known.as_ref() == Some(maker)));
        let Some(lane) = self.0.get_mut(&maker) else {
            return;
        };
        if let Some(dropped) = lane.queue.push(question) {
            tracing::debug!(mac = %dropped.mac, question = dropped.number, "superseded");
        }
    }

    fn next(&mut self) -> Option<Next> {
        self.0.iter_mut().find_map(|(maker, lane)| {
            Some(Next {
                question: lane.queue.next()?,
                account: lane.account.clone(),
                maker: maker.clone(),
            })
        })
    }

    fn done(&mut self, maker: &Maker, mac: Mac) {
        if let Some(lane) = self.0.get_mut(maker) {
            lane.queue.done(mac);
        }
    }
}

/// Asks one question, on a thread that may wait.
fn ask(
    carrier: &Carrier,
    account: Option<&Account>,
    question: &Question,
) -> Result<Outcome, ActionError> {
    let answer = match account {
        Some(account) => carrier.ask(account, question),
        None => Err(ActionError::NoAccount),
    };
    log(account, question, &answer);
    answer
}

fn log(account: Option<&Account>, question: &Question, answer: &Result<Outcome, ActionError>) {
    let service = account.map(Account::service);
    let (mac, number, ask) = (question.mac, question.number, &question.ask);
    let answer = match answer {
        Ok(outcome) => in_words(outcome),
        Err(error) => error.to_string().into(),
    };
    tracing::info!(service, %mac, question = number, %ask, %answer, "redirection");
}

/// An outcome without what is said of the phone: its address holds a token.
fn in_words(outcome: &Outcome) -> Cow<'static, str> {
    match outcome {
        Outcome::Done(_) => "done".into(),
        Outcome::AlreadyOurs(_) => "already registered to the same address".into(),
        Outcome::OwnedByOther => "another customer of the service has the phone".into(),
        Outcome::NotFound => "the service does not have the phone".into(),
        Outcome::Refused(refusal) => refusal.to_string().into(),
        Outcome::RateLimited { .. } => "the service was asked too often".into(),
        Outcome::Retry(retry) => retry.cause.to_string().into(),
        Outcome::Broken(broken) => broken.to_string().into(),
        _ => "the service answered something else than was asked".into(),
    }
}
