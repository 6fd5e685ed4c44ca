//! The form of a subscriber's accounts. A password goes in and never comes out.

use phone_provisioning::fleet::{ExtensionDoc, Lax, SecretText};
use phone_provisioning::inventory::{OrganisationId, Subscriber};

use super::Fields;
use crate::random;
use crate::server::Problem;
use crate::server::equipment::Account;
use crate::server::subscribers::number;

/// Accounts that a form offers beyond those that there are.
const BLANK: usize = 1;

/// Accounts of one subscriber.
const MOST: usize = 64;

/// What the form shows.
pub(super) struct AccountForm {
    /// The accounts in their order, and a blank one.
    pub(super) rows: Vec<AccountRow>,
}

/// One account as the form shows it.
pub(super) struct AccountRow {
    /// Its place, from 1.
    pub(super) place: usize,
    /// The number.
    pub(super) number: String,
    /// The name that colleagues see.
    pub(super) display_name: String,
    /// What the phone calls the line.
    pub(super) label: String,
    /// The user for authentication.
    pub(super) auth_username: String,
    /// The number to dial for voice mail.
    pub(super) voicemail: String,
    /// Whether it has a password.
    pub(super) has_password: bool,
    /// Whether it is there already.
    pub(super) is_known: bool,
}

impl AccountForm {
    /// For a new subscriber.
    pub(super) fn empty() -> Self {
        Self {
            rows: vec![AccountRow::new(1, None)],
        }
    }

    /// Of a subscriber.
    pub(super) fn of(account: &Account) -> Self {
        let places = 1..=account.extensions.len() + BLANK;
        let row = |place: usize| AccountRow::new(place, account.extensions.get(place - 1));
        Self {
            rows: places.map(row).collect(),
        }
    }

    /// As it was typed, without the passwords.
    pub(super) fn typed(fields: &Fields, known: Option<&Account>) -> Self {
        let mut form = known.map_or_else(Self::empty, Self::of);
        for row in &mut form.rows {
            let place = row.place;
            let typed = |name: &str| fields.text(&format!("{name}-{place}")).to_owned();
            row.number = typed("number");
            row.display_name = typed("display_name");
            row.label = typed("label");
            row.auth_username = typed("auth_username");
            row.voicemail = typed("voicemail");
        }
        form
    }
}

impl AccountRow {
    fn new(place: usize, known: Option<&ExtensionDoc>) -> Self {
        let text = |field: fn(&ExtensionDoc) -> &Option<Lax<String>>| {
            let value = known.and_then(|known| field(known).as_ref()?.value());
            value.cloned().unwrap_or_default()
        };
        Self {
            place,
            number: text(|known| &known.number),
            display_name: text(|known| &known.display_name),
            label: text(|known| &known.label),
            auth_username: text(|known| &known.auth_username),
            voicemail: text(|known| &known.voicemail),
            has_password: known.is_some_and(|known| known.password.is_some()),
            is_known: known.is_some(),
        }
    }

    /// The name of a field of this account.
    pub(super) fn field(&self, name: &str) -> String {
        format!("{name}-{}", self.place)
    }
}

/// The accounts that a form means; what it does not show stays as it was.
///
/// # Errors
/// A password that cannot be one; no account at all; another number for the first one, which is who the
/// subscriber is.
pub(super) fn read(
    fields: &Fields,
    known: Option<&Account>,
    organisation: OrganisationId,
) -> Result<Account, Problem> {
    let before = known.map_or(&[][..], |known| &known.extensions);
    let places = 1..=(before.len() + BLANK).min(MOST);
    let mut extensions = Vec::new();
    for place in places {
        let name = |name: &str| format!("{name}-{place}");
        let is_left_out =
            fields.is_ticked(&name("remove")) || fields.filled(&name("number")).is_none();
        if !is_left_out {
            extensions.push(extension(fields, place, before.get(place - 1))?);
        }
    }
    let first = extensions.first().and_then(number);
    let first = first.ok_or_else(|| Problem::field("number-1", "expected a number"))?;
    let subscriber: Subscriber = match known {
        Some(known) if known.subscriber.as_str() != first => {
            let expected =
                "the first number is who the subscriber is: add another subscriber instead";
            return Err(Problem::field("number-1", expected));
        }
        Some(known) => known.subscriber.clone(),
        None => first
            .parse()
            .map_err(|error| Problem::field("number-1", error))?,
    };
    Ok(Account {
        organisation,
        subscriber,
        extensions,
    })
}

fn extension(
    fields: &Fields,
    place: usize,
    before: Option<&ExtensionDoc>,
) -> Result<ExtensionDoc, Problem> {
    let text = |name: &str| -> Option<Lax<String>> {
        let filled = fields.filled(&format!("{name}-{place}"))?;
        Some(filled.to_owned().into())
    };
    let mut extension = before.cloned().unwrap_or_default();
    extension.number = text("number");
    extension.display_name = text("display_name");
    extension.label = text("label");
    extension.auth_username = text("auth_username");
    extension.voicemail = text("voicemail");
    let typed = fields.all(&format!("password-{place}")).next();
    match typed.filter(|typed| !typed.is_empty()) {
        Some(typed) => extension.password = Some(SecretText::from(typed.to_owned()).into()),
        None if extension.password.is_none() => extension.password = Some(drawn().into()),
        None => {}
    }
    Ok(extension)
}

/// A password that nobody has to type: 160 bits in letters and digits.
fn drawn() -> SecretText {
    let digits = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letters = random::bytes::<32>().map(|byte| char::from(digits[usize::from(byte % 32)]));
    SecretText::from(letters.iter().collect::<String>())
}
