//! RSA mode: a text file that carries the encrypted file and its key, wrapped by an RSA key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{
    Decrypted, EncryptionError, FileKey, KeySize, MAX_FILE_LEN, PrivateKey, PublicKey, Style,
    blocks,
};

/// How a container begins.
pub(super) const MAGIC: &[u8] = b"#!encrypt:";

const VERSION: &str = "#!encrypt:1.0.0.0";
/// Spelt so in the files of the vendor's program.
const SCHEME: &str = "#!key_signatue:RSA_256";
const AES_128: &str = "#!conf_encryption:AES_128";
const AES_256: &str = "#!conf_encryption:AES_256";
const KEY: &str = "#!key_ciphertext:";
const BEGIN: &str = "#!---BEGIN CONFIG DATA---";
const END: &str = "#!---END CONFIG DATA---";

/// Makes a container of RSA mode out of a file, to be served under the file's own name.
///
/// `random` is fresh for every file, [`PublicKey::random_len`] bytes of the operating system's generator;
/// the same bytes give the same container. A key of 32 characters makes `AES_256`, as all files of
/// the vendor's program that are known; one of 16 makes `AES_128`, which that program is said to offer.
///
/// # Errors
/// [`Randomness`](EncryptionError::Randomness) when there are too few bytes.
pub fn encrypt_rsa(
    plain: &[u8],
    key: &FileKey,
    public_key: &PublicKey,
    random: &[u8],
    style: Style,
) -> Result<Vec<u8>, EncryptionError> {
    let wrapped = STANDARD.encode(public_key.wrap(key, random)?);
    let body = STANDARD.encode(blocks::seal(plain, key.bytes(), style));
    let size = match key.size() {
        KeySize::Characters16 => AES_128,
        KeySize::Characters32 => AES_256,
    };
    let end = match style {
        Style::Open => "\n",
        Style::Vendor => "\r\n",
    };
    let lines = [VERSION, SCHEME, size, KEY, &wrapped, BEGIN, &body, END];
    let mut bytes = Vec::with_capacity(lines.iter().map(|line| line.len() + 2).sum());
    for line in lines {
        bytes.extend_from_slice(line.as_bytes());
        // The key stands in the line that names it.
        if line != KEY {
            bytes.extend_from_slice(end.as_bytes());
        }
    }
    Ok(bytes)
}

/// Reads a container of RSA mode: [`Container::parse`], [`Container::file_key`],
/// [`Container::decrypt`].
///
/// # Errors
/// Those of the three.
pub fn decrypt_rsa(bytes: &[u8], private_key: &PrivateKey) -> Result<Decrypted, EncryptionError> {
    let container = Container::parse(bytes)?;
    container.decrypt(&container.file_key(private_key)?)
}

/// A container of RSA mode that was read and not yet decrypted.
///
/// ```
/// use phone_provisioning::target::yealink::encrypt::{Container, EncryptionError};
///
/// let refused = Container::parse(b"#!version:1.0.0.1\n").unwrap_err();
/// assert_eq!(refused, EncryptionError::NotAContainer);
/// ```
#[derive(Clone, Debug)]
pub struct Container {
    size: KeySize,
    wrapped_key: Option<Vec<u8>>,
    body: Vec<u8>,
}

impl Container {
    /// Reads a container: seven lines in their order, ended by LF or CR LF (the vendor's program
    /// writes CR LF), the last one with or without.
    ///
    /// # Errors
    /// [`NotAContainer`](EncryptionError::NotAContainer), [`TooLarge`](EncryptionError::TooLarge),
    /// [`Truncated`](EncryptionError::Truncated), [`Line`](EncryptionError::Line),
    /// [`Base64`](EncryptionError::Base64), [`Blocks`](EncryptionError::Blocks),
    /// [`Trailing`](EncryptionError::Trailing).
    pub fn parse(bytes: &[u8]) -> Result<Self, EncryptionError> {
        if !bytes.starts_with(MAGIC) {
            return Err(EncryptionError::NotAContainer);
        }
        let found = bytes.len();
        if found > MAX_FILE_LEN {
            return Err(EncryptionError::TooLarge { found });
        }
        let mut lines = Lines {
            rest: bytes,
            line: 0,
        };
        lines.exactly(VERSION)?;
        lines.exactly(SCHEME)?;
        let size = match lines.next("#!conf_encryption:AES_256")? {
            line if line == AES_256.as_bytes() => KeySize::Characters32,
            line if line == AES_128.as_bytes() => KeySize::Characters16,
            _ => {
                return Err(lines.wrong("#!conf_encryption:AES_128` or `#!conf_encryption:AES_256"));
            }
        };
        let expected = "#!key_ciphertext:<base64>";
        let wrapped = lines.next(expected)?;
        let wrapped = wrapped
            .strip_prefix(KEY.as_bytes())
            .ok_or_else(|| lines.wrong(expected))?;
        let wrapped_key = match lines.base64(wrapped)? {
            empty if empty.is_empty() => None,
            wrapped => Some(wrapped),
        };
        lines.exactly(BEGIN)?;
        let body = lines.next("<base64>")?;
        let body = lines.base64(body)?;
        let found = body.len();
        if found == 0 || !found.is_multiple_of(blocks::LEN) {
            return Err(EncryptionError::Blocks { found });
        }
        lines.last(END)?;
        Ok(Self {
            size,
            wrapped_key,
            body,
        })
    }

    /// Length of the key that the container was made with.
    pub fn key_size(&self) -> KeySize {
        self.size
    }

    /// The key of the file, unwrapped. Read the advisory in the [module's text](super) before doing
    /// this with what strangers send.
    ///
    /// # Errors
    /// [`NoKey`](EncryptionError::NoKey) where the container has none (the vendor's program can make
    /// such files), [`WrongPrivateKey`](EncryptionError::WrongPrivateKey).
    pub fn file_key(&self, private_key: &PrivateKey) -> Result<FileKey, EncryptionError> {
        let wrapped = self.wrapped_key.as_deref();
        private_key.unwrap(wrapped.ok_or(EncryptionError::NoKey)?)
    }

    /// The file, with a key that is known.
    ///
    /// # Errors
    /// [`ContainerKey`](EncryptionError::ContainerKey), [`WrongKey`](EncryptionError::WrongKey).
    pub fn decrypt(&self, key: &FileKey) -> Result<Decrypted, EncryptionError> {
        if key.size() != self.size {
            return Err(EncryptionError::ContainerKey {
                expected: self.size.characters(),
                found: key.size().characters(),
            });
        }
        blocks::open(&self.body, key.bytes())
    }
}

/// The lines of a container, read one after another.
struct Lines<'a> {
    rest: &'a [u8],
    /// The line that was read last, counted from 1.
    line: usize,
}

impl<'a> Lines<'a> {
    /// The next line, without its end, which it must have.
    fn next(&mut self, expected: &'static str) -> Result<&'a [u8], EncryptionError> {
        self.line += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let end = end.ok_or(EncryptionError::Truncated {
            line: self.line,
            expected,
        })?;
        let line = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        Ok(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn exactly(&mut self, expected: &'static str) -> Result<(), EncryptionError> {
        if self.next(expected)? == expected.as_bytes() {
            Ok(())
        } else {
            Err(self.wrong(expected))
        }
    }

    /// The last line, with or without an end, and nothing behind it.
    fn last(&mut self, expected: &'static str) -> Result<(), EncryptionError> {
        self.line += 1;
        let line = self.line;
        match self.rest.strip_prefix(expected.as_bytes()) {
            Some(b"" | b"\n" | b"\r\n" | b"\r") => Ok(()),
            Some([b'\n', ..] | [b'\r', b'\n', ..]) => {
                Err(EncryptionError::Trailing { line: line + 1 })
            }
            Some(_) => Err(self.wrong(expected)),
            None if expected.as_bytes().starts_with(self.rest) => {
                Err(EncryptionError::Truncated { line, expected })
            }
            None => Err(self.wrong(expected)),
        }
    }

    fn base64(&self, encoded: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        let wrong = |_| EncryptionError::Base64 { line: self.line };
        STANDARD.decode(encoded).map_err(wrong)
    }

    fn wrong(&self, expected: &'static str) -> EncryptionError {
        EncryptionError::Line {
            line: self.line,
            expected,
        }
    }
}
