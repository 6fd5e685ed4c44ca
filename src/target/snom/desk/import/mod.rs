//! The files of a phone back into an entry of the fleet document.
//!
//! What each part says is read here; whether the document then says the same is found out by the emitter
//! itself, see [`crate::inspect`].
//!
//! What no file of a phone tells, and so comes back otherwise:
//!
//! * who gave a value: all that is the phone's is the site's, all keys are the device's; a value that
//!   is what the phone does by itself may be left unsaid;
//! * the account of a phone that nobody is logged in to: it is an extension;
//! * a number beside another user name below firmware 10, which has no place for it;
//! * what a key is for that dials a number, unless the number is a known code; the page of an
//!   `xml_browser`;
//! * which of several codes for picking up a call belongs to which lamp, where they differ;
//! * a line key that was freed while an extension has that place;
//! * the formats of time and date in the form that a phone brings, time servers but the first;
//! * a name of the phone book, modules whose keys the files do not have, labels of the phone.

mod accounts;
mod body;
mod keys;
mod phone;
mod time;

use super::super::super::{ModelRow, ProvisioningTarget};
use super::super::import::{Reading, tell_other_files};
use super::SnomDesk;
use super::tables::{MODELS, OUIS, names as n};
use crate::inspect::{ImportRequest, Imported, Sheet};

/// Imports the files of a desk phone.
pub(super) fn import(target: &SnomDesk, request: &ImportRequest<'_>) -> Imported {
    let mut reading = Reading::new(target, request, OUIS, stand_in, MODELS);
    accounts::accounts(&mut reading);
    phone::phone(&mut reading, request);
    keys::keys(&mut reading);
    let mut draft = reading.draft;
    tell_other_files(&mut draft, request);
    draft.finish(target, |prepare| vec![target.prepare(prepare)])
}

/// The row that the files are read by when nothing says of which model they are: one with many keys.
fn stand_in(sheet: &Sheet<'_>) -> &'static ModelRow {
    let is_d8 = [n::LOCALE, n::WEBSERVER_ADMIN_PASSWORD]
        .iter()
        .any(|row| sheet.value(row.name, None).is_some());
    let name = if is_d8 { "D865" } else { "D785" };
    let found = MODELS.iter().find(|row| row.name == name);
    found.unwrap_or(&MODELS[0])
}
