//! The texts of a device once more, behind each other: rendering many devices reads one stretch of
//! memory of each in place of a hundred scattered ones.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use super::{Device, Extension, FunctionKey, Handset, HandsetBinding};
use crate::text::{CharKinds, Secret, Text, Value};

/// All texts of a device, by number.
#[derive(Clone, Default)]
pub(crate) struct Texts {
    /// Passwords among them.
    text: Zeroizing<Box<str>>,
    /// Where each begins; it ends where the next does. One that is not there takes no bytes.
    places: Box<[Begin]>,
    handsets: u32,
    keys: u32,
}

#[derive(Clone, Copy)]
struct Begin {
    at: u32,
    kinds: CharKinds,
}

/// One of the texts of a device. The first account, handset or key is 0; accounts are counted over all
/// handsets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TextOf {
    Account(u32, Field),
    Handset(u32, HandsetField),
    Key(u32, KeyField),
}

/// The texts of an extension.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Field {
    Number,
    Username,
    AuthUsername,
    Password,
    Label,
    DisplayName,
    Voicemail,
    ForwardAlways,
    ForwardBusy,
    ForwardNoAnswer,
}

/// The texts of a handset.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum HandsetField {
    Name,
    AccessCode,
    /// Ten hexadecimal digits.
    Ipui,
}

/// The texts of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum KeyField {
    Label,
    Value,
}

impl Field {
    const ALL: [Self; 10] = [
        Self::Number,
        Self::Username,
        Self::AuthUsername,
        Self::Password,
        Self::Label,
        Self::DisplayName,
        Self::Voicemail,
        Self::ForwardAlways,
        Self::ForwardBusy,
        Self::ForwardNoAnswer,
    ];

    /// Its key in a document, for errors.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Username => "username",
            Self::AuthUsername => "auth_username",
            Self::Password => "password",
            Self::Label => "label",
            Self::DisplayName => "display_name",
            Self::Voicemail => "voicemail",
            Self::ForwardAlways => "always",
            Self::ForwardBusy => "busy",
            Self::ForwardNoAnswer => "no_answer",
        }
    }

    pub(crate) fn of(self, own: &Extension) -> Option<Value<'_>> {
        let text = match self {
            Self::Number => Some(&own.number),
            Self::Username => own.username.as_ref(),
            Self::AuthUsername => own.auth_username.as_ref(),
            Self::Password => return Some(own.password.value()),
            Self::Label => own.label.as_ref(),
            Self::DisplayName => own.display_name.as_ref(),
            Self::Voicemail => own.voicemail.as_ref(),
            Self::ForwardAlways => own.forward.always.as_ref(),
            Self::ForwardBusy => own.forward.busy.as_ref(),
            Self::ForwardNoAnswer => own.forward.no_answer.as_ref(),
        };
        text.map(Text::value)
    }
}

impl HandsetField {
    const COUNT: u32 = 3;
}

impl KeyField {
    const COUNT: u32 = 2;
}

impl Texts {
    /// Bytes behind the last text, so that a short text can be copied by a fixed length.
    pub(crate) const PADDING: usize = 32;

    /// The texts of a device; `None` when they are more than can be numbered.
    pub(super) fn of(device: &Device) -> Option<Self> {
        let mut texts = Collected::default();
        let of_handsets = device.handsets().iter().flat_map(|own| &own.extensions);
        for own in device.extensions().iter().chain(of_handsets) {
            for field in Field::ALL {
                texts.push(field.of(own));
            }
        }
        let handsets = texts.count()?;
        for handset in device.handsets() {
            texts.handset(handset);
        }
        let keys = texts.count()?;
        for FunctionKey { label, value, .. } in device.keys() {
            texts.push(label.as_ref().map(Text::value));
            texts.push(value.as_ref().map(Text::value));
        }
        texts.push(None);
        // All numbers are below that of the last.
        texts.count()?;
        u32::try_from(texts.text.len()).ok()?;
        texts.append(&" ".repeat(Self::PADDING));
        Some(Self {
            // A string that shrinks would leave its old memory behind.
            text: Zeroizing::new(texts.text.as_str().into()),
            places: texts.places.into(),
            handsets,
            keys,
        })
    }

    /// The number of a text.
    #[inline]
    pub(crate) fn number(&self, of: TextOf) -> u32 {
        match of {
            TextOf::Account(account, field) => account * Field::ALL.len() as u32 + field as u32,
            TextOf::Handset(handset, field) => {
                self.handsets + handset * HandsetField::COUNT + field as u32
            }
            TextOf::Key(key, field) => self.keys + key * KeyField::COUNT + field as u32,
        }
    }

    /// The text of this number, if there is one.
    #[inline]
    pub(crate) fn get(&self, number: u32) -> Option<Value<'_>> {
        let (range, kinds) = self.find(number)?;
        self.text.get(range).map(|text| Value::known(text, kinds))
    }

    /// The bytes from the text of this number on, its length and what is known of it. At least
    /// [`PADDING`](Self::PADDING) bytes follow where it begins.
    #[inline]
    pub(crate) fn bytes_from(&self, number: u32) -> Option<(&[u8], usize, CharKinds)> {
        let (range, kinds) = self.find(number)?;
        let bytes = self.text.as_bytes().get(range.start..)?;
        Some((bytes, range.len(), kinds))
    }

    #[inline]
    fn find(&self, number: u32) -> Option<(Range<usize>, CharKinds)> {
        let [this, next] = self.places.get(number as usize..)?.first_chunk()?;
        let range = this.at as usize..next.at as usize;
        (!range.is_empty()).then_some((range, this.kinds))
    }
}

/// Texts that are being collected. Its memory is wiped too.
#[derive(Default)]
struct Collected {
    text: Zeroizing<String>,
    places: Vec<Begin>,
}

impl Collected {
    fn push(&mut self, value: Option<Value<'_>>) {
        let kinds = value.map_or(CharKinds::NONE, Value::kinds);
        // The length is judged at the end.
        let at = self.text.len() as u32;
        self.places.push(Begin { at, kinds });
        if let Some(value) = value {
            self.append(value.as_str());
        }
    }

    /// Appends without leaving a copy behind in memory that was outgrown.
    fn append(&mut self, text: &str) {
        let needed = self.text.len() + text.len();
        if needed > self.text.capacity() {
            let mut larger = Zeroizing::new(String::with_capacity(2 * needed.max(512)));
            larger.push_str(&self.text);
            self.text = larger;
        }
        self.text.push_str(text);
    }

    fn handset(&mut self, handset: &Handset) {
        self.push(handset.name.as_ref().map(Text::value));
        self.push(handset.access_code.as_ref().map(Secret::value));
        match handset.binding {
            HandsetBinding::Ipei(ipei) => self.push(Some(Value::token(ipei.ipui().as_str()))),
            HandsetBinding::Any | HandsetBinding::Remove => self.push(None),
        }
    }

    fn count(&self) -> Option<u32> {
        u32::try_from(self.places.len()).ok()
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Texts").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Extension, KeyKind};

    #[test]
    fn texts_are_found_by_number() {
        let text = |text: &str| -> Text { text.parse().unwrap() };
        let mut handset = super::Handset::new(3);
        handset.access_code = Some("1234".parse().unwrap());
        for number in ["11", "12"] {
            let mut own = Extension::new(text(number), "päss".parse().unwrap());
            own.forward.busy = Some(text("0<1"));
            handset.extensions.push(own);
        }
        let mut key = FunctionKey::new(1, KeyKind::Blf);
        key.value = Some(text("12"));
        let device = Device::builder("00:04:13:00:00:01".parse().unwrap(), "x")
            .handset(handset)
            .key(key)
            .build()
            .unwrap();
        let texts = Texts::of(&device).unwrap();
        let at = |of| {
            let value = texts.get(texts.number(of));
            value.map(|value| value.as_str().to_owned())
        };
        use TextOf::{Account, Handset, Key};
        assert_eq!(at(Account(1, Field::Number)).as_deref(), Some("12"));
        assert_eq!(at(Account(0, Field::Password)).as_deref(), Some("päss"));
        assert_eq!(at(Account(1, Field::Label)), None);
        let code = Handset(0, HandsetField::AccessCode);
        assert_eq!(at(code).as_deref(), Some("1234"));
        assert_eq!(at(Handset(0, HandsetField::Ipui)), None);
        assert_eq!(at(Key(0, KeyField::Label)), None);
        assert_eq!(at(Key(0, KeyField::Value)).as_deref(), Some("12"));
        assert_eq!(at(Key(1, KeyField::Label)), None);
        let busy = texts.number(Account(0, Field::ForwardBusy));
        assert_eq!(texts.get(busy), Some(text("0<1").value()));
        assert!(!format!("{texts:?}").contains("päss"));
    }
}
