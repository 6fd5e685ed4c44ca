//! Many devices on many threads, handed out in their order.
//!
//! Each thread takes some devices, renders them into a buffer of its own and takes the next. Whose batch
//! is the next to be handed out, hands it out, and those that wait behind it. Nobody is blocked by another,
//! so that a sink may use the same threads: one that has no buffer left soon stops, and is called again once
//! there is one.

use std::collections::VecDeque;
use std::sync::Mutex;

use rayon::Scope;

use super::{Batch, Bulk, BulkItem, Models, Summary};
use crate::model::Device;

/// The bytes that a batch should come to.
const BATCH_BYTES: usize = 256 * 1024;

/// Buffers for each thread: the one that it fills, and those that wait for their turn. Those that were
/// used last are used again first.
const BUFFERS: usize = 4;

/// How often a thread without a buffer lets others run before it stops. What it waits for takes a moment,
/// unless the sink is slow. A thread that sleeps is woken where the one that wakes it runs, as the
/// kernels of virtual machines do it, and then both share one processor while another is idle; threads
/// that stay awake are parted.
const PATIENCE: usize = 200;

/// The most devices of a batch.
const MOST_DEVICES: usize = 64;

pub(super) fn run<'d>(
    bulk: &Bulk<'_>,
    devices: impl Iterator<Item = &'d Device> + Send,
    sink: impl FnMut(&'d Device, BulkItem<'_>) + Send,
) -> Summary {
    let threads = rayon::current_num_threads();
    let summary = Summary::default();
    let work = Work {
        bulk,
        feed: Mutex::new(Feed {
            devices,
            models: Models::default(),
            next: 0,
        }),
        order: Mutex::new(Order {
            waiting: VecDeque::new(),
            next: 0,
            hand: Some(Hand { sink, summary }),
            spare: (0..BUFFERS * threads)
                .map(|_| Numbered::default())
                .collect(),
            stopped: 0,
        }),
    };
    rayon::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|scope| work.on_a_thread(scope));
        }
    });
    let order = work.order.into_inner();
    let hand = order.ok().and_then(|order| order.hand);
    hand.map_or(summary, |hand| hand.summary)
}

/// What the threads share.
struct Work<'b, 'd, I, S> {
    bulk: &'b Bulk<'b>,
    feed: Mutex<Feed<I>>,
    order: Mutex<Order<'d, S>>,
}

/// Where the devices come from.
struct Feed<I> {
    devices: I,
    models: Models,
    /// The number of the next batch.
    next: usize,
}

/// Which batch is whose turn.
struct Order<'d, S> {
    /// The batches from the next to be handed out on, as far as they are rendered.
    waiting: VecDeque<Option<Numbered<'d>>>,
    /// The number of the first of them.
    next: usize,
    /// Away while somebody hands out.
    hand: Option<Hand<S>>,
    /// Buffers that nobody uses.
    spare: Vec<Numbered<'d>>,
    /// Threads that stopped for want of a buffer.
    stopped: usize,
}

struct Hand<S> {
    sink: S,
    summary: Summary,
}

/// A batch and its place in the order.
#[derive(Default)]
struct Numbered<'d> {
    number: usize,
    batch: Batch<'d>,
    /// Its devices, and whether each brings the shared files of its model.
    devices: Vec<(&'d Device, bool)>,
}

// A lock that somebody panicked in is as good as the end of the work: the scope hands the panic on.
impl<'d, I, S> Work<'_, 'd, I, S>
where
    I: Iterator<Item = &'d Device> + Send,
    S: FnMut(&'d Device, BulkItem<'_>) + Send,
{
    fn on_a_thread<'s>(&'s self, scope: &Scope<'s>) {
        while let Some(mut batch) = self.buffer() {
            if self.fill(&mut batch).is_none() {
                return;
            }
            batch.render(self.bulk);
            self.arrived(batch, scope);
        }
    }

    /// A buffer to render into, if there soon is one.
    fn buffer(&self) -> Option<Numbered<'d>> {
        for _ in 0..PATIENCE {
            if let Some(spare) = self.order.lock().ok()?.spare.pop() {
                return Some(spare);
            }
            std::thread::yield_now();
        }
        let mut order = self.order.lock().ok()?;
        let spare = order.spare.pop();
        order.stopped += usize::from(spare.is_none());
        spare
    }

    /// Takes the next devices, if there are any.
    fn fill(&self, batch: &mut Numbered<'d>) -> Option<()> {
        let most = batch.fitting();
        batch.devices.clear();
        let mut feed = self.feed.lock().ok()?;
        let Feed {
            devices,
            models,
            next,
        } = &mut *feed;
        let devices = devices.by_ref().take(most);
        let mut is_new = |device: &Device| models.is_new(self.bulk.shared, device);
        let with_shared = devices.map(|device| (device, is_new(device)));
        batch.devices.extend(with_shared);
        batch.number = *next;
        *next += 1;
        (!batch.devices.is_empty()).then_some(())
    }

    /// Puts a rendered batch in its place, and hands out what is due unless somebody does.
    fn arrived<'s>(&'s self, batch: Numbered<'d>, scope: &Scope<'s>) {
        let Some((mut hand, mut batch)) = self.first_due(batch) else {
            return;
        };
        loop {
            batch.batch.hand_out(&mut hand.summary, &mut hand.sink);
            let Ok(mut order) = self.order.lock() else {
                return;
            };
            order.spare.push(batch);
            if order.stopped > 0 {
                order.stopped -= 1;
                scope.spawn(|scope| self.on_a_thread(scope));
            }
            batch = match order.due() {
                Some(due) => due,
                None => {
                    order.hand = Some(hand);
                    return;
                }
            };
        }
    }

    fn first_due(&self, batch: Numbered<'d>) -> Option<(Hand<S>, Numbered<'d>)> {
        let mut order = self.order.lock().ok()?;
        let place = batch.number - order.next;
        if place >= order.waiting.len() {
            order.waiting.resize_with(place + 1, || None);
        }
        order.waiting[place] = Some(batch);
        let hand = order.hand.take()?;
        match order.due() {
            Some(due) => Some((hand, due)),
            None => {
                order.hand = Some(hand);
                None
            }
        }
    }
}

impl<'d, S> Order<'d, S> {
    /// The batch whose turn it is, if it is rendered.
    fn due(&mut self) -> Option<Numbered<'d>> {
        let due = self.waiting.front_mut()?.take()?;
        self.waiting.pop_front();
        self.next += 1;
        Some(due)
    }
}

impl Numbered<'_> {
    fn render(&mut self, bulk: &Bulk<'_>) {
        self.batch.clear();
        for (device, with_shared) in &self.devices {
            self.batch.render(bulk, device, *with_shared);
        }
    }

    /// How many devices it should have, by the size of the files of those that it had.
    fn fitting(&self) -> usize {
        let each = self.batch.output.len().checked_div(self.devices.len());
        let fitting = each.and_then(|each| BATCH_BYTES.checked_div(each));
        fitting.unwrap_or(1).clamp(1, MOST_DEVICES)
    }
}
