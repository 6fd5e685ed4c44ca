//! The key of a file: 16 or 32 characters that are the bytes of an AES key as they stand.

use std::fmt;

use super::EncryptionError;
use crate::text::Secret;

/// Marks that keys may have from V84 on.
const MARKS: &str = "#$%*+,-.:=?@[]^_{}~";
const LETTERS_AND_DIGITS: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Length of a key.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeySize {
    /// 16 characters, AES-128: every firmware, both modes.
    #[default]
    Characters16,
    /// 32 characters, AES-256: from V84 on.
    Characters32,
}

impl KeySize {
    /// How many characters, and bytes.
    pub const fn characters(self) -> usize {
        match self {
            Self::Characters16 => 16,
            Self::Characters32 => 32,
        }
    }

    /// How many random bytes [`FileKey::from_random`] asks for.
    pub const fn random_len(self) -> usize {
        4 * self.characters()
    }

    pub(super) fn of(characters: usize) -> Option<Self> {
        [Self::Characters16, Self::Characters32]
            .into_iter()
            .find(|size| size.characters() == characters)
    }
}

/// The key that a file is encrypted with.
///
/// * 16 characters, from V84 on also 32.
/// * `0-9 A-Z a-z`, from V84 on also `# $ % * + , - . : = ? @ [ ] ^ _ { } ~`.
///
/// A secret: wiped from memory when dropped, `[redacted]` in `Debug`, compared in a time that does not
/// tell how much of it is right. (Vendor, administrator guide V84 p116; comments of the V81 templates.)
///
/// ```
/// use phone_provisioning::target::yealink::encrypt::FileKey;
///
/// let key = FileKey::any_firmware("0123456789abcdef")?;
/// assert_eq!(format!("{key:?}"), "FileKey([redacted])");
/// let refused = FileKey::any_firmware("0123456789abcde#").unwrap_err();
/// assert_eq!(refused.to_string(), "character 16 of the key is not among 0-9 A-Z a-z");
/// assert!(FileKey::from_v84("0123456789abcde#")?.needs_v84());
/// # Ok::<(), phone_provisioning::target::yealink::encrypt::EncryptionError>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct FileKey {
    secret: Secret,
    size: KeySize,
}

impl FileKey {
    /// A key that phones of every firmware take: 16 letters and digits.
    ///
    /// # Errors
    /// [`KeyLength`](EncryptionError::KeyLength), [`KeyCharacter`](EncryptionError::KeyCharacter).
    pub fn any_firmware(key: &str) -> Result<Self, EncryptionError> {
        let size = Some(KeySize::Characters16);
        Self::checked(key, size, "16", "", "0-9 A-Z a-z")
    }

    /// A key that phones take from V84 on: 16 or 32 characters, marks among them.
    ///
    /// # Errors
    /// [`KeyLength`](EncryptionError::KeyLength), [`KeyCharacter`](EncryptionError::KeyCharacter).
    pub fn from_v84(key: &str) -> Result<Self, EncryptionError> {
        let allowed = "0-9 A-Z a-z # $ % * + , - . : = ? @ [ ] ^ _ { } ~";
        Self::checked(key, None, "16 or 32", MARKS, allowed)
    }

    /// A new key of letters and digits out of random bytes.
    ///
    /// Pass [`KeySize::random_len`] bytes of the operating system's generator: bytes that would make
    /// some characters likelier than others are passed over. (The vendor's program once made its keys
    /// out of the time in seconds.) The same bytes give the same key.
    ///
    /// # Errors
    /// [`Randomness`](EncryptionError::Randomness) when there are too few bytes to make a key of.
    pub fn from_random(size: KeySize, random: &[u8]) -> Result<Self, EncryptionError> {
        // 248 = 4 × 62: every character stands for four bytes.
        let key: zeroize::Zeroizing<String> = random
            .iter()
            .filter(|byte| **byte < 248)
            .map(|byte| char::from(LETTERS_AND_DIGITS[usize::from(byte % 62)]))
            .take(size.characters())
            .collect::<String>()
            .into();
        if random.len() < size.random_len() || key.len() < size.characters() {
            return Err(EncryptionError::Randomness {
                expected: size.random_len(),
            });
        }
        Self::from_v84(&key)
    }

    /// How long it is.
    pub fn size(&self) -> KeySize {
        self.size
    }

    /// Whether only phones from V84 on take it: longer than 16 characters, or with marks.
    pub fn needs_v84(&self) -> bool {
        Self::any_firmware(self.secret.expose()).is_err()
    }

    /// The characters, for the setting that a phone has the key in.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.secret.expose().as_bytes()
    }

    /// The key that came out of a key file or of a container.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::from_v84(std::str::from_utf8(bytes).ok()?).ok()
    }

    fn checked(
        key: &str,
        size: Option<KeySize>,
        lengths: &'static str,
        marks: &str,
        allowed: &'static str,
    ) -> Result<Self, EncryptionError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || marks.contains(c);
        if let Some(at) = key.chars().position(|character| !fits(character)) {
            let position = at + 1;
            return Err(EncryptionError::KeyCharacter { position, allowed });
        }
        let wrong_length = || EncryptionError::KeyLength {
            expected: lengths,
            found: key.len(),
        };
        let size = KeySize::of(key.len())
            .filter(|found| size.is_none_or(|size| size == *found))
            .ok_or_else(wrong_length)?;
        let secret = Secret::new(key).map_err(|_| wrong_length())?;
        Ok(Self { secret, size })
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey([redacted])")
    }
}
