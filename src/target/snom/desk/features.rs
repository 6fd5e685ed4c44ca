//! Call waiting, do not disturb, forwarding and the codes for them: of the phone below some firmware,
//! of each identity from it on.

use super::super::super::SettingRow;
use super::super::super::context::Context;
use super::super::super::job::{Job, Limit};
use super::super::writer::{At, PHONE, Writer};
use super::settings::DeviceFacts;
use super::tables::names as n;
use crate::error::Path;
use crate::model::{Device, Extension, Forward, Found, Layer};
use crate::text::Text;

/// Seconds until a call counts as not answered, where nothing else is said: two rings of six
/// seconds, as on phones that count rings.
pub(super) const NO_ANSWER_SECONDS: u16 = 12;

/// Call waiting, do not disturb and forwarding of firmware that has them once for the phone.
pub(super) fn features(w: &mut Writer<'_, '_>, facts: &DeviceFacts<'_>) {
    let only = facts.only;
    let waiting = call_waiting(w.job, only);
    w.switch(n::CALL_WAITING, PHONE, waiting);
    let dnd = only.and_then(|own| own.dnd).unwrap_or(false);
    w.switch(n::DND_MODE, PHONE, dnd);
    code(w, n::DND_ON_CODE, PHONE, "dnd_on", |c| c.dnd_on.as_ref());
    code(w, n::DND_OFF_CODE, PHONE, "dnd_off", |c| c.dnd_off.as_ref());
    forwards(
        w,
        PHONE,
        &[
            ForwardRows {
                enabled: n::REDIRECT_ALLWAYS,
                target: n::REDIRECT_NUMBER,
                seconds: None,
                on_code: n::REDIRECT_ALWAYS_ON_CODE,
                off_code: n::REDIRECT_ALWAYS_OFF_CODE,
            },
            ForwardRows {
                enabled: n::REDIRECT_ON_BUSY,
                target: n::REDIRECT_BUSY_NUMBER,
                seconds: None,
                on_code: n::REDIRECT_BUSY_ON_CODE,
                off_code: n::REDIRECT_BUSY_OFF_CODE,
            },
            ForwardRows {
                enabled: n::REDIRECT_ON_TIMEOUT,
                target: n::REDIRECT_TIME_NUMBER,
                seconds: Some(n::REDIRECT_TIME),
                on_code: n::REDIRECT_TIME_ON_CODE,
                off_code: n::REDIRECT_TIME_OFF_CODE,
            },
        ],
        only.map(|own| &own.forward),
        |job| job.at.key("extensions").index(0),
    );
}

pub(super) fn call_waiting(job: &Job<'_>, own: Option<&Extension>) -> bool {
    own.and_then(|own| own.call_waiting)
        .unwrap_or_else(|| job.or(|s| s.call_waiting, true))
}

/// Whether an extension has any of these of its own.
pub(super) fn has_own(own: &Extension) -> bool {
    own.call_waiting.is_some() || own.dnd.is_some() || own.forward != Forward::default()
}

/// Whether firmware has any of these once for the phone.
pub(super) fn are_of_phone(context: &Context) -> bool {
    [n::CALL_WAITING, n::DND_MODE, n::REDIRECT_ALLWAYS]
        .iter()
        .any(|row| row.exists_on(&context.model, context.level))
}

/// Whether firmware lacks any of these for a single identity.
pub(super) fn are_not_of_identity(context: &Context) -> bool {
    [
        n::CALL_WAITING_IDENTITY,
        n::DND_MODE_IDENTITY,
        n::FWD_ALL_ENABLED,
    ]
    .iter()
    .any(|row| !row.exists_on(&context.model, context.level))
}

/// What old firmware has once for the phone: an extension among several cannot have its own.
pub(super) fn features_of_extensions(w: &mut Writer<'_, '_>, device: &Device) {
    if device.extensions().len() < 2 {
        return;
    }
    let at = w.job.at.key("extensions");
    // What the phone is told for all of them: an extension that wants the same gets it.
    let waiting = call_waiting(w.job, None);
    for (index, own) in device.extensions().iter().enumerate() {
        let own_values = [
            (
                "call_waiting",
                own.call_waiting.is_some_and(|own| own != waiting),
                n::CALL_WAITING_IDENTITY,
            ),
            ("dnd", own.dnd == Some(true), n::DND_MODE_IDENTITY),
            (
                "forward",
                own.forward != Forward::default(),
                n::FWD_ALL_ENABLED,
            ),
        ];
        for (key, given, row) in own_values {
            if given && !w.job.has(row) {
                let path = at.index(index).key(key);
                let what = format!("`{key}` of one account among several");
                w.job
                    .unsupported(Layer::Extension, path, what, Limit::Firmware, "");
            }
        }
    }
}

pub(super) type CodeOf = fn(&crate::model::FeatureCodes) -> Option<&Text>;

/// A feature code, or its setting cleared.
pub(super) fn code(w: &mut Writer<'_, '_>, row: &SettingRow, at: At<'_>, key: &str, get: CodeOf) {
    let found = w.job.find(|s| get(&s.feature_codes));
    w.text_or_clear(row, at, found.map(|found| found.value.value()), |job| {
        job.path(layer_of(found), "feature_codes").key(key)
    });
}

/// A feature code, or the one that the phone brings.
pub(super) fn code_or_default(
    w: &mut Writer<'_, '_>,
    row: &SettingRow,
    at: At<'_>,
    key: &str,
    get: CodeOf,
) {
    match w.job.find(|s| get(&s.feature_codes)) {
        Some(found) if !w.job.has(row) => {
            let path = w.job.path(found.layer, "feature_codes").key(key);
            let what = format!("code `{key}`");
            w.job
                .unsupported(found.layer, path, what, Limit::Firmware, "");
        }
        Some(_) => code(w, row, at, key, get),
        None => match row.default {
            Some(default) => w.token(row, at, default),
            None => w.clear(row, at),
        },
    }
}

/// The settings of one kind of forwarding.
#[derive(Clone, Copy, Debug)]
pub(super) struct ForwardRows {
    pub(super) enabled: &'static SettingRow,
    pub(super) target: &'static SettingRow,
    pub(super) seconds: Option<&'static SettingRow>,
    pub(super) on_code: &'static SettingRow,
    pub(super) off_code: &'static SettingRow,
}

/// Forwarding of all calls, while busy, and of unanswered ones. With codes the phone dials them and
/// the server forwards, without codes the phone does it itself.
pub(super) fn forwards<'a>(
    w: &mut Writer<'_, 'a>,
    at: At<'_>,
    rows: &[ForwardRows; 3],
    forward: Option<&Forward>,
    account: impl Fn(&Job<'a>) -> Path,
) {
    type Kind<'f> = (&'f str, Option<&'f Text>, [(&'f str, CodeOf); 2]);
    let kinds: [Kind<'_>; 3] = [
        (
            "always",
            forward.and_then(|forward| forward.always.as_ref()),
            [
                ("forward_always_on", |c| c.forward_always_on.as_ref()),
                ("forward_always_off", |c| c.forward_always_off.as_ref()),
            ],
        ),
        (
            "busy",
            forward.and_then(|forward| forward.busy.as_ref()),
            [
                ("forward_busy_on", |c| c.forward_busy_on.as_ref()),
                ("forward_busy_off", |c| c.forward_busy_off.as_ref()),
            ],
        ),
        (
            "no_answer",
            forward.and_then(|forward| forward.no_answer.as_ref()),
            [
                ("forward_no_answer_on", |c| c.forward_no_answer_on.as_ref()),
                ("forward_no_answer_off", |c| {
                    c.forward_no_answer_off.as_ref()
                }),
            ],
        ),
    ];
    for (rows, (key, number, [(on_key, on), (off_key, off)])) in rows.iter().zip(kinds) {
        w.switch(rows.enabled, at, number.is_some());
        w.text_or_clear(
            rows.target,
            at,
            number.map(|number| number.value()),
            |job| account(job).key("forward").key(key),
        );
        if let Some(row) = rows.seconds {
            let seconds = forward.and_then(|forward| forward.no_answer_seconds);
            w.number(row, at, seconds.unwrap_or(NO_ANSWER_SECONDS));
        }
        code(w, rows.on_code, at, on_key, on);
        code(w, rows.off_code, at, off_key, off);
    }
}

pub(super) fn layer_of<T>(found: Option<Found<T>>) -> Layer {
    found.map_or(Layer::Site, |found| found.layer)
}
