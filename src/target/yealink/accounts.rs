//! From an account to settings: who registers where, with which codecs, and what happens to calls.

use std::collections::BTreeSet;

use super::super::job::{Job, Limit};
use super::super::program::SeamOf;
use super::super::view::{Account, AccountAt};
use super::super::{SettingRow, TokenRow};
use super::servers;
use super::settings::{RING_TONES, ring_file};
use super::tables::{self, names as n};
use super::writer::{Ix, Writer};
use crate::error::{ErrorKind, NoticeCode};
use crate::model::{Codec, Dtmf, Found, Layer, Port};
use crate::text::Text;

/// How long the phone rings once: six seconds.
const SECONDS_PER_RING: u16 = 6;
/// Most rings that the phone waits.
const MOST_RINGS: u16 = 20;

/// Call waiting is a setting of the phone: an extension among several cannot have its own.
pub(super) fn call_waiting_of_extensions(w: &mut Writer<'_, '_>, accounts: &[Account<'_>]) {
    if accounts.len() == 1 && matches!(accounts[0].at, AccountAt::Extension(_)) {
        return;
    }
    for account in accounts {
        if account
            .view
            .own
            .is_some_and(|own| own.call_waiting.is_some())
        {
            let path = account.at.path(w.job).key("call_waiting");
            w.job.unsupported(
                Layer::Extension,
                path,
                "call waiting of one account among several",
                Limit::Model,
                "set it in the device's settings",
            );
        }
    }
}

/// One account in use. `template` is the number of its servers where the phone keeps them in a table.
pub(super) fn account<'a>(
    w: &mut Writer<'_, 'a>,
    index: u16,
    account: &Account<'a>,
    template: Option<u16>,
) {
    let (view, at) = (&account.view, account.at);
    let x = &[index];
    w.numbered_section("account", index);
    w.flag(n::ACCOUNT_X_ENABLE, x, true);
    w.text(n::ACCOUNT_X_LABEL, x, view.label, |job| {
        account.label_path(job)
    });
    w.text_or_clear(n::ACCOUNT_X_DISPLAY_NAME, x, view.display_name, |job| {
        at.path(job).key("display_name")
    });
    w.text(n::ACCOUNT_X_USER_NAME, x, view.username, |job| {
        account.username_path(job)
    });
    w.text(n::ACCOUNT_X_AUTH_NAME, x, view.auth_username, |job| {
        account.auth_username_path(job)
    });
    w.text(n::ACCOUNT_X_PASSWORD, x, view.password, |job| {
        at.path(job).key("password")
    });
    match template {
        Some(template) => w.number(n::ACCOUNT_X_SIP_SERVER_TEMPLATE, x, template),
        None => servers::of_account(w, index, account),
    }
    servers::encryption(w, index, account);
    dtmf(w, index, account);
    nat(w, index);
    codecs(w, index, account);
    voicemail(w, index, account);
    let own = view.own;
    let tone = own.and_then(|own| own.ring_tones.external).filter(|tone| {
        let found = Found {
            value: *tone,
            layer: Layer::Extension,
        };
        let path = at.path(w.job).key("ring_tones").key("external");
        w.job.ring_tone_fits(found, RING_TONES, path)
    });
    match tone {
        Some(tone) => w.token(n::ACCOUNT_X_RINGTONE_RING_TYPE, x, &ring_file(tone)),
        None => w.token(n::ACCOUNT_X_RINGTONE_RING_TYPE, x, "common"),
    }
    if own.is_some_and(|own| own.ring_tones.internal.is_some()) {
        let path = at.path(w.job).key("ring_tones").key("internal");
        let what = "ring tone for calls from colleagues of one account";
        let instead = "set it in the device's settings";
        w.job
            .unsupported(Layer::Extension, path, what, Limit::Model, instead);
    }
    let auto_answer = own.and_then(|own| own.auto_answer).unwrap_or(false);
    dnd(w, index, account);
    forwards(w, index, account);
    w.flag(n::ACCOUNT_X_AUTO_ANSWER, x, auto_answer);
}

fn dtmf<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own.and_then(|own| own.dtmf);
    let dtmf = w
        .job
        .find_for(own, |s| s.dtmf)
        .map_or(Dtmf::default(), |found| found.value);
    let kind = match dtmf {
        Dtmf::InBand => 0,
        Dtmf::Rfc4733 => 1,
        Dtmf::SipInfo => 2,
        Dtmf::Rfc4733AndSipInfo => 3,
    };
    w.number(n::ACCOUNT_X_DTMF_TYPE, &[index], kind);
    // 1: as application/dtmf-relay, the form that the PBXs of the field read.
    w.number(n::ACCOUNT_X_DTMF_INFO_TYPE, &[index], i64::from(kind >= 2));
}

fn nat(w: &mut Writer<'_, '_>, index: u16) {
    let x = &[index];
    let stun = w.job.find(|s| s.nat.stun.as_ref());
    w.flag(n::ACCOUNT_X_NAT_NAT_TRAVERSAL, x, stun.is_some());
    if let Some(found) = stun {
        w.token(n::ACCOUNT_X_NAT_STUN_SERVER, x, found.value.host().as_str());
        let port = found.value.port().map_or(3478, Port::get);
        w.number(n::ACCOUNT_X_NAT_STUN_PORT, x, port);
    }
    let seconds = w.job.or(|s| s.nat.keep_alive_seconds, 30);
    w.flag(n::ACCOUNT_X_NAT_UDP_UPDATE_ENABLE, x, true);
    w.number(n::ACCOUNT_X_NAT_UDP_UPDATE_TIME, x, seconds);
    let rport = w.job.or(|s| s.nat.rport, false);
    w.flag(n::ACCOUNT_X_NAT_RPORT, x, rport);
}

/// The codecs, in the scheme of the generation: named settings from V82 on, numbered slots to V80.
/// V81 knows both and believes the slots; both are written there.
fn codecs<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let own = account.view.own.and_then(|own| own.codecs.as_ref());
    let wanted = w.job.find_for(own, |s| s.codecs.as_ref());
    let fits = |row: &&TokenRow| row.exists_on(w.job.model, w.job.level);
    let numbered =
        w.job.has(n::ACCOUNT_X_CODEC_Y_ENABLE) && tables::CODEC_SLOTS.iter().any(|row| fits(&row));
    let named = w.job.has(n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE);
    if !numbered && !named {
        let layer = wanted.map_or(Layer::Site, |found| found.layer);
        let path = w.job.path_for(account.at, layer, "codecs");
        if layer.is_own() {
            let what = "known way to be told its codecs";
            w.job
                .unsupported(layer, path, what, Limit::Firmware, "leave them out");
        } else {
            let message = format!(
                "how {} is told its codecs is not known: it keeps those it has",
                w.job.limit(Limit::Firmware)
            );
            w.job.notice(NoticeCode::UnknownLimit, path, message);
        }
        return;
    }
    let table = if numbered {
        tables::CODEC_SLOTS
    } else {
        tables::CODECS
    };
    let Some(kept) = w.job.codecs(account, table) else {
        return;
    };
    if named {
        named_codecs(w, index, &kept);
    }
    if numbered {
        numbered_codecs(w, index, &kept);
    }
}

/// Tokens of the codecs in their order: their place, from 1, is their priority.
fn ranked(w: &Writer<'_, '_>, table: &'static [TokenRow], codecs: &[Codec]) -> Vec<&'static str> {
    codecs
        .iter()
        .flat_map(|codec| w.job.tokens(table, codec.as_str()).map(|row| row.token))
        .collect()
}

fn named_codecs(w: &mut Writer<'_, '_>, index: u16, codecs: &[Codec]) {
    let ranked = ranked(w, tables::CODECS, codecs);
    let mut seen = BTreeSet::new();
    for row in tables::CODECS {
        if !row.exists_on(w.job.model, w.job.level) || !seen.insert(row.token) {
            continue;
        }
        let ix = Ix {
            numbers: &[index],
            word: row.token,
        };
        let rank = ranked
            .iter()
            .position(|token| *token == row.token)
            .map_or(0, |at| at + 1);
        w.flag(n::ACCOUNT_X_CODEC_PAYLOAD_ENABLE, ix, rank > 0);
        // Fewer than a hundred codecs.
        w.number(n::ACCOUNT_X_CODEC_PAYLOAD_PRIORITY, ix, rank as i64);
    }
}

fn numbered_codecs(w: &mut Writer<'_, '_>, index: u16, codecs: &[Codec]) {
    let mut slots: Vec<&TokenRow> = tables::CODEC_SLOTS
        .iter()
        .filter(|row| row.exists_on(w.job.model, w.job.level))
        .collect();
    slots.sort_by_key(|row| row.order);
    let ranked = ranked(w, tables::CODEC_SLOTS, codecs);
    for row in slots {
        let slot = &[index, row.order];
        let rank = ranked
            .iter()
            .position(|token| *token == row.token)
            .map_or(0, |at| at + 1);
        w.flag(n::ACCOUNT_X_CODEC_Y_ENABLE, slot, rank > 0);
        w.token(n::ACCOUNT_X_CODEC_Y_PAYLOAD_TYPE, slot, row.token);
        w.number(n::ACCOUNT_X_CODEC_Y_PRIORITY, slot, rank as i64);
        if let Some(payload) = row.number {
            w.number(n::ACCOUNT_X_CODEC_Y_RTPMAP, slot, payload);
        }
    }
}

fn voicemail<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let x = &[index];
    let (number, path) = account.voicemail(w.job);
    w.flag(n::ACCOUNT_X_SUBSCRIBE_MWI, x, number.is_some());
    w.flag(n::ACCOUNT_X_DISPLAY_MWI_ENABLE, x, true);
    w.text_or_clear(n::VOICE_MAIL_NUMBER_X, x, number, path);
}

fn dnd(w: &mut Writer<'_, '_>, index: u16, account: &Account<'_>) {
    let x = &[index];
    let on = account.view.own.and_then(|own| own.dnd).unwrap_or(false);
    w.flag(n::ACCOUNT_X_DND_ENABLE, x, on);
    let codes: [(&SettingRow, &str, CodeOf); 2] = [
        (n::ACCOUNT_X_DND_ON_CODE, "dnd_on", |codes| {
            codes.dnd_on.as_ref()
        }),
        (n::ACCOUNT_X_DND_OFF_CODE, "dnd_off", |codes| {
            codes.dnd_off.as_ref()
        }),
    ];
    for (row, key, get) in codes {
        account_code(w, row, x, key, get);
    }
}

type CodeOf = fn(&crate::model::FeatureCodes) -> Option<&Text>;

fn account_code(w: &mut Writer<'_, '_>, row: &SettingRow, x: &[u16; 1], key: &str, get: CodeOf) {
    match w.job.find(|s| get(&s.feature_codes)) {
        Some(found) => w.text(row, x, found.value.value(), |job| {
            job.path(found.layer, "feature_codes").key(key)
        }),
        None => w.clear(row, x),
    }
}

/// The settings of one way of forwarding.
struct ForwardRows<'a> {
    key: &'static str,
    enable: &'static SettingRow,
    target: &'static SettingRow,
    on_code: (&'static SettingRow, &'static str, CodeOf),
    off_code: (&'static SettingRow, &'static str, CodeOf),
    number: Option<&'a Text>,
}

fn forwards<'a>(w: &mut Writer<'_, 'a>, index: u16, account: &Account<'a>) {
    let x = &[index];
    let forward = account.view.own.map(|own| &own.forward);
    let path = |job: &Job<'_>, key: &str| account.at.path(job).key("forward").key(key);
    let ways = [
        ForwardRows {
            key: "always",
            enable: n::ACCOUNT_X_ALWAYS_FWD_ENABLE,
            target: n::ACCOUNT_X_ALWAYS_FWD_TARGET,
            on_code: (
                n::ACCOUNT_X_ALWAYS_FWD_ON_CODE,
                "forward_always_on",
                |codes| codes.forward_always_on.as_ref(),
            ),
            off_code: (
                n::ACCOUNT_X_ALWAYS_FWD_OFF_CODE,
                "forward_always_off",
                |codes| codes.forward_always_off.as_ref(),
            ),
            number: forward.and_then(|forward| forward.always.as_ref()),
        },
        ForwardRows {
            key: "busy",
            enable: n::ACCOUNT_X_BUSY_FWD_ENABLE,
            target: n::ACCOUNT_X_BUSY_FWD_TARGET,
            on_code: (n::ACCOUNT_X_BUSY_FWD_ON_CODE, "forward_busy_on", |codes| {
                codes.forward_busy_on.as_ref()
            }),
            off_code: (
                n::ACCOUNT_X_BUSY_FWD_OFF_CODE,
                "forward_busy_off",
                |codes| codes.forward_busy_off.as_ref(),
            ),
            number: forward.and_then(|forward| forward.busy.as_ref()),
        },
        ForwardRows {
            key: "no_answer",
            enable: n::ACCOUNT_X_TIMEOUT_FWD_ENABLE,
            target: n::ACCOUNT_X_TIMEOUT_FWD_TARGET,
            on_code: (
                n::ACCOUNT_X_TIMEOUT_FWD_ON_CODE,
                "forward_no_answer_on",
                |codes| codes.forward_no_answer_on.as_ref(),
            ),
            off_code: (
                n::ACCOUNT_X_TIMEOUT_FWD_OFF_CODE,
                "forward_no_answer_off",
                |codes| codes.forward_no_answer_off.as_ref(),
            ),
            number: forward.and_then(|forward| forward.no_answer.as_ref()),
        },
    ];
    for way in ways {
        w.flag(way.enable, x, way.number.is_some());
        w.text_or_clear(way.target, x, way.number.map(Text::value), |job| {
            path(job, way.key)
        });
        for (row, key, get) in [way.on_code, way.off_code] {
            account_code(w, row, x, key, get);
        }
    }
    let seconds = forward.and_then(|forward| forward.no_answer_seconds);
    let most = MOST_RINGS * SECONDS_PER_RING;
    if let Some(seconds) = seconds.filter(|seconds| *seconds > most) {
        let kind = ErrorKind::OutOfRange {
            what: "seconds",
            min: 0,
            max: most.into(),
            found: seconds.into(),
            limit: w.job.limit(Limit::Model),
        };
        let path = path(w.job, "no_answer_seconds");
        w.job.beyond(Layer::Extension, path, kind);
    }
    // The phone counts rings; its own default is two.
    let rings = seconds.map_or(2, |seconds| {
        seconds.div_ceil(SECONDS_PER_RING).min(MOST_RINGS)
    });
    w.number(n::ACCOUNT_X_TIMEOUT_FWD_TIMEOUT, x, rings);
}

/// Switches every account off that the model has and the device does not use: a phone keeps an
/// old registration otherwise.
pub(super) fn unused_accounts(w: &mut Writer<'_, '_>, is_used: impl Fn(u16) -> bool) {
    let last = w.job.model.accounts.unwrap_or(0);
    for index in (1..=last).filter(|index| !is_used(*index)) {
        let x = &[index];
        w.seam(SeamOf::account(index));
        w.numbered_section("account", index);
        w.flag(n::ACCOUNT_X_ENABLE, x, false);
        for row in [
            n::ACCOUNT_X_USER_NAME,
            n::ACCOUNT_X_AUTH_NAME,
            n::ACCOUNT_X_PASSWORD,
        ] {
            w.clear(row, x);
        }
    }
}
