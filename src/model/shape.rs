//! The shape of an extension or a key: everything of it but its texts, in one number.
//!
//! Devices of one shape get files that differ in texts alone. The shape is found once, when the device is
//! made: rendering many devices must not look at every field of each.

use super::{Dtmf, Extension, Forward, FunctionKey, KeyKind, RingTones};
use crate::text::Text;

/// The shape of a part of a device, and how long its texts are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Shaped {
    /// `None`: nothing else is like it, or something is to be said of it.
    pub(crate) shape: Option<Shape>,
    /// Bytes of its longest text.
    pub(crate) longest: usize,
}

impl Shaped {
    /// The shape when no text has more bytes than this.
    pub(crate) fn within(self, longest: usize) -> Option<Shape> {
        self.shape.filter(|_| self.longest <= longest)
    }

    pub(super) fn of_extension(own: &Extension) -> Self {
        let forward = &own.forward;
        let texts = [
            own.display_name.as_ref(),
            own.username.as_ref(),
            own.auth_username.as_ref(),
            own.label.as_ref(),
            own.voicemail.as_ref(),
            forward.always.as_ref(),
            forward.busy.as_ref(),
            forward.no_answer.as_ref(),
            Some(&own.number),
        ];
        Self {
            shape: shape_of(own),
            longest: longest(texts).max(own.password.expose().len()),
        }
    }

    pub(crate) fn of_key(key: &FunctionKey) -> Self {
        Self {
            shape: shape_of_key(key),
            longest: longest([key.label.as_ref(), key.value.as_ref()]),
        }
    }
}

fn longest<const N: usize>(texts: [Option<&Text>; N]) -> usize {
    let texts = texts.into_iter().flatten();
    texts.map(|text| text.as_str().len()).max().unwrap_or(0)
}

/// The shape of a device, an account or a key: everything that a prepared part depends on but the
/// texts that stand in its slots.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Shape(u64);

impl Shape {
    /// The shape with a number of so many bits behind it.
    #[must_use]
    pub(crate) fn with(self, number: u64, bits: u32) -> Self {
        debug_assert!(number >> bits == 0, "the number fits");
        Self(self.0 << bits | number)
    }

    #[must_use]
    pub(crate) fn with_flag(self, flag: bool) -> Self {
        self.with(flag.into(), 1)
    }

    #[must_use]
    pub(crate) fn with_switch(self, switch: Option<bool>) -> Self {
        self.with(switch.map_or(0, |on| 2 | u64::from(on)), 2)
    }

    #[must_use]
    pub(crate) fn with_optional(self, number: Option<u16>, bits: u32) -> Self {
        self.with(number.map_or(0, |number| u64::from(number) + 1), bits)
    }

    /// All of it.
    pub(crate) fn bits(self) -> u64 {
        self.0
    }

    /// Takes the last number off again.
    pub(crate) fn take(&mut self, bits: u32) -> u64 {
        let number = self.0 & ((1 << bits) - 1);
        self.0 >>= bits;
        number
    }

    pub(crate) fn take_flag(&mut self) -> bool {
        self.take(1) == 1
    }

    pub(crate) fn take_switch(&mut self) -> Option<bool> {
        match self.take(2) {
            0 => None,
            switch => Some(switch & 1 == 1),
        }
    }

    pub(crate) fn take_optional(&mut self, bits: u32) -> Option<u16> {
        let number = self.take(bits).checked_sub(1)?;
        u16::try_from(number).ok()
    }
}

const DTMF: [Dtmf; 4] = [
    Dtmf::InBand,
    Dtmf::Rfc4733,
    Dtmf::SipInfo,
    Dtmf::Rfc4733AndSipInfo,
];

/// What the bits of a shape say of the tones of keys.
pub(crate) fn dtmf(bits: u64) -> Option<Dtmf> {
    let index = usize::try_from(bits).ok()?.checked_sub(1)?;
    DTMF.get(index).copied()
}

/// The shape of an extension; `None` when it has a registrar, a proxy or codecs of its own.
fn shape_of(own: &Extension) -> Option<Shape> {
    let RingTones { internal, external } = own.ring_tones;
    let Forward {
        always,
        busy,
        no_answer,
        no_answer_seconds,
    } = &own.forward;
    if own.registrar.is_some() || own.outbound_proxy.is_some() || own.codecs.is_some() {
        return None;
    }
    let dtmf = match own.dtmf {
        None => 0,
        Some(dtmf) => 1 + DTMF.iter().position(|known| *known == dtmf)?,
    };
    Some(
        Shape::default()
            .with_flag(own.display_name.is_some())
            .with_flag(own.voicemail.is_some())
            .with_flag(own.label.is_some())
            .with_flag(always.is_some())
            .with_flag(busy.is_some())
            .with_flag(no_answer.is_some())
            .with_optional(*no_answer_seconds, 17)
            .with_optional(internal.map(u16::from), 9)
            .with_optional(external.map(u16::from), 9)
            .with_switch(own.dnd)
            .with_switch(own.call_waiting)
            .with_switch(own.auto_answer)
            .with(dtmf as u64, 3)
            // The bit that tells it from no extension.
            .with_flag(true),
    )
}

/// Whether a number for voice mail is one that a key can call, and no address.
pub(crate) fn is_plain_mailbox(mailbox: &Text) -> bool {
    let text = mailbox.as_str();
    KeyKind::Voicemail.value().check(text).is_ok() && !text.contains('@')
}

/// The shape of a key: its kind, which of its texts are there, its extension. `None` when its value is
/// none for its kind.
fn shape_of_key(key: &FunctionKey) -> Option<Shape> {
    if key.check_value().is_err() {
        return None;
    }
    let value = match &key.value {
        None => 0,
        Some(value) if value.as_str().contains('@') => 2,
        Some(_) => 1,
    };
    Some(
        Shape::default()
            .with(key.kind as u64, 5)
            .with(value, 2)
            .with_flag(key.label.is_some())
            .with(key.extension.into(), 8),
    )
}
