//! What both dialects share on the way from a file back into the fleet document.

mod owner;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::owner::{mac_of, model_of};
use super::super::context::Context;
use super::super::{ModelRow, OuiRow, Prepare, ProvisioningTarget, Scope, SettingRow, TokenRow};
use super::files::Addresses;
use crate::error::Path;
use crate::inspect::{Draft, ImportRequest, Mark, RemarkKind, Sheet};
use crate::model::{Segment, Site, TimeZone, UrlTemplate, percent_decoded};
use crate::parse::FileKind;
use crate::text::{Secret, Text};

/// The files of a phone or a base, half way into the document.
pub(super) struct Reading<'a> {
    pub(super) draft: Draft<'a>,
    /// What the emitter goes by: model and firmware.
    pub(super) context: Context,
    /// The numbers that the accounts of the document have in the files.
    pub(super) accounts: Vec<u16>,
}

impl<'a> Reading<'a> {
    /// Reads the files as those of the model that they name, else of the one that stands in.
    pub(super) fn new(
        target: &dyn ProvisioningTarget,
        request: &ImportRequest<'a>,
        blocks: &[OuiRow],
        stand_in: impl FnOnce(&Sheet<'a>) -> &'static ModelRow,
        models: &'static [ModelRow],
    ) -> Self {
        let mut sheet = Sheet::new(request.files, str::is_empty, |_| false);
        let beside = other_documents(&mut sheet);
        let model = request.model.or_else(|| model_of(request, &sheet, models));
        let mac = request.mac.or_else(|| mac_of(request, &sheet, blocks));
        let is_known = model.is_some();
        let model = model.unwrap_or_else(|| stand_in(&sheet));
        let mut draft = Draft::new(sheet, request, mac, model, is_known);
        for what in beside {
            draft.remark(RemarkKind::Lost, Path::root(), what);
        }
        let site = Arc::new(draft.site.clone());
        let prepare = Prepare {
            site: &site,
            profile: None,
            model,
            installed_firmware: draft.firmware,
            plain: true,
        };
        Self {
            context: Context::new(target, prepare),
            draft,
            accounts: Vec::new(),
        }
    }

    // ---- what the files say ----

    /// The value of a setting; nothing when it is empty or in none of the files.
    pub(super) fn value(&self, row: &SettingRow, index: Option<u16>) -> Option<&'a str> {
        self.draft.sheet.value(row.name, index.map(u32::from))
    }

    pub(super) fn text(&self, row: &SettingRow, index: Option<u16>) -> Option<Text> {
        Text::new(self.value(row, index)?).ok()
    }

    pub(super) fn secret(&self, row: &SettingRow, index: Option<u16>) -> Option<Secret> {
        Secret::new(self.value(row, index)?).ok()
    }

    pub(super) fn switch(&self, row: &SettingRow, index: Option<u16>) -> Option<bool> {
        on_or_off(self.value(row, index)?)
    }

    pub(super) fn number<N: std::str::FromStr>(
        &self,
        row: &SettingRow,
        index: Option<u16>,
    ) -> Option<N> {
        self.value(row, index)?.trim().parse().ok()
    }

    /// What an account has, else what many a system has once for all of them.
    pub(super) fn own_or_phones(&mut self, row: &SettingRow, index: u16) -> Option<&'a str> {
        let own = self.value(row, Some(index));
        own.or_else(|| self.phones(row, row, index))
    }

    /// What the phone has once in place of what the account has in another setting, or in the same one
    /// with its index.
    pub(super) fn phones(
        &mut self,
        row: &SettingRow,
        in_place_of: &SettingRow,
        index: u16,
    ) -> Option<&'a str> {
        let value = self.value(row, None)?;
        let account = self.number_of(index)?;
        let mark = Mark::SameAs(in_place_of.name.to_owned(), Some(account), value.to_owned());
        self.mark(row, None, mark);
        Some(value)
    }

    /// The number that an account of the files has in the document, from 1; where there is none yet,
    /// the first will be 1.
    pub(super) fn number_of(&self, index: u16) -> Option<u32> {
        if self.accounts.is_empty() && index == 1 {
            return Some(1);
        }
        let place = self.accounts.iter().position(|own| *own == index)?;
        u32::try_from(place + 1).ok()
    }

    /// What the first account that has it says.
    pub(super) fn of_accounts(&self, row: &SettingRow) -> Option<&'a str> {
        let mut accounts = self.accounts.iter();
        accounts.find_map(|index| self.value(row, Some(*index)))
    }

    /// The indices of settings of these names, ascending.
    pub(super) fn indices(&self, rows: &[&SettingRow]) -> Vec<u16> {
        let entries = self.draft.sheet.entries().iter();
        let indexed = entries.filter(|entry| {
            let name = entry.setting.name();
            rows.iter().any(|row| row.name == name)
        });
        let mut indices: Vec<u16> = indexed
            .filter_map(|entry| u16::try_from(entry.setting.index()?).ok())
            .collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    }

    // ---- what becomes of a setting ----

    pub(super) fn mark(&mut self, row: &SettingRow, index: Option<u16>, mark: Mark) {
        self.draft.sheet.mark(row.name, index.map(u32::from), mark);
    }

    /// A setting that means the same as another one, or the same one, with this value.
    pub(super) fn same_as(
        &mut self,
        row: &SettingRow,
        index: Option<u16>,
        other: (&SettingRow, Option<u32>, &str),
    ) {
        let (name, at, value) = other;
        let mark = Mark::SameAs(name.name.to_owned(), at, value.to_owned());
        self.mark(row, index, mark);
    }

    /// The settings of these indices do nothing on the phone: `why` is told once for each.
    pub(super) fn leave_out(
        &mut self,
        table: &[SettingRow],
        scope: Scope,
        indices: &[u16],
        why: &'static str,
    ) {
        let names = names_of(table, scope);
        let mut untold: BTreeSet<u16> = indices.iter().copied().collect();
        let left: BTreeSet<u16> = untold.clone();
        for entry in self.draft.sheet.entries_mut() {
            let setting = entry.setting;
            let index = setting.index().and_then(|index| u16::try_from(index).ok());
            let Some(index) = index.filter(|index| left.contains(index)) else {
                continue;
            };
            if names.contains(setting.name()) {
                let says = !["", "off"].contains(&setting.value());
                entry.mark = if says && untold.remove(&index) {
                    Mark::Replaced(why.into())
                } else {
                    Mark::Said
                };
            }
        }
    }

    /// Tells the settings of a scope by the indices that they have in the document: the first of
    /// these has index 1 there.
    pub(super) fn renumber(&mut self, table: &[SettingRow], scope: Scope, order: &[u16]) {
        let names = names_of(table, scope);
        let order = order.iter().map(|index| u32::from(*index));
        let places: BTreeMap<u32, u32> = order.zip(1..).collect();
        for entry in self.draft.sheet.entries_mut() {
            let setting = entry.setting;
            let place = setting.index().and_then(|index| places.get(&index));
            if let Some(place) = place
                && names.contains(setting.name())
            {
                entry.index = Some(*place);
            }
        }
    }

    /// The accounts that the phone holds, of those that the files have in use. Those behind them are
    /// left out.
    pub(super) fn held(
        &mut self,
        table: &[SettingRow],
        scope: Scope,
        mut used: Vec<u16>,
    ) -> Vec<u16> {
        let most = self.draft.model.accounts.map_or(MOST_ACCOUNTS, usize::from);
        let beyond = used.split_off(most.min(used.len()));
        let why = "more accounts than the phone holds: left out";
        self.leave_out(table, scope, &beyond, why);
        used
    }

    /// Says that accounts have other numbers in the document, where they do.
    pub(super) fn tell_moved_accounts(&mut self, key: &str) {
        if self.accounts.iter().zip(1..).all(|(own, i)| *own == i) {
            return;
        }
        let numbers: Vec<String> = self.accounts.iter().map(u16::to_string).collect();
        let message = format!(
            "in the files they have the numbers {}: in the document there are no gaps",
            numbers.join(", ")
        );
        let path = Draft::at_device().key(key);
        self.draft.remark(RemarkKind::Replaced, path, message);
    }

    // ---- the phone ----

    /// The word of a token: of one that the phone has, else of one that another has.
    pub(super) fn word(&self, table: &'static [TokenRow], token: &str) -> Option<&'static str> {
        let any = || table.iter().find(|row| row.token == token);
        self.known_word(table, token)
            .or_else(|| any().map(|row| row.word))
    }

    /// The word of a token that the phone has.
    pub(super) fn known_word(&self, table: &[TokenRow], token: &str) -> Option<&'static str> {
        let mut rows = table.iter().filter(|row| row.token == token);
        rows.find(|row| self.has(row)).map(|row| row.word)
    }

    /// Whether the phone has the setting.
    pub(super) fn has_setting(&self, row: &SettingRow) -> bool {
        row.exists_on(&self.context.model, self.context.level)
    }

    /// Whether the phone knows the token of a row.
    fn has(&self, row: &TokenRow) -> bool {
        row.exists_on(&self.context.model, self.context.level)
    }

    /// Reads where the phone fetches its files, and the token in it where the caller knows the rest.
    pub(super) fn server(&mut self, row: &SettingRow, template: Option<&UrlTemplate>) {
        let Some(server) = self.value(row, None) else {
            return;
        };
        if let Some((url, token)) = by_template(server, template) {
            self.draft.site.provisioning_url = Some(url);
            self.draft.token = token;
        } else if let Ok(url) = UrlTemplate::parse(server, &["mac"]) {
            self.draft.site.provisioning_url = Some(url);
        }
    }
}

/// Says that lists of files name some that were not given. Their addresses may hold a token, and are
/// in [`File::includes`](crate::parse::File::includes).
pub(super) fn tell_other_files(draft: &mut Draft<'_>, request: &ImportRequest<'_>) {
    let mac = draft.mac.map(|mac| mac.plain_upper().to_string());
    let book = draft.settings().phonebook.as_ref();
    let book = book.map(|book| book.url.as_str().to_owned());
    let is_given = |address: &str| {
        let (_, name) = address.rsplit_once('/').unwrap_or(("", address));
        let name = match &mac {
            Some(mac) => name.replace("{mac}", mac),
            None => name.to_owned(),
        };
        let mut given = request.files.iter().filter_map(|file| file.name);
        Some(address) == book.as_deref() || given.any(|given| given.eq_ignore_ascii_case(&name))
    };
    let lists = request.files.iter().map(|file| file.file);
    let lists = lists.filter(|file| file.kind() == FileKind::FileList);
    let others = lists
        .flat_map(|list| list.includes())
        .filter(|include| !is_given(include.target()))
        .count();
    if others > 0 {
        let were = if others == 1 { "was" } else { "were" };
        let message = format!("the list of files names {others} that {were} not given");
        draft.remark(RemarkKind::Lost, Path::root(), message);
    }
}

/// Says which zones besides the chosen one the clock of the files fits as well.
pub(super) fn tell_other_zones(draft: &mut Draft<'_>, others: &[TimeZone]) {
    if others.is_empty() {
        return;
    }
    const MOST: usize = 12;
    let named: Vec<&str> = others.iter().take(MOST).map(|zone| zone.as_str()).collect();
    let more = match others.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("the same clock as in {}{more}", named.join(", "));
    let path = Draft::at("time_zone");
    draft.remark(RemarkKind::Guess, path, message);
}

/// What is said of a token of `timezone` that no table has.
pub(super) const UNKNOWN_ZONE: &str =
    "the law of the token has changed since phones know it, or is not known: name the zone";

/// The words of a switch.
pub(super) fn on_or_off(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// Stands in for a password that no file has.
pub(super) fn no_password() -> Secret {
    Secret::new("?").expect("a text of one character")
}

fn names_of(table: &[SettingRow], scope: Scope) -> BTreeSet<&str> {
    let rows = table.iter().filter(|row| row.scope == scope);
    rows.map(|row| row.name).collect()
}

/// Accounts that are read where nobody has counted those of the model.
const MOST_ACCOUNTS: usize = 64;

/// The address without its token, and the token, where the address is made of the template.
fn by_template(
    server: &str,
    template: Option<&UrlTemplate>,
) -> Option<(UrlTemplate, Option<Secret>)> {
    let template = template?;
    let mut site = Site::new(Text::new("?").ok()?, crate::model::Settings::default());
    site.provisioning_url = Some(template.clone());
    let told = Addresses::new(&site)?.server;
    let mut rest = server;
    let mut token: Option<String> = None;
    let segments: Vec<Segment<'_>> = told.segments().collect();
    for (i, segment) in segments.iter().enumerate() {
        match segment {
            Segment::Literal(text) => rest = rest.strip_prefix(text)?,
            Segment::Placeholder("token") => {
                let end = match segments.get(i + 1) {
                    Some(Segment::Literal(text)) => rest.find(text)?,
                    Some(Segment::Placeholder(_)) => return None,
                    None => rest.len(),
                };
                let (found, behind) = rest.split_at(end);
                let found = decoded(found)?;
                if token.as_ref().is_some_and(|token| *token != found) {
                    return None;
                }
                token = Some(found);
                rest = behind;
            }
            Segment::Placeholder(_) => rest = rest.strip_prefix("{mac}")?,
        }
    }
    let token = match token {
        Some(token) => Some(Secret::new(token).ok()?),
        None => None,
    };
    rest.is_empty().then(|| (template.clone(), token))
}

/// A segment of a URL without its percent-encoding.
fn decoded(segment: &str) -> Option<String> {
    if segment.contains(['/', '?', '&']) {
        return None;
    }
    let bytes: Result<Vec<u8>, _> = percent_decoded(segment).collect();
    String::from_utf8(bytes.ok()?).ok()
}

/// Contacts, dial plans, languages and whatever else stands beside settings: the document has no
/// place for it, and it is no raw setting either. Told once for each kind; given back is what has its
/// text in attributes, and so would pass for a setting that is cleared.
fn other_documents(sheet: &mut Sheet<'_>) -> Vec<&'static str> {
    let mut told: Vec<&'static str> = Vec::new();
    let mut beside = Vec::new();
    let places: Vec<Option<&'static str>> = sheet
        .entries()
        .iter()
        .map(|entry| {
            let file = sheet.files().get(entry.file)?.file;
            other_document(entry.setting.section(), file.root()?, file.kind())
        })
        .collect();
    for (entry, what) in sheet.entries_mut().iter_mut().zip(places) {
        let Some(what) = what else { continue };
        entry.mark = Mark::Said;
        if told.contains(&what) {
            continue;
        }
        told.push(what);
        if entry.setting.value().is_empty() {
            beside.push(what);
        } else {
            entry.mark = Mark::Lost(Cow::Borrowed(what));
        }
    }
    beside
}

/// Why what stands in a section is no setting.
fn other_document(section: &str, root: &str, kind: FileKind) -> Option<&'static str> {
    let section = section.split('/').next().unwrap_or_default();
    let section = if section.is_empty() { root } else { section };
    Some(match section {
        "tbook" | "phone-book" => {
            "contacts of the phone: the document has a directory by its address"
        }
        "dialplan" | "dial-plan" | "ReplacementPlan" => {
            "a dial plan, which the document does not have"
        }
        "uploads" => "pictures and screens by their addresses, which the document does not have",
        "certificates" => "certificates by their addresses, which the document does not have",
        "gui-languages" | "web-languages" | "phrases" | "w_phrases" => {
            "files of languages, which the document does not have"
        }
        _ if kind == FileKind::PhoneBook => {
            "contacts of the phone: the document has a directory by its address"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> UrlTemplate {
        UrlTemplate::parse(text, Site::URL_PLACEHOLDERS).unwrap()
    }

    fn token(server: &str, of: &str) -> Option<Option<String>> {
        let template = template(of);
        let (_, token) = by_template(server, Some(&template))?;
        Some(token.map(|token| token.expose().to_owned()))
    }

    #[test]
    fn the_token_is_what_fills_the_template() {
        let some = |token: &str| Some(Some(token.to_owned()));
        assert_eq!(
            token("https://h/p/abc/", "https://h/p/{token}/"),
            some("abc")
        );
        assert_eq!(
            token("https://h/p/a%2Fb%20c/", "https://h/p/{token}/"),
            some("a/b c")
        );
        assert_eq!(
            token("https://h/abc/{mac}.xml", "https://h/{token}/{mac}/"),
            None
        );
        assert_eq!(
            token("https://h/abc/{mac}/{mac}.xml", "https://h/{token}/{mac}/"),
            some("abc")
        );
        assert_eq!(
            token("https://h/p?t=a&m={mac}", "https://h/p?t={token}&m={mac}"),
            some("a")
        );
        assert_eq!(token("https://h/p/", "https://h/p/"), Some(None));
        // Of another server, with more behind it, or with two tokens.
        assert_eq!(token("https://x/p/abc/", "https://h/p/{token}/"), None);
        assert_eq!(token("https://h/p/abc/d/", "https://h/p/{token}/"), None);
        assert_eq!(token("https://h/a/b/", "https://h/{token}/{token}/"), None);
        for segment in ["%zz", "%+f", "a%", "a%2", "%ff", "a&b", "a?b"] {
            let address = format!("https://h/{segment}/");
            assert_eq!(token(&address, "https://h/{token}/"), None, "{segment}");
        }
    }
}
