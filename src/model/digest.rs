//! What rendering wants to know of a device, found once, when it is made: a device does not change.

use xxhash_rust::xxh3::xxh3_64;

use super::shape::{Shape, Shaped, is_plain_mailbox};
use super::texts::Texts;
use super::{Device, Extension, Handset, HandsetBinding};

/// What was found of a device. It follows from the device and says nothing that the device does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Digest {
    /// Shapes of its extensions, or of those of all its handsets, in order.
    pub(crate) accounts: Box<[Shaped]>,
    /// Shapes of its keys, in order.
    pub(crate) keys: Box<[Shaped]>,
    /// What it is but for its keys; `None`: like no other.
    pub(crate) kind: Option<Kind>,
    /// What its keys are, and what they depend on; `None`: like no others.
    pub(crate) kind_of_keys: Option<Kind>,
    /// Bytes of the longest text of an account or a key.
    pub(crate) longest: usize,
    /// Whether no two extensions in use share a SIP user and no two handsets an identity.
    pub(crate) is_distinct: bool,
    /// `None`: they are too many to be numbered.
    pub(crate) texts: Option<Texts>,
}

/// Comparing devices compares what they are made of.
impl PartialEq for Digest {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Digest {}

/// Everything of a device, or of its keys, but texts, address, model, firmware and profile: what
/// devices of one kind are told differs in texts alone.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Kind {
    /// First a hash of the others, so that most other kinds are told apart at once.
    words: Box<[u64]>,
}

impl Kind {
    pub(crate) fn new(mut words: Vec<u64>) -> Self {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        words.insert(0, xxh3_64(&bytes));
        Self {
            words: words.into(),
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.words.first().copied().unwrap_or_default()
    }

    /// About the memory that it takes.
    pub(crate) fn size(&self) -> usize {
        size_of_val(&*self.words)
    }
}

impl Digest {
    pub(super) fn of(device: &Device) -> Self {
        let own = device.extensions().iter();
        let of_handsets = device.handsets().iter().flat_map(|one| &one.extensions);
        let accounts: Box<[Shaped]> = own.chain(of_handsets).map(Shaped::of_extension).collect();
        let keys: Box<[Shaped]> = device.keys().iter().map(Shaped::of_key).collect();
        let shaped = accounts.iter().chain(&keys);
        Self {
            kind: kind_of(device, &accounts),
            kind_of_keys: kind_of_keys(device, &keys),
            longest: shaped.map(|one| one.longest).max().unwrap_or(0),
            is_distinct: is_distinct(device),
            texts: Texts::of(device),
            accounts,
            keys,
        }
    }
}

/// How many of everything a device has; `None` when it has something that is told of few: settings,
/// firmware, a system of bases.
fn counts_of(device: &Device) -> Option<u64> {
    if device.has_settings() || device.firmware().is_some() || device.multicell().is_some() {
        return None;
    }
    let number = |count: usize| u16::try_from(count).ok().map(u64::from);
    let counts = Shape::default()
        .with(number(device.extensions().len())?, 16)
        .with(number(device.handsets().len())?, 16)
        .with(number(device.keys().len())?, 16)
        .with_optional(device.modules().map(u16::from), 9)
        .with_flag(device.token().is_some())
        .with_flag(device.label().is_some());
    Some(counts.bits())
}

/// The kind of a device but for its keys; `None` when an account is like no other.
fn kind_of(device: &Device, accounts: &[Shaped]) -> Option<Kind> {
    let mut words = vec![counts_of(device)?];
    let own = device.extensions().iter();
    let of_handsets = device.handsets().iter().flat_map(|one| &one.extensions);
    for (own, shaped) in own.chain(of_handsets).zip(accounts) {
        // Which text serves where these are not given; parts have slots for what serves.
        let shape = shaped.shape?;
        let shape = shape.with_flag(own.username.is_some());
        words.push(shape.with_flag(own.auth_username.is_some()).bits());
    }
    for handset in device.handsets() {
        push_handset(handset, &mut words)?;
    }
    Some(Kind::new(words))
}

/// The kind of the keys of a device; `None` when one is like no other.
fn kind_of_keys(device: &Device, keys: &[Shaped]) -> Option<Kind> {
    // A key for voice mail calls the mailbox of its extension, when that is a number.
    let mut mailboxes = 0_u64;
    for (at, own) in (0..).zip(device.extensions()) {
        if let Some(mailbox) = &own.voicemail {
            if !is_plain_mailbox(mailbox) {
                return None;
            }
            mailboxes |= 1_u64.checked_shl(at)?;
        }
    }
    let mut words = vec![counts_of(device)?, mailboxes];
    for (key, shaped) in device.keys().iter().zip(keys) {
        let at = shaped
            .shape?
            .with(key.position.into(), 16)
            .with_optional(key.module.map(u16::from), 9);
        words.push(at.bits());
    }
    Some(Kind::new(words))
}

fn push_handset(handset: &Handset, words: &mut Vec<u64>) -> Option<()> {
    if handset.firmware.is_some() {
        return None;
    }
    let model = handset.model.as_ref().map_or("", |model| model.as_str());
    let shape = Shape::default()
        .with(handset.slot.into(), 16)
        .with(u16::try_from(handset.extensions.len()).ok()?.into(), 16)
        .with(handset.binding.word(), 2)
        .with_flag(handset.name.is_some())
        .with_flag(handset.access_code.is_some())
        .with(u16::try_from(model.len()).ok()?.into(), 16);
    words.push(shape.bits());
    // What is known of its model decides whether there is something to say of it.
    words.extend(model.as_bytes().chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_ne_bytes(word)
    }));
    Some(())
}

impl HandsetBinding {
    fn word(self) -> u64 {
        match self {
            Self::Any => 0,
            Self::Ipei(_) => 1,
            Self::Remove => 2,
        }
    }
}

fn is_distinct(device: &Device) -> bool {
    let handsets = device.handsets();
    // The number of an unbound handset is free.
    let used = handsets
        .iter()
        .filter(|own| own.binding != HandsetBinding::Remove);
    let users = used.flat_map(|own| &own.extensions).map(Extension::user);
    let identities = handsets.iter().filter_map(|own| match own.binding {
        HandsetBinding::Ipei(ipei) => Some(ipei),
        HandsetBinding::Any | HandsetBinding::Remove => None,
    });
    are_distinct(users.collect()) && are_distinct(identities.collect())
}

fn are_distinct<T: Ord>(mut all: Vec<T>) -> bool {
    all.sort_unstable();
    all.is_sorted_by(|one, two| one < two)
}
