//! AES block by block, the padding of the last block, and what counts as text.

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use zeroize::Zeroizing;

use super::{Decrypted, EncryptionError, MAX_FILE_LEN, Style};

/// Length of a block in bytes.
pub(super) const LEN: usize = 16;

/// Encrypts a file as one whole.
pub(super) fn seal(plain: &[u8], key: &[u8], style: Style) -> Vec<u8> {
    let last = plain.len() % LEN;
    let (fill, with) = match (style, last) {
        (Style::Open, _) => (LEN - last, (LEN - last) as u8),
        // A file has one block at least.
        (Style::Vendor, 0) if !plain.is_empty() => (0, 0),
        (Style::Vendor, _) => (LEN - last, 0),
    };
    let mut bytes = Vec::with_capacity(plain.len() + fill);
    bytes.extend_from_slice(plain);
    bytes.resize(plain.len() + fill, with);
    encrypt(&mut bytes, key);
    bytes
}

/// Decrypts a file and takes its padding off: PKCS#7, zero bytes, or none.
pub(super) fn open(encrypted: &[u8], key: &[u8]) -> Result<Decrypted, EncryptionError> {
    let found = encrypted.len();
    if found > MAX_FILE_LEN {
        return Err(EncryptionError::TooLarge { found });
    }
    if found == 0 || !found.is_multiple_of(LEN) {
        return Err(EncryptionError::Blocks { found });
    }
    let mut bytes = Zeroizing::new(encrypted.to_vec());
    decrypt(&mut bytes, key);
    let len = unpadded_len(&bytes);
    bytes.truncate(len);
    if is_text(&bytes) {
        Ok(Decrypted(bytes))
    } else {
        Err(EncryptionError::WrongKey)
    }
}

/// Whether bytes can be a file of a phone: UTF-8 without control characters other than tab, line feed
/// and carriage return. What comes out with a wrong key is random: of a single block about one in
/// a million is text, and with each further block a million times fewer.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let harmless = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(harmless))
}

/// Encrypts whole blocks in place with a key of 16 or 32 bytes.
pub(super) fn encrypt(bytes: &mut [u8], key: &[u8]) {
    let (blocks, _) = Array::slice_as_chunks_mut(bytes);
    if let Ok(cipher) = Aes256::new_from_slice(key) {
        cipher.encrypt_blocks(blocks);
    } else if let Ok(cipher) = Aes128::new_from_slice(key) {
        cipher.encrypt_blocks(blocks);
    }
}

/// Decrypts whole blocks in place with a key of 16 or 32 bytes.
pub(super) fn decrypt(bytes: &mut [u8], key: &[u8]) {
    let (blocks, _) = Array::slice_as_chunks_mut(bytes);
    if let Ok(cipher) = Aes256::new_from_slice(key) {
        cipher.decrypt_blocks(blocks);
    } else if let Ok(cipher) = Aes128::new_from_slice(key) {
        cipher.decrypt_blocks(blocks);
    }
}

/// Length without the padding.
fn unpadded_len(bytes: &[u8]) -> usize {
    let Some(&last) = bytes.last() else {
        return 0;
    };
    let padding = usize::from(last);
    if (1..=LEN).contains(&padding) {
        let rest = bytes.len().saturating_sub(padding);
        // Ten line feeds at the end of a file without padding look the same; nobody misses them.
        return if bytes[rest..].iter().all(|byte| *byte == last) {
            rest
        } else {
            bytes.len()
        };
    }
    bytes.len() - bytes.iter().rev().take_while(|byte| **byte == 0).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits = |i| u8::from_str_radix(&text[i..i + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(digits).collect()
    }

    /// The example vectors of FIPS-197 (appendix C) and of SP 800-38A (F.1.1, F.1.5).
    #[test]
    fn published_vectors() {
        let quarter = [
            "6bc1bee22e409f96e93d7e117393172a",
            "ae2d8a571e03ac9c9eb76fac45af8e51",
            "30c81c46a35ce411e5fbc1191a0a52ef",
            "f69f2445df4f9b17ad2b417be66c3710",
        ]
        .concat();
        for (key, plain, encrypted) in [
            (
                "000102030405060708090a0b0c0d0e0f",
                "00112233445566778899aabbccddeeff",
                "69c4e0d86a7b0430d8cdb78070b4c55a".to_owned(),
            ),
            (
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                "00112233445566778899aabbccddeeff",
                "8ea2b7ca516745bfeafc49904b496089".to_owned(),
            ),
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                &quarter,
                [
                    "3ad77bb40d7a3660a89ecaf32466ef97",
                    "f5d3d58503b9699de785895a96fdbaaf",
                    "43b1cd7f598ece23881b00e3ed030688",
                    "7b0c785e27e8ad3f8223207104725dd4",
                ]
                .concat(),
            ),
            (
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                &quarter,
                [
                    "f3eed1bdb5d2a03c064b5a7e3db181f8",
                    "591ccb10d410ed26dc5ba74a31362870",
                    "b6ed21b99ca6f4f9f153e7b1beafed1d",
                    "23304b7a39f9f3ff067d8d8f9e24ecc7",
                ]
                .concat(),
            ),
        ] {
            let mut bytes = hex(plain);
            encrypt(&mut bytes, &hex(key));
            assert_eq!(bytes, hex(&encrypted));
            decrypt(&mut bytes, &hex(key));
            assert_eq!(bytes, hex(plain));
        }
    }

    #[test]
    fn padding_of_all_kinds_is_taken_off() {
        let block = b"lang.gui = Czech";
        for (padded, expected) in [
            (&block[..], &block[..]),
            (
                b"x = 1\n\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a\x0a",
                b"x = 1\n",
            ),
            (b"x = 1\n\0\0\0\0\0\0\0\0\0\0", b"x = 1\n"),
            (b"x = 1\n          ", b"x = 1\n          "),
            (b"fifteen bytes 1\x01", b"fifteen bytes 1"),
            // Two line feeds are no PKCS#7 padding and stay.
            (b"x = 1 # comm\n\n", b"x = 1 # comm\n\n"),
            (&[16; 16], b""),
            (&[0; 16], b""),
            (&[17; 16], &[17; 16]),
        ] {
            assert_eq!(&padded[..unpadded_len(padded)], expected, "{padded:?}");
        }
        // Padding that is longer than the file.
        assert_eq!(unpadded_len(&[9, 9]), 0);
    }

    #[test]
    fn styles_of_padding() {
        let lengths =
            |style| [0, 1, 15, 16, 17].map(|len| seal(&vec![b'x'; len], &[0; 16], style).len());
        assert_eq!(lengths(Style::Open), [16, 16, 16, 32, 32]);
        assert_eq!(lengths(Style::Vendor), [16, 16, 16, 16, 32]);
    }
}
