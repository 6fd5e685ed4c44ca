//! The encrypted files of Yealink phones, made and read (feature `yealink-encrypt`).
//!
//! **This is compatibility, not secrecy.** The files are encrypted block by block (AES in ECB mode):
//! equal blocks stay visible, and nothing notices a changed file. In compatibility mode the key of a
//! file lies beside it under a wrapping key that is the same in every phone and known to everybody;
//! the key pair that RSA mode used by default is known as well. Serve the files by HTTPS where what
//! they hold matters, and use this where a phone insists on encrypted files
//! (`static.auto_provision.update_file_mode = 1`) or sends them.
//!
//! | mode | beside the file | the phone needs |
//! |---|---|---|
//! | compatibility, key in a file | [`key_file`] under [`key_file_name`] | `static.auto_provision.aes_key_in_file = 1` |
//! | compatibility, key in the phone | nothing | `….aes_key_in_file = 0` and the key in `static.auto_provision.aes_key_16.mac` or, for files of all phones, `….aes_key_16.com` |
//! | RSA (from V84 on) | nothing | `….aes_key_in_file = 1` and the private key of the pair |
//!
//! An encrypted file keeps its name. A phone must hold what it needs *before* it is given encrypted
//! files: it cannot say why it could not read one.
//!
//! Keys and randomness are the caller's, as everything of this crate is a value:
//!
//! ```
//! use phone_provisioning::target::yealink::encrypt::{
//!     FileKey, Kind, Style, decrypt, detect, encrypt, key_file, key_file_name, read_key_file,
//! };
//!
//! // From the generator of the operating system, in a real program.
//! let random: [u8; 64] = std::array::from_fn(|i| (i * 37) as u8);
//! let key = FileKey::from_random(Default::default(), &random)?;
//! let plain = b"#!version:1.0.0.1\naccount.1.enable = 1\n";
//!
//! let body = encrypt(plain, &key, Style::default());
//! assert_eq!(detect(&body), Kind::Compatibility);
//! let beside = key_file_name("805e0c123456.cfg").ok_or("no phone asks for its key")?;
//! assert_eq!((beside.as_str(), key_file(&key).len()), ("805e0c123456_Security.enc", 16));
//!
//! assert_eq!(decrypt(&body, &read_key_file(&key_file(&key))?)?.bytes(), plain);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The advisory RUSTSEC-2023-0071
//!
//! The crate `rsa` takes a time for its private-key operation that depends a little on the secret.
//! [`encrypt_rsa`] uses the public key alone and is not affected. [`Container::file_key`] and
//! [`decrypt_rsa`] are: do not run them on containers that strangers send with a private key that
//! protects anything, where the strangers see how long you take. Reading one's own files, or those of
//! one's own phones out of a directory, gives nobody anything to measure.

mod blocks;
mod compat;
mod container;
mod error;
mod key;
mod key_pair;

use std::fmt;

use zeroize::Zeroizing;

pub use compat::{decrypt, encrypt, key_file, read_key_file};
pub use container::{Container, decrypt_rsa, encrypt_rsa};
pub use error::EncryptionError;
pub use key::{FileKey, KeySize};
pub use key_pair::{PrivateKey, PublicKey};

/// The largest file that is read, in bytes: 16 MiB. A limit of this crate against what strangers
/// send (a full configuration has some 100 KiB); nothing keeps a caller from writing larger ones.
pub const MAX_FILE_LEN: usize = 16 << 20;

/// Whose habits a written file has. Everything that reads, reads both.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Style {
    /// As the public programs write: padded by PKCS#7, which always adds a byte, so that `openssl`
    /// and every library takes the padding off; lines of a container end in LF.
    Open,
    /// As the vendor's own program writes: filled up with zero bytes to a whole block and not at all
    /// where the length fits; lines of a container end in CR LF. Files made so are what phones have
    /// been given for years.
    #[default]
    Vendor,
}

/// What a file is, as far as that shows without a key.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// Text: nothing is encrypted.
    Plain,
    /// No text, and a whole number of blocks: encrypted in compatibility mode, or something else
    /// entirely; only the key can tell.
    Compatibility,
    /// A container of RSA mode.
    Rsa,
    /// Neither text nor a whole number of blocks.
    Unknown,
}

/// Tells plain files from encrypted ones.
///
/// ```
/// use phone_provisioning::target::yealink::encrypt::{Kind, detect};
///
/// assert_eq!(detect(b"#!version:1.0.0.1\nlang.gui = English\n"), Kind::Plain);
/// assert_eq!(detect(b"#!encrypt:1.0.0.0\n#!key_signatue:RSA_256\n"), Kind::Rsa);
/// assert_eq!(detect(&[0x80; 32]), Kind::Compatibility);
/// assert_eq!(detect(&[0x80; 33]), Kind::Unknown);
/// ```
pub fn detect(file: &[u8]) -> Kind {
    if file.starts_with(container::MAGIC) {
        Kind::Rsa
    } else if blocks::is_text(file) {
        Kind::Plain
    } else if file.len().is_multiple_of(blocks::LEN) {
        Kind::Compatibility
    } else {
        Kind::Unknown
    }
}

/// Whether phones take the file of this name encrypted: configuration files (`….cfg`, the uploaded
/// `<mac>-local.cfg` among them) and the phone's contacts (`<mac>-contact.xml`). The vendor lists no
/// others; boot files in particular stay plain.
///
/// ```
/// use phone_provisioning::target::yealink::encrypt::is_encryptable;
///
/// assert!(is_encryptable("805e0c123456.cfg") && is_encryptable("805e0c123456-contact.xml"));
/// assert!(!is_encryptable("805e0c123456.boot") && !is_encryptable("y000000000000.rom"));
/// ```
pub fn is_encryptable(file_name: &str) -> bool {
    key_file_name(file_name).is_some() || stem(file_name, "-contact.xml").is_some()
}

/// Name of the file that holds the key of an encrypted configuration file: `805e0c123456.cfg` →
/// `805e0c123456_Security.enc`, to be served beside it.
///
/// `None` for every other file: phones ask for the keys of configuration files only, those of
/// contacts are settings of the phone. Some clients ask in lower case (`_security.enc`), so a server
/// does well to ignore the case.
pub fn key_file_name(file_name: &str) -> Option<String> {
    Some(format!("{}_Security.enc", stem(file_name, ".cfg")?))
}

/// The name without its end, in any letter case; nothing but a name of a file.
fn stem<'n>(file_name: &'n str, end: &str) -> Option<&'n str> {
    let (stem, found) = file_name.split_at_checked(file_name.len().checked_sub(end.len())?)?;
    let named = !stem.is_empty() && !stem.contains(['/', '\\', '\0']);
    (named && found.eq_ignore_ascii_case(end)).then_some(stem)
}

/// A decrypted file. It holds passwords: `Debug` does not show it, and it is wiped when dropped.
#[derive(Clone)]
pub struct Decrypted(Zeroizing<Vec<u8>>);

impl Decrypted {
    /// The bytes: UTF-8 text without control characters other than tab, line feed and carriage
    /// return.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Decrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decrypted([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (file, key_file) in [
            ("805e0c123456.cfg", Some("805e0c123456_Security.enc")),
            ("y000000000028.CFG", Some("y000000000028_Security.enc")),
            (
                "805e0c123456-local.cfg",
                Some("805e0c123456-local_Security.enc"),
            ),
            ("805e0c123456-contact.xml", None),
            ("805e0c123456.boot", None),
            ("805e0c123456_Security.enc", None),
            (".cfg", None),
            ("cfg", None),
            ("é.cfg", Some("é_Security.enc")),
            ("écfg", None),
            ("../x.cfg", None),
            ("a\\x.cfg", None),
            ("", None),
        ] {
            assert_eq!(key_file_name(file).as_deref(), key_file, "{file}");
        }
        assert!(is_encryptable("805e0c123456-Contact.XML"));
        for file in [
            "contact.xml",
            "a/b-contact.xml",
            "805e0c123456.boot",
            "x.xml",
            "",
        ] {
            assert!(!is_encryptable(file), "{file}");
        }
    }

    #[test]
    fn kinds_of_files() {
        assert_eq!(detect(b""), Kind::Plain);
        assert_eq!(
            detect("\u{feff}lang.gui = Français\r\n".as_bytes()),
            Kind::Plain
        );
        assert_eq!(detect(b"sixteen bytes ..\0"), Kind::Unknown);
        assert_eq!(detect(b"fifteen bytes .\0"), Kind::Compatibility);
        assert_eq!(detect(b"#!encrypt:2"), Kind::Rsa);
        assert_eq!(detect(b" #!encrypt:1.0.0.0"), Kind::Plain);
    }
}
