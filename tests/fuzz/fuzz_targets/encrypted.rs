//! An encrypted file of a phone. The first byte says what the rest is held to be: a file with a key of 16
//! or 32 characters, a container with a private key, a file that holds a key, a key pair as text, or a
//! plain file that is encrypted and read back.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phone_provisioning::target::yealink::encrypt::{
    Container, Decrypted, EncryptionError, FileKey, Kind, PrivateKey, PublicKey, Style, decrypt,
    decrypt_rsa, detect, encrypt, encrypt_rsa, key_file, read_key_file,
};

const SHORT: &str = "0123456789abcdef";
const LONG: &str = "0123456789abcdef#$%*+,-.:=?@[]{}";

static KEYS: LazyLock<[FileKey; 2]> =
    LazyLock::new(|| [SHORT, LONG].map(|key| FileKey::from_v84(key).unwrap()));

static PRIVATE: LazyLock<PrivateKey> = LazyLock::new(|| {
    include_str!("../../encrypt/rsa_private.pem")
        .parse()
        .unwrap()
});

static PUBLIC: LazyLock<PublicKey> = LazyLock::new(|| {
    include_str!("../../encrypt/rsa_public.pem")
        .parse()
        .unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let Some((what, bytes)) = bytes.split_first() else {
        return;
    };
    let [short, long] = &*KEYS;
    match what {
        b'a' => check(decrypt(bytes, short)),
        b'b' => check(decrypt(bytes, long)),
        b'c' => {
            check(decrypt_rsa(bytes, &PRIVATE));
            if let Ok(container) = Container::parse(bytes) {
                assert_eq!(detect(bytes), Kind::Rsa);
                check(container.decrypt(short));
                check(container.decrypt(long));
            }
        }
        b'd' => {
            if let Ok(key) = read_key_file(bytes) {
                assert_eq!(key_file(&key), bytes);
                assert!(!format!("{key:?}").contains(key.secret().expose()));
            }
        }
        b'e' => {
            let Ok(text) = std::str::from_utf8(bytes) else {
                return;
            };
            let keys = (text.parse::<PrivateKey>(), text.parse::<PublicKey>());
            let errors = (keys.0.as_ref().err(), keys.1.as_ref().err());
            let errors = errors.0.into_iter().chain(errors.1);
            let errors: String = errors.map(|error| error.to_string()).collect();
            check_hidden(text, &format!("{keys:?} {errors}"));
        }
        b'f' if detect(bytes) == Kind::Plain => {
            let random = [7; 4096];
            for style in [Style::Open, Style::Vendor] {
                for key in &*KEYS {
                    let body = encrypt(bytes, key, style);
                    read_back(decrypt(&body, key), bytes, style);
                    let container = encrypt_rsa(bytes, key, &PUBLIC, &random, style).unwrap();
                    assert_eq!(detect(&container), Kind::Rsa);
                    read_back(decrypt_rsa(&container, &PRIVATE), bytes, style);
                }
            }
        }
        _ => {}
    }
});

/// No line of a key is shown, nor the numbers that it is made of.
fn check_hidden(key: &str, shown: &str) {
    let is_shown = |line: &str| line.len() >= 24 && shown.contains(line);
    assert!(!key.lines().any(|line| is_shown(line.trim())), "{shown}");
    let mut numbers = shown.split(|c: char| !c.is_ascii_digit());
    assert!(numbers.all(|number| number.len() < 12), "{shown}");
}

/// What comes out is text, and is the same when it is encrypted again.
fn check(decrypted: Result<Decrypted, EncryptionError>) {
    match decrypted {
        Ok(decrypted) => {
            let plain = decrypted.bytes();
            assert!(matches!(detect(plain), Kind::Plain | Kind::Rsa));
            let again = decrypt(&encrypt(plain, &KEYS[0], Style::Open), &KEYS[0]).unwrap();
            assert_eq!(again.bytes(), plain);
        }
        Err(error) => {
            let told = format!("{error} {error:?}");
            assert!(!told.contains(SHORT) && !told.contains(LONG));
        }
    }
}

fn read_back(decrypted: Result<Decrypted, EncryptionError>, plain: &[u8], style: Style) {
    let decrypted = decrypted.expect("a file of ours");
    let read = decrypted.bytes();
    // Blocks that are not filled up may end as if they were: in ten line feeds, which are left out.
    let ambiguous = plain.last().map_or(0, |last| usize::from(*last));
    let is_like_padding = style == Style::Vendor
        && plain.len().is_multiple_of(16)
        && (1..=16).contains(&ambiguous)
        && read.len() + ambiguous == plain.len();
    assert!(
        read == plain || is_like_padding && plain.starts_with(read),
        "{style:?}"
    );
}
