//! Tokens and logins, and the hashes that are kept of them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::AdmissionError;
use crate::model::Login;
use crate::text::Secret;

/// Name of the environment that phones belong to: `production`, `staging`.
///
/// It goes into every hash, so that what one environment gave out opens nothing in another, even
/// where both know the phone.
///
/// * 1 to 64 printable ASCII characters.
/// * Cheap to clone.
///
/// ```
/// use phone_provisioning::delivery::admission::Environment;
///
/// let environment = Environment::new("production")?;
/// let (token, hash) = environment.new_token(b"16 random bytes!")?;
/// assert_eq!(token.expose(), "MTYgcmFuZG9tIGJ5dGVzIQ");
/// assert_eq!(environment.hash(token.expose()), hash);
/// assert_ne!(Environment::new("staging")?.hash(token.expose()), hash);
/// # Ok::<(), phone_provisioning::delivery::admission::AdmissionError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Environment(Arc<str>);

impl Environment {
    /// Fewest random bytes of a token: 128 bits.
    const LEAST_RANDOM: usize = 16;
    /// Most random bytes of a token: its 86 characters still fit the addresses that phones take.
    const MOST_RANDOM: usize = 64;
    /// Fewest characters of a password.
    const LEAST_PASSWORD: usize = 20;

    /// An environment of this name.
    ///
    /// # Errors
    /// [`AdmissionError::Environment`].
    pub fn new(name: &str) -> Result<Self, AdmissionError> {
        let fits = |byte| matches!(byte, b' '..=b'~');
        if !(1..=64).contains(&name.len()) || !name.bytes().all(fits) {
            return Err(AdmissionError::Environment);
        }
        Ok(Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A token made of random bytes, as it stands in an address, and the hash to keep of it.
    ///
    /// The token is base64url without padding (RFC 4648 section 5), 22 characters of 16 bytes. It
    /// serves as a password too. The bytes must come from a generator made for secrets, and must
    /// not be used for anything else.
    ///
    /// # Errors
    /// [`AdmissionError::RandomBytes`] unless there are 16 to 64 of them.
    pub fn new_token(&self, random: &[u8]) -> Result<(Secret, TokenHash), AdmissionError> {
        if !(Self::LEAST_RANDOM..=Self::MOST_RANDOM).contains(&random.len()) {
            return Err(AdmissionError::RandomBytes(random.len()));
        }
        let token = base64(random, b"-_");
        let hash = self.hash(&token);
        let token = Secret::new(token.as_str()).expect("base64 is text");
        Ok((token, hash))
    }

    /// The hash of a token, by which a caller finds the phone of a request that names none: several
    /// phones ask for the file of their model without saying who they are.
    ///
    /// Looking it up in a map is safe: who does not know the token cannot choose its hash.
    pub fn hash(&self, token: &str) -> TokenHash {
        self.hashed(b't', token.as_bytes())
    }

    /// The hash of a user name and a password.
    ///
    /// A fast hash is enough for a password that nobody chose: it has no dictionary.
    ///
    /// # Errors
    /// [`AdmissionError::Login`], or [`AdmissionError::Password`] for one of fewer than 20
    /// characters.
    pub fn hash_login(&self, login: &Login) -> Result<TokenHash, AdmissionError> {
        let (name, password) = (login.username.as_str(), login.password.expose());
        if !name.is_ascii() || !password.is_ascii() || name.contains(':') {
            return Err(AdmissionError::Login);
        }
        if password.len() < Self::LEAST_PASSWORD {
            return Err(AdmissionError::Password(password.len()));
        }
        let mut pair = Zeroizing::new(Vec::with_capacity(name.len() + 1 + password.len()));
        pair.extend_from_slice(name.as_bytes());
        pair.push(b':');
        pair.extend_from_slice(password.as_bytes());
        Ok(self.hashed(b'l', base64(&pair, b"+/").as_bytes()))
    }

    /// The hash of what an `Authorization` field says, when it is one of Basic authentication.
    ///
    /// It is made of the text as it came, without its padding: a name and a password have one such
    /// text, so nothing a stranger sends needs to be decoded.
    pub(super) fn hash_authorization(&self, field: &[u8]) -> Option<TokenHash> {
        let (scheme, text) = field.split_at_checked("Basic ".len())?;
        if !scheme.eq_ignore_ascii_case(b"Basic ") || text.len() > Self::LONGEST_AUTHORIZATION {
            return None;
        }
        let text = text.trim_ascii();
        let padding = text.iter().rev().take_while(|&&byte| byte == b'=').count();
        Some(self.hashed(b'l', &text[..text.len() - padding]))
    }

    /// Longer fields of strangers are not worth a hash.
    const LONGEST_AUTHORIZATION: usize = 1024;

    /// `kind` keeps a token from being taken for a login; the length keeps the end of the name
    /// from being taken for the start of the secret.
    fn hashed(&self, kind: u8, secret: &[u8]) -> TokenHash {
        let length = u8::try_from(self.0.len()).unwrap_or(u8::MAX);
        let mut hasher = Sha256::new();
        hasher.update([kind, length]);
        hasher.update(self.0.as_bytes());
        hasher.update(secret);
        TokenHash(hasher.finalize().into())
    }
}

impl FromStr for Environment {
    type Err = AdmissionError;

    fn from_str(name: &str) -> Result<Self, AdmissionError> {
        Self::new(name)
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What is kept of a token or a login: SHA-256 over it and its environment.
///
/// * Compared in a time that does not depend on where two hashes differ.
/// * `Debug` does not show it. Serialised it is 64 lower-case hexadecimal digits: it lets nobody in.
/// * A key of a hash map, by which a phone is found whose request names none.
///
/// ```
/// use std::collections::HashMap;
/// use phone_provisioning::delivery::admission::Environment;
///
/// let environment = Environment::new("production")?;
/// let (token, hash) = environment.new_token(b"16 random bytes!")?;
/// let phones = HashMap::from([(hash, "the phone in the lobby")]);
/// assert_eq!(phones[&environment.hash(token.expose())], "the phone in the lobby");
/// # Ok::<(), phone_provisioning::delivery::admission::AdmissionError>(())
/// ```
#[derive(Clone, Copy, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Stands where a phone has no credential, so that comparing takes its time all the same. It is
    /// the hash of nothing.
    pub(super) const OF_NOTHING: Self = Self([0; 32]);

    /// The bytes, to find a record by.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        let differences = pairs.fold(0, |sum, (a, b)| sum | (a ^ b));
        // black_box keeps the optimiser from leaving the loop at the first difference.
        std::hint::black_box(differences) == 0
    }
}

/// Equal hashes have equal bytes, also for a map.
impl Hash for TokenHash {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash([redacted])")
    }
}

impl Serialize for TokenHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
        let digits = self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        serializer.serialize_str(&digits.map(digit).collect::<String>())
    }
}

impl<'de> Deserialize<'de> for TokenHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let malformed = || de::Error::custom("expected a hash of 64 hexadecimal digits");
        let text = String::deserialize(deserializer)?;
        if text.len() != 64 {
            return Err(malformed());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            for &digit in pair {
                let value = char::from(digit).to_digit(16).ok_or_else(malformed)?;
                *byte = *byte << 4 | u8::try_from(value).unwrap_or(0);
            }
        }
        Ok(Self(bytes))
    }
}

/// What a phone has to show: a token in its address, a login, or both. It holds hashes only, and is
/// serialised as a part of a [`PhoneRecord`](super::PhoneRecord).
///
/// ```
/// use phone_provisioning::delivery::admission::{Credential, Environment};
/// use phone_provisioning::model::Login;
///
/// let environment = Environment::new("production")?;
/// let (token, hash) = environment.new_token(b"other 16 bytes..")?;
/// let login = Login { username: "phone".parse()?, password: token };
/// let both = Credential::token(hash).and_login(environment.hash_login(&login)?);
/// assert_ne!(both, Credential::token(hash));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Credential {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) token: Option<TokenHash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) login: Option<TokenHash>,
}

impl Credential {
    /// A token in the path or query of the address.
    pub const fn token(hash: TokenHash) -> Self {
        Self {
            token: Some(hash),
            login: None,
        }
    }

    /// A user name and a password, for addresses without a token; see [`Environment::hash_login`].
    pub const fn login(hash: TokenHash) -> Self {
        Self {
            token: None,
            login: Some(hash),
        }
    }

    /// Asks for a login besides. A request with the token alone is then challenged for it.
    #[must_use]
    pub const fn and_login(self, hash: TokenHash) -> Self {
        Self {
            login: Some(hash),
            ..self
        }
    }
}

impl<'de> Deserialize<'de> for Credential {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            token: Option<TokenHash>,
            login: Option<TokenHash>,
        }
        let Parts { token, login } = Parts::deserialize(deserializer)?;
        // One that asks for nothing would let everybody in.
        if token.is_none() && login.is_none() {
            return Err(de::Error::custom("expected a token, a login or both"));
        }
        Ok(Self { token, login })
    }
}

/// Base64 without padding, with these two characters for 62 and 63 (RFC 4648 sections 4 and 5).
fn base64(bytes: &[u8], last_two: &[u8; 2]) -> Zeroizing<String> {
    let digit = |value: u8| match value {
        0..=25 => b'A' + value,
        26..=51 => b'a' + value - 26,
        52..=61 => b'0' + value - 52,
        _ => last_two[usize::from(value & 1)],
    };
    let mut text = Zeroizing::new(String::with_capacity(bytes.len().div_ceil(3) * 4));
    for group in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(bits);
        for place in 0..=group.len() {
            let value = bits >> (18 - 6 * place) & 63;
            text.push(char::from(digit(value as u8)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648 section 10, without padding.
    #[test]
    fn base64_is_written_as_its_standard_shows() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes(), b"+/").as_str(), text);
        }
        let marks = [0xfb, 0xff, 0xbf];
        assert_eq!(base64(&marks, b"+/").as_str(), "+/+/");
        assert_eq!(base64(&marks, b"-_").as_str(), "-_-_");
    }

    /// RFC 7617 section 2: the field of user `Aladdin` with the password of the tale, made longer.
    #[test]
    fn a_login_is_found_in_its_field() {
        let environment = Environment::new("production").unwrap();
        let login = Login {
            username: "Aladdin".parse().unwrap(),
            password: "open sesame, open sesame".parse().unwrap(),
        };
        let hash = environment.hash_login(&login).unwrap();
        let text = "QWxhZGRpbjpvcGVuIHNlc2FtZSwgb3BlbiBzZXNhbWU";
        for field in [
            format!("Basic {text}="),
            format!("basic  {text}"),
            format!("BASIC {text}= "),
        ] {
            assert_eq!(environment.hash_authorization(field.as_bytes()), Some(hash));
        }
        for field in ["", "Basic", "Digest username=\"Aladdin\"", "Basicx"] {
            assert_eq!(environment.hash_authorization(field.as_bytes()), None);
        }
        let token = environment.hash(text);
        assert_ne!(token, hash, "a token is no login");
    }

    #[test]
    fn a_name_cannot_borrow_from_the_secret() {
        let hash = |name: &str, token| Environment::new(name).unwrap().hash(token);
        assert_ne!(hash("ab", "c"), hash("a", "bc"));
    }
}
