//! What is wrong with a key, a container or an encrypted file.

use super::{MAX_FILE_LEN, blocks};

/// Why a file cannot be encrypted or decrypted. No text shows a key or any part of a file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// Bytes that are no base64 where a container has base64.
    #[error("line {line}: not well-formed base64")]
    Base64 {
        /// Line of the container, counted from 1.
        line: usize,
    },
    /// Not the whole blocks that encryption makes.
    #[error(
        "expected blocks of {} bytes, one or more, found {found} bytes",
        blocks::LEN
    )]
    Blocks {
        /// Length of the encrypted part.
        found: usize,
    },
    /// The key of the file has another length than the container says.
    #[error("the container is made for a key of {expected} characters, this one has {found}")]
    ContainerKey {
        /// Characters that the container says.
        expected: usize,
        /// Characters that the key has.
        found: usize,
    },
    /// A character that a key cannot have; it is not named, as it is part of a secret.
    #[error("character {position} of the key is not among {allowed}")]
    KeyCharacter {
        /// Its place, counted in characters from 1.
        position: usize,
        /// The characters that keys are made of.
        allowed: &'static str,
    },
    /// A key file that no key comes out of.
    #[error("no key comes out of this key file: it was made for another kind of phone, or damaged")]
    KeyFile,
    /// A key file of another length.
    #[error("expected a key file of 16 or 32 bytes, found {found} bytes")]
    KeyFileLength {
        /// Its length.
        found: usize,
    },
    /// A key of another length.
    #[error("expected a key of {expected} characters, found {found}")]
    KeyLength {
        /// The lengths that fit.
        expected: &'static str,
        /// How many characters there are.
        found: usize,
    },
    /// A line of a container that is something else.
    #[error("line {line}: expected `{expected}`")]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What belongs there.
        expected: &'static str,
    },
    /// A container without a key: it can be read with a key that is known from elsewhere only.
    #[error("the container holds no key; pass the key itself")]
    NoKey,
    /// A file that does not begin as a container of RSA mode does.
    #[error("not a container of RSA mode: expected it to begin with `#!encrypt:`")]
    NotAContainer,
    /// Too little randomness was passed.
    #[error("expected at least {expected} bytes of the operating system's randomness")]
    Randomness {
        /// How many bytes to pass.
        expected: usize,
    },
    /// An RSA key that cannot be used.
    #[error("not an RSA {expected} key of 1024 to 4096 bits in PEM form, without a pass phrase")]
    RsaKey {
        /// `public` or `private`.
        expected: &'static str,
    },
    /// A file beyond [`MAX_FILE_LEN`].
    #[error("expected at most {MAX_FILE_LEN} bytes, found {found}")]
    TooLarge {
        /// Its length.
        found: usize,
    },
    /// Something behind the end of a container.
    #[error("line {line}: expected nothing behind the end of the container")]
    Trailing {
        /// The line, counted from 1.
        line: usize,
    },
    /// A container that ends too early.
    #[error("ends in line {line}: expected `{expected}` and a line end")]
    Truncated {
        /// The line that is missing or has no end, counted from 1.
        line: usize,
        /// What belongs there.
        expected: &'static str,
    },
    /// Decrypting gives no text: another key, or a file that was never encrypted.
    #[error("the key does not open this file: what comes out is no text")]
    WrongKey,
    /// The container was made for another RSA key.
    #[error("the private key does not open this container")]
    WrongPrivateKey,
}
