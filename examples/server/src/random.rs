//! Randomness of the operating system.

use phone_provisioning::Secret;
use phone_provisioning::delivery::admission::Environment;

/// Fresh bytes.
///
/// # Panics
/// When the system has none: nothing that needs them may go on then.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    bytes
}

/// A token of 128 bits.
pub fn token(environment: &Environment) -> Secret {
    let (token, _) = environment
        .new_token(&bytes::<16>())
        .expect("16 bytes are enough");
    token
}
