//! The two halves of an RSA key pair: the public one wraps keys of files, the private one unwraps.

use std::fmt;
use std::str::FromStr;

use rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _};
use rsa::rand_core::{CryptoRng, RngCore};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BigUint, Pkcs1v15Encrypt, RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::{EncryptionError, FileKey};

/// More than a key of 4096 bits with remarks around it.
const LONGEST_PEM: usize = 32 << 10;

/// The public half: makes containers.
///
/// * 1024 bits, the vendor's default, to 4096.
/// * Read from PEM text, `PUBLIC KEY` or `RSA PUBLIC KEY`, by `parse`.
#[derive(Clone)]
pub struct PublicKey(RsaPublicKey);

impl PublicKey {
    /// How many random bytes wrapping a key asks for.
    pub fn random_len(&self) -> usize {
        2 * self.0.size()
    }

    /// Length of the modulus in bits.
    pub fn bits(&self) -> usize {
        self.0.n().bits()
    }

    pub(super) fn wrap(&self, key: &FileKey, random: &[u8]) -> Result<Vec<u8>, EncryptionError> {
        let too_few = EncryptionError::Randomness {
            expected: self.random_len(),
        };
        let mut given = Given {
            // The padding has no zero byte. Passing them over here keeps the result the same
            // whatever way the crate `rsa` has of replacing them.
            bytes: random.iter().copied().filter(|byte| *byte != 0),
            used_up: random.len() < self.random_len(),
        };
        match self.0.encrypt(&mut given, Pkcs1v15Encrypt, key.bytes()) {
            Ok(wrapped) if !given.used_up => Ok(wrapped),
            Ok(_) => Err(too_few),
            Err(_) => Err(EncryptionError::RsaKey { expected: "public" }),
        }
    }
}

impl FromStr for PublicKey {
    type Err = EncryptionError;

    /// # Errors
    /// [`EncryptionError::RsaKey`].
    fn from_str(pem: &str) -> Result<Self, Self::Err> {
        let read = |pem| {
            RsaPublicKey::from_public_key_pem(pem)
                .ok()
                .or_else(|| RsaPublicKey::from_pkcs1_pem(pem).ok())
        };
        Some(pem)
            .filter(|pem| pem.len() <= LONGEST_PEM)
            .and_then(read)
            .filter(|key| is_modulus(key.n()))
            .map(Self)
            .ok_or(EncryptionError::RsaKey { expected: "public" })
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}

/// The private half: reads containers. Wiped from memory when dropped, `[redacted]` in `Debug`.
///
/// * 1024 to 4096 bits, of two primes of about one length.
/// * Read from PEM text, `PRIVATE KEY` or `RSA PRIVATE KEY` without a pass phrase, by `parse`.
#[derive(Clone)]
pub struct PrivateKey(RsaPrivateKey);

impl PrivateKey {
    /// The other half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.to_public_key())
    }

    pub(super) fn unwrap(&self, wrapped: &[u8]) -> Result<FileKey, EncryptionError> {
        let key = self.0.decrypt(Pkcs1v15Encrypt, wrapped);
        let key = Zeroizing::new(key.map_err(|_| EncryptionError::WrongPrivateKey)?);
        FileKey::from_bytes(&key).ok_or(EncryptionError::WrongPrivateKey)
    }
}

impl FromStr for PrivateKey {
    type Err = EncryptionError;

    /// # Errors
    /// [`EncryptionError::RsaKey`].
    fn from_str(pem: &str) -> Result<Self, Self::Err> {
        let read = |pem| {
            RsaPrivateKey::from_pkcs8_pem(pem)
                .ok()
                .or_else(|| RsaPrivateKey::from_pkcs1_pem(pem).ok())
        };
        Some(pem)
            .filter(|pem| pem.len() <= LONGEST_PEM)
            .and_then(read)
            .filter(|key| is_modulus(key.n()) && are_balanced(key.primes()))
            .map(Self)
            .ok_or(EncryptionError::RsaKey {
                expected: "private",
            })
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey([redacted])")
    }
}

fn is_modulus(n: &BigUint) -> bool {
    (1024..=4096).contains(&n.bits())
}

/// The crate `rsa` steps from one prime to the other by adding: with a small and a large one it would
/// not come to an end.
fn are_balanced(primes: &[BigUint]) -> bool {
    match primes {
        [p, q] => p.bits().abs_diff(q.bits()) <= 8,
        _ => false,
    }
}

/// Hands out the randomness that the caller gave.
struct Given<I> {
    bytes: I,
    /// More was asked for than there is: the result must not be used.
    used_up: bool,
}

impl<I: Iterator<Item = u8>> RngCore for Given<I> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        for byte in into {
            let given = self.bytes.next();
            self.used_up |= given.is_none();
            // Anything but zero, which would be asked for again for ever.
            *byte = given.unwrap_or(1);
        }
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(into);
        Ok(())
    }
}

impl<I: Iterator<Item = u8>> CryptoRng for Given<I> {}
