//! Compatibility mode: the file as raw blocks, its key beside it under a key that all phones share.

use zeroize::Zeroizing;

use super::{Decrypted, EncryptionError, FileKey, KeySize, Style, blocks};

/// What wraps the keys of all files for all phones. Public for more than ten years.
const SHARED: &[u8; 16] = b"EKs35XacP6eybA25";

/// Encrypts a file in compatibility mode: nothing but blocks, to be served under the file's own name.
///
/// See [`is_encryptable`](super::is_encryptable) for the files that phones take encrypted.
pub fn encrypt(plain: &[u8], key: &FileKey, style: Style) -> Vec<u8> {
    blocks::seal(plain, key.bytes(), style)
}

/// Decrypts a file of compatibility mode, however its last block was padded: by PKCS#7, with zero
/// bytes, or not at all.
///
/// # Errors
/// [`Blocks`](EncryptionError::Blocks), [`TooLarge`](EncryptionError::TooLarge);
/// [`WrongKey`](EncryptionError::WrongKey) when what comes out is no text.
pub fn decrypt(encrypted: &[u8], key: &FileKey) -> Result<Decrypted, EncryptionError> {
    blocks::open(encrypted, key.bytes())
}

/// Bytes of the file under [`key_file_name`](super::key_file_name): the key of the file, wrapped by
/// the key that all phones share.
///
/// For keys of 16 characters this is proven by files of the vendor's own program. With 32 characters it
/// makes the two blocks that follow from the same rule, which no source shows: the vendor speaks of
/// 16 characters here. A phone is better given such a key as a setting, or in RSA mode.
pub fn key_file(key: &FileKey) -> Vec<u8> {
    let mut bytes = key.bytes().to_vec();
    blocks::encrypt(&mut bytes, SHARED);
    bytes
}

/// The key out of a key file.
///
/// # Errors
/// [`KeyFileLength`](EncryptionError::KeyFileLength); [`KeyFile`](EncryptionError::KeyFile) when
/// what comes out is no key.
pub fn read_key_file(bytes: &[u8]) -> Result<FileKey, EncryptionError> {
    let found = bytes.len();
    KeySize::of(found).ok_or(EncryptionError::KeyFileLength { found })?;
    let mut key = Zeroizing::new(bytes.to_vec());
    blocks::decrypt(&mut key, SHARED);
    FileKey::from_bytes(&key).ok_or(EncryptionError::KeyFile)
}
