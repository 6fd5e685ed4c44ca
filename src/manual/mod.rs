//! The manual: pages to be read from the top, or one by one. Examples are compiled and run.
//!
//! | page | answers |
//! |---|---|
//! | [`start`] | How do I get my first files, from a clone and as a dependency? |
//! | [`layers`] | What do I describe, and which of several values wins? |
//! | [`bytes`] | How does a byte get into a file, and how do I find out why? |
//! | [`targets`] | What can phones of each kind be told, and what am I told when they cannot? |
//! | [`clocks`] | What does a phone's clock do, and when must I render again? |
//! | [`firmware`] | What depends on the firmware, and how do I choose one? |
//! | [`serving`] | How do files get to phones, and only to them? |
//! | [`redirection`] | How does a phone out of its box find me? |
//! | [`bulk`] | How do I render a whole fleet, again and again? |
//! | [`reading`] | How do I read, check, compare and take over files that phones have? |
//! | [`extending`] | How do I add a model, a setting, a vendor? |
//! | [`unconfirmed`] | What does no source confirm? |
//! | [`reset`] | How does a person reset a phone? |
//! | [`design`] | Why is it made like this? |
//! | [`stability`] | What may change from version to version? |
//! | [`glossary`] | What do the field's words mean? |
//!
//! These pages are a part of the documentation alone: the module is empty in a program.

pub mod start {
    #![doc = include_str!("start.md")]
}

pub mod layers {
    #![doc = include_str!("layers.md")]
}

pub mod bytes {
    #![doc = include_str!("bytes.md")]
}

pub mod targets {
    #![doc = include_str!("targets.md")]
}

pub mod clocks {
    #![doc = include_str!("clocks.md")]
}

pub mod firmware {
    #![doc = include_str!("firmware.md")]
}

pub mod serving {
    #![doc = include_str!("serving.md")]
}

pub mod redirection {
    #![doc = include_str!("redirection.md")]
}

pub mod bulk {
    #![doc = include_str!("bulk.md")]
}

pub mod reading {
    #![doc = include_str!("reading.md")]
}

pub mod extending {
    #![doc = include_str!("extending.md")]
}

pub mod unconfirmed {
    #![doc = include_str!("unconfirmed.md")]
}

pub mod reset {
    #![doc = include_str!("reset.md")]
}

pub mod design {
    #![doc = include_str!("design.md")]
}

pub mod stability {
    #![doc = include_str!("stability.md")]
}

pub mod glossary {
    #![doc = include_str!("glossary.md")]
}
