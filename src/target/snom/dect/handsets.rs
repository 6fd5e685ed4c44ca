//! Handsets and the extensions that they carry: numbering, checks, the table of extensions.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::super::super::ModelRow;
use super::super::super::emission::Digits;
use super::super::super::job::{Job, Limit};
use super::super::super::view::{
    Account, AccountAt, AccountView, Slot, numbers, plain_extension, probe_extension,
};
use super::super::super::whole::Given;
use super::super::writer::Writer;
use super::servers::Server;
use super::tables::names as n;
use crate::error::{ErrorKind, Invalid, NoticeCode, Path};
use crate::model::shape::{Shape, Shaped};
use crate::model::texts::{HandsetField, TextOf};
use crate::model::{Device, Extension, Handset, HandsetBinding, Ipei, Layer};
use crate::text::{Secret, Value};

/// The number that the base keeps for itself unless it is told another. [rtx 4.7 p58]
pub(super) const CHAIN_ID: u16 = 512;
/// The identity that stands for no handset.
pub(super) const NO_HANDSET: &str = "0xFFFFFFFFFF";
/// The access code of a slot without one of its own: what files of peers hold.
pub(super) const ACCESS_CODE: &str = "0000";
/// Seconds until a call counts as not answered, when nobody says. [cfg-gen]
pub(super) const NO_ANSWER_SECONDS: u16 = 20;

/// What the tables of servers and extensions will hold.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) servers: Vec<Server>,
    lines: Vec<Line<'a>>,
}

/// One extension on its handset.
#[derive(Debug)]
pub(super) struct Line<'a> {
    account: Account<'a>,
    handset: &'a Handset,
    /// The handset's name, where it names this line.
    name: Option<Value<'a>>,
    /// Number of the row in the table of servers.
    server: u16,
    shaped: Shaped,
}

/// The lines of a device whose extensions all take their server from the layers below: the first.
pub(super) fn lines(device: &Device) -> impl Iterator<Item = Line<'_>> {
    let handsets = device.handsets().iter().enumerate();
    let lines = handsets.flat_map(|(i, handset)| {
        let extensions = handset.extensions.iter().enumerate();
        // An unbound handset registers nowhere.
        let server = u16::from(handset.binding != HandsetBinding::Remove);
        extensions.map(move |(k, extension)| Line::new(handset, (i, k), extension, server))
    });
    lines
        .zip(&device.digest().accounts)
        .map(|(line, shaped)| Line {
            shaped: *shaped,
            ..line
        })
}

/// Whether nothing is to be said of the handsets as a whole, and their extensions need one server.
pub(super) fn are_plain(model: &ModelRow, device: &Device) -> bool {
    let handsets = device.handsets();
    let full = |handset: &&Handset| {
        let lines = model.handset_accounts.map(usize::from);
        lines.is_some_and(|lines| handset.extensions.len() >= lines)
    };
    let room = model.full_handsets.map_or(usize::MAX, usize::from);
    let chain_id = device.multicell().and_then(|system| system.chain_id);
    let own_number = Digits::new(chain_id.unwrap_or(CHAIN_ID));
    let own_number = own_number.value().as_str();
    let is_free = |extension: &Extension| {
        extension.user() != own_number && Server::is_inherited_by(extension)
    };
    let used = || {
        let used = handsets
            .iter()
            .filter(|own| own.binding != HandsetBinding::Remove);
        used.flat_map(|handset| &handset.extensions)
    };
    device.digest().is_distinct
        && handsets.iter().all(|handset| is_plain(model, handset))
        && handsets.iter().filter(full).count() <= room
        && used().all(is_free)
}

/// Whether [`check_handset`] has nothing to say.
fn is_plain(model: &ModelRow, handset: &Handset) -> bool {
    let lines = model.handset_accounts.map(usize::from);
    let has_identity = matches!(handset.binding, HandsetBinding::Ipei(_));
    model.handsets.is_none_or(|limit| handset.slot <= limit)
        && lines.is_none_or(|limit| handset.extensions.len() <= limit)
        && handset
            .access_code
            .as_ref()
            .is_none_or(|code| is_code(code.expose()))
        && (!handset.extensions.is_empty()
            || !(has_identity || handset.access_code.is_some() || handset.name.is_some()))
}

/// Whether an access code is one of a base: four digits.
fn is_code(code: &str) -> bool {
    code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit())
}

impl<'a> Line<'a> {
    fn new(
        handset: &'a Handset,
        (i, k): (usize, usize),
        extension: &'a Extension,
        server: u16,
    ) -> Self {
        let name = handset.name.as_ref().filter(|_| k == 0);
        Self {
            account: Account {
                view: AccountView::new(extension),
                at: AccountAt::Handset(i, k),
            },
            handset,
            name: name.map(|name| name.value()),
            server,
            shaped: Shaped::default(),
        }
    }

    pub(super) fn server(&self) -> u16 {
        self.server
    }

    fn is_labelled(&self) -> bool {
        self.account.view.own.is_some_and(|own| own.label.is_some())
    }

    /// Everything of the line but its texts; `None` when there is something to be said of it.
    pub(super) fn shape(&self) -> Option<Shape> {
        if self.handset.binding == HandsetBinding::Remove {
            return Some(plain_extension().with_flag(false).with(REMOVED, 2));
        }
        if self.name.is_some() && self.is_labelled() {
            return None;
        }
        let bound = match self.handset.binding {
            HandsetBinding::Ipei(_) => BOUND,
            _ => FREE,
        };
        let has_code = self.handset.access_code.is_some();
        Some(self.shaped.shape?.with_flag(has_code).with(bound, 2))
    }

    pub(super) fn handset_number(&self) -> Digits {
        Digits::new(self.handset.slot)
    }

    /// What stands in a slot of the line with this number, from 1.
    pub(super) fn given<'v>(
        &'v self,
        index: u16,
        slot: Slot,
        handset_number: &'v Digits,
    ) -> Option<Given<'v>> {
        let AccountAt::Handset(handset, _) = self.account.at else {
            return None;
        };
        let own = |before, field| Given::Own(before, TextOf::Handset(handset as u32, field));
        match slot {
            Slot::AccessCode => Some(own("", HandsetField::AccessCode)),
            Slot::Handset => Some(Given::Fixed(handset_number.value())),
            Slot::HandsetIpui => Some(own(IPUI_PREFIX, HandsetField::Ipui)),
            Slot::Label if self.name.is_some() && !self.is_labelled() => {
                Some(own("", HandsetField::Name))
            }
            slot => self.account.given(index, slot),
        }
    }
}

// How the shape of a line says what its handset is bound to.
const FREE: u64 = 0;
const BOUND: u64 = 1;
const REMOVED: u64 = 2;

/// In front of the hexadecimal digits of an identity.
const IPUI_PREFIX: &str = "0x";

/// A line that stands for all of its shape.
#[derive(Debug)]
pub(super) struct ProbeLine {
    handset: Handset,
}

impl ProbeLine {
    pub(super) fn new(mut shape: Shape) -> Option<Self> {
        let mut handset = Handset::new(numbers::HANDSET);
        handset.binding = match shape.take(2) {
            FREE => HandsetBinding::Any,
            BOUND => HandsetBinding::Ipei(Ipei::new(1, 1).ok()?),
            _ => HandsetBinding::Remove,
        };
        if shape.take_flag() {
            handset.access_code = Some(Secret::sentinel(Slot::AccessCode.name()));
        }
        handset.extensions.push(probe_extension(shape)?);
        Some(Self { handset })
    }

    pub(super) fn line(&self) -> Line<'_> {
        let server = u16::from(self.handset.binding != HandsetBinding::Remove);
        let mut line = Line::new(&self.handset, (0, 0), &self.handset.extensions[0], server);
        line.account.view = AccountView::probe(&self.handset.extensions[0]);
        line
    }
}

impl<'a> Plan<'a> {
    /// Numbers extensions and servers and checks what belongs together.
    pub(super) fn new(job: &mut Job<'a>, device: &'a Device) -> Self {
        let mut plan = Self {
            servers: Vec::new(),
            lines: Vec::new(),
        };
        let in_system = device.multicell().is_some();
        let mut inherited = None;
        for (i, handset) in device.handsets().iter().enumerate() {
            check_handset(job, i, handset);
            for (k, extension) in handset.extensions.iter().enumerate() {
                let account = Account {
                    view: AccountView::new(extension),
                    at: AccountAt::Handset(i, k),
                };
                let is_inherited = Server::is_inherited_by(extension);
                let server = match inherited {
                    // It registers nowhere.
                    _ if handset.binding == HandsetBinding::Remove => 0,
                    Some(server) if is_inherited => server,
                    // Without a server there is an error already.
                    _ => plan.server(job, &account, in_system).unwrap_or(0),
                };
                if is_inherited && server > 0 {
                    inherited = Some(server);
                }
                plan.lines
                    .push(Line::new(handset, (i, k), extension, server));
            }
        }
        plan.check(job, device);
        plan
    }

    /// Extensions in use: the slots behind them are cleared.
    pub(super) fn used(&self) -> u16 {
        // More than the model holds is an error already.
        u16::try_from(self.lines.len()).unwrap_or(u16::MAX - 1)
    }

    /// Number of the row that an extension needs; a new one when there is none like it.
    fn server(&mut self, job: &mut Job<'a>, account: &Account<'a>, in_system: bool) -> Option<u16> {
        let server = Server::of(job, account, in_system)?;
        let known = self.servers.iter().position(|one| *one == server);
        let index = known.unwrap_or_else(|| {
            self.servers.push(server);
            let found = self.servers.len();
            let limit = job.model.servers.map(usize::from);
            if let Some(limit) = limit.filter(|limit| found == limit + 1) {
                let own = account.view.own.is_some_and(|own| own.registrar.is_some());
                let path = account.at.path(job);
                let kind = ErrorKind::TooMany {
                    what: "SIP servers",
                    limit,
                    found,
                    origin: job.limit(Limit::Model),
                };
                job.error(if own { path.key("registrar") } else { path }, kind);
            }
            found - 1
        });
        u16::try_from(index + 1).ok()
    }

    /// What must be unique over all handsets.
    fn check(&self, job: &mut Job<'a>, device: &Device) {
        let system = device.multicell();
        let chain_id = system.and_then(|system| system.chain_id);
        let own_number = chain_id.unwrap_or(CHAIN_ID).to_string();
        let mut names: BTreeMap<&str, &Line<'_>> = BTreeMap::new();
        // The number of an unbound handset is free.
        let used = self.lines.iter();
        for line in used.filter(|line| line.handset.binding != HandsetBinding::Remove) {
            let username = line.account.view.username.as_str();
            if let Some(first) = names.get(username) {
                let kind = ErrorKind::Duplicate {
                    what: "SIP user",
                    found: username.to_owned(),
                    other: first.user_path(job),
                };
                job.error(line.user_path(job), kind);
                continue;
            }
            names.insert(username, line);
            if username != own_number {
                continue;
            }
            let path = line.user_path(job);
            if system.is_some() {
                let at = job.at.key("multicell").key("chain_id");
                let whose = match chain_id {
                    Some(_) => format!("the chain id at {at}"),
                    None => format!("the chain id of a system without {at}"),
                };
                let message = format!(
                    "{own_number} is {whose}, which the bases register with themselves; change one of the two"
                );
                job.error(path, ErrorKind::Conflict(message.into()));
            } else {
                let message = format!(
                    "{own_number} is also the number that bases keep for themselves when they form a system"
                );
                job.notice(NoticeCode::NotApplicable, path, message);
            }
        }
        check_bindings(job, device);
        check_full_handsets(job, device);
    }
}

impl Line<'_> {
    fn user_path(&self, job: &Job<'_>) -> Path {
        let own = self.account.view.own;
        let named = own.is_some_and(|own| own.username.is_some());
        self.account
            .at
            .path(job)
            .key(if named { "username" } else { "number" })
    }
}

/// The extensions in use.
pub(super) fn write(w: &mut Writer<'_, '_>, plan: &Plan<'_>) {
    for (index, line) in (1..).zip(&plan.lines) {
        one(w, index, line);
    }
}

/// Clears these slots, in the three lines that it takes: the slot
/// registers no more, its number is free for another slot (no number may be there twice), and the
/// handset that held it is unbound. What else the slot has does nothing while it is off.
pub(super) fn unused(w: &mut Writer<'_, '_>, slots: RangeInclusive<u16>) {
    for index in slots {
        w.switch(n::USER_ACTIVE, index, false);
        w.clear(n::USER_NAME, index);
        w.token(n::SUBSCR_DECT_IPUI, index, NO_HANDSET);
    }
}

/// A line whose handset is unbound: it stops registering, and nothing of its account stays behind.
fn removed(w: &mut Writer<'_, '_>, index: u16) {
    w.switch(n::USER_ACTIVE, index, false);
    for row in [n::USER_NAME, n::USER_PNAME, n::USER_PASS] {
        w.clear(row, index);
    }
    w.token(n::SUBSCR_DECT_IPUI, index, NO_HANDSET);
}

/// An extension in use.
pub(super) fn one(w: &mut Writer<'_, '_>, index: u16, line: &Line<'_>) {
    let (view, at, handset) = (&line.account.view, line.account.at, line.handset);
    if handset.binding == HandsetBinding::Remove {
        return removed(w, index);
    }
    w.switch(n::USER_ACTIVE, index, true);
    w.text(n::USER_NAME, index, view.username, |job| {
        line.user_path(job)
    });
    w.text(n::USER_PNAME, index, view.auth_username, |job| {
        match view.own {
            Some(own) if own.auth_username.is_some() => at.path(job).key("auth_username"),
            _ => line.user_path(job),
        }
    });
    w.text(n::USER_PASS, index, view.password, |job| {
        at.path(job).key("password")
    });
    w.text_or_clear(n::USER_REALNAME, index, view.display_name, |job| {
        at.path(job).key("display_name")
    });
    line_name(w, index, line);
    w.number(n::SUBSCR_SIP_HS_IDX, index, handset.slot);
    match handset.binding {
        HandsetBinding::Ipei(_) if w.job.is_probe => {
            let identity = Slot::HandsetIpui.sentinel();
            w.text(n::SUBSCR_DECT_IPUI, index, identity, |job| job.at.clone());
        }
        HandsetBinding::Ipei(ipei) => {
            let identity = format!("{IPUI_PREFIX}{}", ipei.ipui());
            w.token(n::SUBSCR_DECT_IPUI, index, &identity);
        }
        HandsetBinding::Any | HandsetBinding::Remove => {
            w.token(n::SUBSCR_DECT_IPUI, index, NO_HANDSET);
        }
    }
    let code = handset.access_code.as_ref();
    let code = code.map_or(Value::token(ACCESS_CODE), |code| code.value());
    w.text(n::SUBSCR_DECT_AC_CODE, index, code, |job| {
        handset_path(job, at).key("access_code")
    });
    w.number(n::SUBSCR_SIP_UA_DATA_SERVER_ID, index, line.server);
    voicemail(w, index, line);
    let own = view.own;
    let call_waiting = own
        .and_then(|own| own.call_waiting)
        .unwrap_or_else(|| w.job.or(|s| s.call_waiting, true));
    w.switch(n::CALL_WAITING, index, call_waiting);
    forwards(w, index, line);
    // Its other word is not proven: what would need it is refused below.
    w.token(n::AUTO_ANSWER_MODE, index, "disabled");
    cannot(w.job, line);
}

/// What the handset shows for the line. A label wins, then the handset's own name on its first
/// line, for which a base has no place of its own.
fn line_name(w: &mut Writer<'_, '_>, index: u16, line: &Line<'_>) {
    let row = n::SUBSCR_SIP_LINE_NAME;
    let labelled = line.is_labelled();
    match line.name {
        Some(name) if !labelled => w.text(row, index, name, |job| {
            handset_path(job, line.account.at).key("name")
        }),
        name => {
            w.text(row, index, line.account.view.label, |job| {
                line.account.at.path(job).key("label")
            });
            if name.is_some() {
                let path = handset_path(w.job, line.account.at).key("name");
                let message = "the base keeps no name of a handset; its line is called by the extension's label";
                w.job.notice(NoticeCode::NotApplicable, path, message);
            }
        }
    }
}

/// Name and number of the mailbox. Nobody gives it a name, so it is called by its number, in every
/// language.
fn voicemail(w: &mut Writer<'_, '_>, index: u16, line: &Line<'_>) {
    let code = w.job.find(|s| s.feature_codes.voicemail.as_ref());
    let number = line.account.view.voicemail;
    let value = number.or(code.map(|found| found.value.value()));
    for row in [n::USER_MAILBOX, n::USER_MAILNUMBER] {
        w.text_or_clear(row, index, value, |job| match (number, code) {
            (None, Some(found)) => job.path(found.layer, "feature_codes").key("voicemail"),
            _ => line.account.at.path(job).key("voicemail"),
        });
    }
}

fn forwards(w: &mut Writer<'_, '_>, index: u16, line: &Line<'_>) {
    let forward = line.account.view.own.map(|own| &own.forward);
    let kinds = [
        (
            "always",
            n::FWD_ALL_ENABLED,
            n::FWD_ALL_TARGET,
            forward.and_then(|forward| forward.always.as_ref()),
        ),
        (
            "busy",
            n::FWD_BUSY_ENABLED,
            n::FWD_BUSY_TARGET,
            forward.and_then(|forward| forward.busy.as_ref()),
        ),
        (
            "no_answer",
            n::FWD_TIME_ENABLED,
            n::FWD_TIME_TARGET,
            forward.and_then(|forward| forward.no_answer.as_ref()),
        ),
    ];
    for (key, enabled, target, number) in kinds {
        w.switch(enabled, index, number.is_some());
        let number = number.map(|number| number.value());
        w.text_or_clear(target, index, number, |job| {
            line.account.at.path(job).key("forward").key(key)
        });
    }
    let seconds = forward.and_then(|forward| forward.no_answer_seconds);
    w.number(
        n::FWD_TIME_SECS,
        index,
        seconds.unwrap_or(NO_ANSWER_SECONDS),
    );
}

/// What an extension asks for and a base cannot be told.
fn cannot(job: &mut Job<'_>, line: &Line<'_>) {
    let Some(own) = line.account.view.own else {
        return;
    };
    let wishes = [
        ("dnd", own.dnd == Some(true), "do-not-disturb"),
        (
            "auto_answer",
            own.auto_answer == Some(true),
            "automatic answering",
        ),
        (
            "ring_tones",
            own.ring_tones != Default::default(),
            "ring tones",
        ),
    ];
    for (key, wished, what) in wishes {
        if wished {
            let path = line.account.at.path(job).key(key);
            let instead = "set it on the handset";
            job.unsupported(Layer::Extension, path, what, Limit::Model, instead);
        }
    }
}

fn handset_path(job: &Job<'_>, at: AccountAt) -> Path {
    match at {
        AccountAt::Handset(handset, _) => job.at.key("handsets").index(handset),
        _ => at.path(job),
    }
}

fn check_handset(job: &mut Job<'_>, i: usize, handset: &Handset) {
    let at = job.at.key("handsets").index(i);
    if let Some(limit) = job.model.handsets.filter(|limit| handset.slot > *limit) {
        let kind = ErrorKind::OutOfRange {
            what: "a slot",
            min: 1,
            max: limit.into(),
            found: handset.slot.into(),
            limit: job.limit(Limit::Model),
        };
        job.error(at.key("slot"), kind);
    }
    let lines = job.model.handset_accounts.map(usize::from);
    if let Some(limit) = lines.filter(|limit| handset.extensions.len() > *limit) {
        let kind = ErrorKind::TooMany {
            what: "extensions",
            limit,
            found: handset.extensions.len(),
            origin: format!("a handset of {}", job.limit(Limit::Model)),
        };
        job.error(at.key("extensions"), kind);
    }
    if handset.extensions.is_empty() {
        // Identity and code stand in the rows of extensions.
        let given = [
            ("ipei", matches!(handset.binding, HandsetBinding::Ipei(_))),
            ("access_code", handset.access_code.is_some()),
            ("name", handset.name.is_some()),
        ];
        for (key, _) in given.iter().filter(|(_, given)| *given) {
            let what = "place for a handset without extensions";
            let instead = "give the handset an extension";
            job.unsupported(Layer::Extension, at.key(key), what, Limit::Model, instead);
        }
    }
    if let Some(code) = &handset.access_code
        && !is_code(code.expose())
    {
        let kind = Invalid::redacted("an access code of four digits");
        job.error(at.key("access_code"), kind.into());
    }
}

/// A base holds fewer handsets when each has all the lines that it can.
fn check_full_handsets(job: &mut Job<'_>, device: &Device) {
    let model = job.model;
    let (Some(lines), Some(limit)) = (model.handset_accounts, model.full_handsets) else {
        return;
    };
    let full = |handset: &&Handset| handset.extensions.len() >= usize::from(lines);
    let found = device.handsets().iter().filter(full).count();
    if found > usize::from(limit) {
        let kind = ErrorKind::TooMany {
            what: "handsets with all their lines",
            limit: limit.into(),
            found,
            origin: job.limit(Limit::Model),
        };
        job.error(job.at.key("handsets"), kind);
    }
}

/// One handset cannot hold two slots.
fn check_bindings(job: &mut Job<'_>, device: &Device) {
    let mut bound = BTreeMap::new();
    for (i, handset) in device.handsets().iter().enumerate() {
        let HandsetBinding::Ipei(ipei) = handset.binding else {
            continue;
        };
        if let Some(first) = bound.get(&ipei) {
            let handsets = job.at.key("handsets");
            let kind = ErrorKind::Duplicate {
                what: "IPEI",
                found: ipei.to_string(),
                other: handsets.index(*first).key("ipei"),
            };
            job.error(handsets.index(i).key("ipei"), kind);
        } else {
            bound.insert(ipei, i);
        }
    }
}
