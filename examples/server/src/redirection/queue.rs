//! Which question comes next.

use std::collections::{BTreeMap, VecDeque};

use phone_provisioning::Mac;
use phone_provisioning::redirection::life::Question;

/// Most questions that one service is asked at a time.
const MOST_AT_ONCE: usize = 4;

/// The questions to one service. Never more than one about a phone is under way, nor does more than one
/// wait: only the answer to the last question counts, so a newer one takes the place of one that was not
/// sent yet. So the queue is never longer than the list of phones, however slow the service is.
#[derive(Debug, Default)]
pub(super) struct Queue {
    order: VecDeque<Mac>,
    waiting: BTreeMap<Mac, Question>,
    /// The numbers of the questions, by their phones.
    under_way: BTreeMap<Mac, u64>,
}

impl Queue {
    /// Puts a question at the end, or in the place of an older one about the same phone. The older one is
    /// given back, be it the other or this: numbers tell which was asked first, not the way here.
    pub(super) fn push(&mut self, question: Question) -> Option<Question> {
        let (mac, number) = (question.mac, question.number);
        let waiting = self.waiting.get(&mac).map(|waiting| waiting.number);
        let under_way = self.under_way.get(&mac).copied();
        if waiting.max(under_way).is_some_and(|known| known >= number) {
            return Some(question);
        }
        let older = self.waiting.insert(mac, question);
        if older.is_none() {
            self.order.push_back(mac);
        }
        older
    }

    /// The next question that may be sent now. Its phone is under way until it is [done](Self::done).
    pub(super) fn next(&mut self) -> Option<Question> {
        if self.under_way.len() >= MOST_AT_ONCE {
            return None;
        }
        let mut order = self.order.iter();
        let place = order.position(|mac| !self.under_way.contains_key(mac))?;
        let question = self.waiting.remove(&self.order.remove(place)?)?;
        self.under_way.insert(question.mac, question.number);
        Some(question)
    }

    pub(super) fn done(&mut self, mac: Mac) {
        self.under_way.remove(&mac);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use phone_provisioning::delivery::PhoneUrl;
    use phone_provisioning::delivery::admission::Environment;
    use phone_provisioning::model::Url;
    use phone_provisioning::redirection::life::{Policy, Registration};

    use super::*;

    /// The questions of a phone that is activated so often.
    fn questions<const N: usize>(mac: &str) -> [Question; N] {
        let policy = Policy::new(Environment::new("production").unwrap());
        let url: Url = "https://pbx.example.net/".parse().unwrap();
        let mut registration = Registration::new(mac.parse().unwrap());
        std::array::from_fn(|_| {
            let to = PhoneUrl::from(url.clone()).into();
            let activated = registration.activate(to, DateTime::UNIX_EPOCH, &policy);
            activated.ask.unwrap()
        })
    }

    #[test]
    fn a_newer_question_stands_in_the_place_of_the_older_one() {
        let [first, second] = questions("00:04:13:00:00:01");
        let [other] = questions("00:04:13:00:00:02");
        let [last] = questions("00:04:13:00:00:03");
        let mut queue = Queue::default();
        assert_eq!(queue.push(first.clone()), None);
        assert_eq!(queue.push(other.clone()), None);
        assert_eq!(queue.push(second.clone()), Some(first.clone()));
        // Late, and twice.
        assert_eq!(queue.push(first.clone()), Some(first));
        assert_eq!(queue.push(second.clone()), Some(second.clone()));
        assert_eq!(queue.push(last.clone()), None);

        assert_eq!(queue.next(), Some(second.clone()));
        queue.done(second.mac);
        assert_eq!(queue.next(), Some(other));
        assert_eq!(queue.next(), Some(last));
        assert_eq!(queue.next(), None);
    }

    #[test]
    fn one_question_about_a_phone_is_under_way() {
        let [first, second, third] = questions("00:04:13:00:00:01");
        let mut queue = Queue::default();
        assert_eq!(queue.push(second.clone()), None);
        assert_eq!(queue.next(), Some(second.clone()));
        assert_eq!(queue.push(first.clone()), Some(first));
        assert_eq!(queue.push(third.clone()), None);
        assert_eq!(queue.next(), None);
        queue.done(second.mac);
        assert_eq!(queue.next(), Some(third));
    }
}
