//! Encrypted files of Yealink phones: round trips, hostile input, comparison with `openssl`, and the
//! program `encrypt` as a child process. Published vectors of AES are tested beside the code.
//!
//! The keys under `tests/encrypt` are made for these tests and used nowhere else.

#![cfg(feature = "yealink-encrypt")]

#[path = "encrypt/openssl.rs"]
mod openssl;
#[path = "encrypt/program.rs"]
mod runs;
mod support;

use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use phone_provisioning::target::yealink::encrypt::{
    Container, EncryptionError, FileKey, KeySize, Kind, MAX_FILE_LEN, PrivateKey, PublicKey, Style,
    decrypt, decrypt_rsa, detect, encrypt, encrypt_rsa, key_file, key_file_name, read_key_file,
};
use proptest::prelude::*;

const STYLES: [Style; 2] = [Style::Open, Style::Vendor];
const KEY_16: &str = "q7Zt0PxLw3Vb9RkD";
const KEY_32: &str = "q7Zt0PxLw3Vb9RkD#$%*+,-.:=?@[]^_";
const PLAIN: &str = "#!version:1.0.0.1\naccount.1.label = Zoë\naccount.1.password = s3cret\n";

#[track_caller]
fn key(key: &str) -> FileKey {
    FileKey::from_v84(key).unwrap()
}

fn keys() -> [FileKey; 2] {
    [key(KEY_16), key(KEY_32)]
}

fn pem_path(name: &str) -> PathBuf {
    support::root().join("tests/encrypt").join(name)
}

fn pem(name: &str) -> String {
    fs::read_to_string(pem_path(name)).unwrap()
}

fn public_key() -> PublicKey {
    pem("public.pem").parse().unwrap()
}

fn private_key() -> PrivateKey {
    pem("private.pem").parse().unwrap()
}

/// Something to pass for randomness.
fn random(seed: u8) -> Vec<u8> {
    let byte = |i: usize| (i as u8).wrapping_mul(167).wrapping_add(seed);
    (0..public_key().random_len()).map(byte).collect()
}

fn container(key: &FileKey, style: Style) -> Vec<u8> {
    encrypt_rsa(PLAIN.as_bytes(), key, &public_key(), &random(1), style).unwrap()
}

/// Text of a length that ends in nothing that padding could be taken for.
fn text(len: usize) -> Vec<u8> {
    let letters = b"account.1.enable = 1\n\xc3\xa9\t";
    let mut text: Vec<u8> = letters.iter().cycle().copied().take(len).collect();
    if text.last() == Some(&0xc3) {
        text[len - 1] = b'x';
    }
    text
}

// ---- keys ----

#[test]
fn keys_of_any_firmware_are_sixteen_letters_and_digits() {
    assert!(!FileKey::any_firmware(KEY_16).unwrap().needs_v84());
    for (wrong, message) in [
        ("", "expected a key of 16 characters, found 0"),
        (
            "q7Zt0PxLw3Vb9Rk",
            "expected a key of 16 characters, found 15",
        ),
        (
            &KEY_16.repeat(2),
            "expected a key of 16 characters, found 32",
        ),
        (
            "q7Zt0PxLw3Vb9Rk_",
            "character 16 of the key is not among 0-9 A-Z a-z",
        ),
        (
            "q7é0PxLw3Vb9Rkaa",
            "character 3 of the key is not among 0-9 A-Z a-z",
        ),
    ] {
        let error = FileKey::any_firmware(wrong).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn keys_from_v84_on_may_be_longer_and_have_marks() {
    for marks in ["#$%*+,-.:=?@[]^_", "{}~azAZ09{}~azAZ"] {
        assert!(key(marks).needs_v84(), "{marks}");
    }
    assert!(!key(KEY_16).needs_v84());
    assert!(key(&KEY_16.repeat(2)).needs_v84(), "32 letters and digits");
    assert_eq!(key(KEY_32).size(), KeySize::Characters32);
    assert_eq!(
        FileKey::from_v84(&KEY_16[1..]).unwrap_err().to_string(),
        "expected a key of 16 or 32 characters, found 15"
    );
    let allowed = |c: char| c.is_ascii_alphanumeric() || "#$%*+,-.:=?@[]^_{}~".contains(c);
    for character in ('\0'..='\u{ff}').filter(|c| !allowed(*c)) {
        let wrong = format!("{}{character}", &KEY_16[1..]);
        assert_eq!(
            FileKey::from_v84(&wrong).unwrap_err().to_string(),
            "character 16 of the key is not among 0-9 A-Z a-z # $ % * + , - . : = ? @ [ ] ^ _ { } ~",
            "{character:?}"
        );
    }
    for character in (' '..='~').filter(|c| allowed(*c)) {
        assert!(FileKey::from_v84(&character.to_string().repeat(16)).is_ok());
    }
}

#[test]
fn new_keys_are_made_of_the_randomness_that_is_passed() {
    let counting: Vec<u8> = (0..=255).collect();
    let short = FileKey::from_random(KeySize::Characters16, &counting[..64]).unwrap();
    assert_eq!(short.secret().expose(), "0123456789ABCDEF");
    assert!(!short.needs_v84());
    let long = FileKey::from_random(KeySize::Characters32, &counting[120..248]).unwrap();
    assert_eq!(long.secret().expose(), "wxyz0123456789ABCDEFGHIJKLMNOPQR");
    // 248 … 255 would make the first characters likelier than the others.
    let mut biased = counting[248..].to_vec();
    biased.extend_from_slice(&counting[..64]);
    let passed_over = FileKey::from_random(KeySize::Characters16, &biased).unwrap();
    assert_eq!(passed_over, short);
    for too_few in [&counting[..63], &[0xff; 64]] {
        let error = FileKey::from_random(KeySize::Characters16, too_few).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected at least 64 bytes of the operating system's randomness"
        );
    }
}

#[test]
fn nothing_shows_a_key_or_a_file() {
    fn crosses_threads<T: Debug + Send + Sync + 'static>(_: &T) {}
    let [short, long] = keys();
    let sealed = container(&long, Style::Open);
    let read = Container::parse(&sealed).unwrap();
    let opened = decrypt_rsa(&sealed, &private_key()).unwrap();
    crosses_threads(&read);
    crosses_threads(&opened);
    crosses_threads(&private_key());
    crosses_threads(&public_key());
    let shown = format!("{short:?} {long:?} {read:?} {opened:?} {:?}", private_key());
    for secret in [KEY_16, KEY_32, "s3cret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(format!("{opened:?}"), "Decrypted([redacted])");
    assert_eq!(format!("{:?}", private_key()), "PrivateKey([redacted])");
    assert_eq!(
        format!("{:?}", public_key()),
        "PublicKey { bits: 1024, .. }"
    );
}

// ---- compatibility mode ----

#[test]
fn files_of_every_length_come_back() {
    for key in keys() {
        for style in STYLES {
            for len in 0..=4096 {
                let plain = text(len);
                let encrypted = encrypt(&plain, &key, style);
                let blocks = match style {
                    Style::Open => len / 16 + 1,
                    _ => len.div_ceil(16).max(1),
                };
                assert_eq!(encrypted.len(), 16 * blocks, "{len} {style:?}");
                let found = decrypt(&encrypted, &key);
                assert_eq!(found.unwrap().bytes(), plain, "{len} {style:?}");
            }
        }
    }
}

#[test]
fn the_key_beside_a_file_opens_it() {
    for key in keys() {
        let beside = key_file(&key);
        assert_eq!(beside.len(), key.size().characters());
        assert_eq!(read_key_file(&beside).unwrap(), key);
    }
    assert_eq!(
        key_file_name("805e0c123456.cfg").as_deref(),
        Some("805e0c123456_Security.enc")
    );
    for (wrong, message) in [
        (
            &[][..],
            "expected a key file of 16 or 32 bytes, found 0 bytes",
        ),
        (
            &[7; 17],
            "expected a key file of 16 or 32 bytes, found 17 bytes",
        ),
        (
            &[7; 16],
            "no key comes out of this key file: it was made for another kind of phone, or damaged",
        ),
        (
            &[7; 32],
            "no key comes out of this key file: it was made for another kind of phone, or damaged",
        ),
    ] {
        assert_eq!(read_key_file(wrong).unwrap_err().to_string(), message);
    }
}

#[test]
fn another_key_is_noticed() {
    for plain in [PLAIN.as_bytes(), b"x", b""] {
        for style in STYLES {
            let encrypted = encrypt(plain, &key(KEY_16), style);
            for other in [key("q7Zt0PxLw3Vb9RkE"), key(KEY_32)] {
                let error = decrypt(&encrypted, &other).unwrap_err();
                assert_eq!(error, EncryptionError::WrongKey);
            }
        }
    }
    assert_eq!(
        EncryptionError::WrongKey.to_string(),
        "the key does not open this file: what comes out is no text"
    );
}

#[test]
fn what_is_no_encrypted_file_is_refused() {
    let key = key(KEY_16);
    let encrypted = encrypt(PLAIN.as_bytes(), &key, Style::Open);
    for len in (0..encrypted.len()).filter(|len| len % 16 != 0 || *len == 0) {
        let error = decrypt(&encrypted[..len], &key).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("expected blocks of 16 bytes, one or more, found {len} bytes")
        );
    }
    let error = decrypt(&vec![0; MAX_FILE_LEN + 16], &key).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected at most 16777216 bytes, found 16777232"
    );
}

/// Without its last blocks a file is still a file: nothing authenticates it.
#[test]
fn a_file_that_is_cut_between_blocks_is_not_noticed() {
    let key = key(KEY_16);
    let encrypted = encrypt(&text(64), &key, Style::Open);
    let found = decrypt(&encrypted[..32], &key).unwrap();
    assert_eq!(found.bytes(), &text(64)[..32]);
}

// ---- RSA mode ----

#[test]
fn a_container_has_seven_lines() {
    for (key, size) in keys().iter().zip(["AES_128", "AES_256"]) {
        for (style, end) in [(Style::Open, "\n"), (Style::Vendor, "\r\n")] {
            let bytes = container(key, style);
            assert_eq!(detect(&bytes), Kind::Rsa);
            let text = String::from_utf8(bytes).unwrap();
            let lines: Vec<&str> = text.strip_suffix(end).unwrap().split(end).collect();
            let [version, scheme, cipher, wrapped, begin, body, last] = lines[..] else {
                panic!("{text}");
            };
            assert_eq!(version, "#!encrypt:1.0.0.0");
            assert_eq!(scheme, "#!key_signatue:RSA_256");
            assert_eq!(cipher, format!("#!conf_encryption:{size}"));
            let wrapped = wrapped.strip_prefix("#!key_ciphertext:").unwrap();
            assert_eq!(STANDARD.decode(wrapped).unwrap().len(), 128);
            assert_eq!(begin, "#!---BEGIN CONFIG DATA---");
            let body = STANDARD.decode(body).unwrap();
            assert_eq!(body, encrypt(PLAIN.as_bytes(), key, style));
            assert_eq!(last, "#!---END CONFIG DATA---");
        }
    }
}

#[test]
fn a_container_comes_back() {
    let private_key = private_key();
    for key in keys() {
        for style in STYLES {
            let bytes = container(&key, style);
            let found = decrypt_rsa(&bytes, &private_key).unwrap();
            assert_eq!(found.bytes(), PLAIN.as_bytes());
            let read = Container::parse(&bytes).unwrap();
            assert_eq!(read.key_size(), key.size());
            assert_eq!(read.file_key(&private_key).unwrap(), key);
            assert_eq!(read.decrypt(&key).unwrap().bytes(), PLAIN.as_bytes());
        }
    }
}

#[test]
fn randomness_is_the_callers() {
    let key = key(KEY_32);
    let made = |random: &[u8]| encrypt_rsa(b"x", &key, &public_key(), random, Style::Open);
    assert_eq!(public_key().random_len(), 256);
    assert_eq!(made(&random(1)).unwrap(), made(&random(1)).unwrap());
    assert_ne!(made(&random(1)).unwrap(), made(&random(2)).unwrap());
    // The padding has no zeros in it, so they are passed over, in whatever place.
    let mut zero = random(1);
    zero.insert(10, 0);
    assert_eq!(made(&zero).unwrap(), made(&random(1)).unwrap());
    for too_few in [&random(1)[..255], &[0; 1000]] {
        assert_eq!(
            made(too_few).unwrap_err().to_string(),
            "expected at least 256 bytes of the operating system's randomness"
        );
    }
}

#[test]
fn a_container_that_is_cut_off_anywhere_is_refused() {
    for style in STYLES {
        let bytes = container(&key(KEY_32), style);
        let whole = bytes.len() - if style == Style::Open { 1 } else { 2 };
        for len in 0..whole {
            let error = Container::parse(&bytes[..len]).unwrap_err();
            if len < "#!encrypt:".len() {
                assert_eq!(error, EncryptionError::NotAContainer, "{len}");
            } else {
                let truncated = matches!(error, EncryptionError::Truncated { .. });
                assert!(truncated, "{len}: {error}");
            }
        }
        for len in whole..=bytes.len() {
            Container::parse(&bytes[..len]).unwrap();
        }
    }
}

#[test]
fn each_line_of_a_container_is_checked() {
    let text = String::from_utf8(container(&key(KEY_32), Style::Open)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let with = |number: usize, line: &str| {
        let mut lines = lines.clone();
        lines[number - 1] = line;
        lines.join("\n") + "\n"
    };
    let five_bytes = STANDARD.encode(b"12345");
    for (wrong, message) in [
        (
            "#!version:1.0.0.1\n".to_owned(),
            "not a container of RSA mode: expected it to begin with `#!encrypt:`",
        ),
        (
            with(1, "#!encrypt:2.0.0.0"),
            "line 1: expected `#!encrypt:1.0.0.0`",
        ),
        (
            with(2, "#!key_signature:RSA_256"),
            "line 2: expected `#!key_signatue:RSA_256`",
        ),
        (
            with(3, "#!conf_encryption:AES_512"),
            "line 3: expected `#!conf_encryption:AES_128` or `#!conf_encryption:AES_256`",
        ),
        (with(4, ""), "line 4: expected `#!key_ciphertext:<base64>`"),
        (
            with(4, "#!key_ciphertext:AAA"),
            "line 4: not well-formed base64",
        ),
        (
            with(5, "#!---BEGIN CONFIG DATA---\r\r"),
            "line 5: expected `#!---BEGIN CONFIG DATA---`",
        ),
        (with(6, "AAAA BBBB"), "line 6: not well-formed base64"),
        (
            with(6, &five_bytes),
            "expected blocks of 16 bytes, one or more, found 5 bytes",
        ),
        (
            with(6, ""),
            "expected blocks of 16 bytes, one or more, found 0 bytes",
        ),
        (
            with(6, "AAAA\nBBBB"),
            "expected blocks of 16 bytes, one or more, found 3 bytes",
        ),
        (
            with(7, "#!---END CONFIG DATA--- "),
            "line 7: expected `#!---END CONFIG DATA---`",
        ),
        (
            with(7, "more"),
            "line 7: expected `#!---END CONFIG DATA---`",
        ),
        (
            format!("{text}\n"),
            "line 8: expected nothing behind the end of the container",
        ),
        (
            lines[..6].join("\n"),
            "ends in line 6: expected `<base64>` and a line end",
        ),
    ] {
        let error = Container::parse(wrong.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let large = format!("{text}{}", "x".repeat(MAX_FILE_LEN));
    let error = Container::parse(large.as_bytes()).unwrap_err();
    assert!(matches!(error, EncryptionError::TooLarge { .. }), "{error}");
}

/// The vendor's program has written containers without a key; phones must know it otherwise.
#[test]
fn a_container_without_a_key_is_opened_by_the_key() {
    let text = String::from_utf8(container(&key(KEY_32), Style::Vendor)).unwrap();
    let start = text.find("#!key_ciphertext:").unwrap() + "#!key_ciphertext:".len();
    let end = start + text[start..].find('\r').unwrap();
    let keyless = format!("{}{}", &text[..start], &text[end..]);
    let read = Container::parse(keyless.as_bytes()).unwrap();
    assert_eq!(
        read.file_key(&private_key()).unwrap_err().to_string(),
        "the container holds no key; pass the key itself"
    );
    let found = read.decrypt(&key(KEY_32)).unwrap();
    assert_eq!(found.bytes(), PLAIN.as_bytes());
    assert_eq!(
        read.decrypt(&key(KEY_16)).unwrap_err().to_string(),
        "the container is made for a key of 32 characters, this one has 16"
    );
    let other = key(&KEY_32.replace('q', "r"));
    assert_eq!(read.decrypt(&other).unwrap_err(), EncryptionError::WrongKey);
}

#[test]
fn a_container_of_another_key_pair_is_refused() {
    let text = String::from_utf8(container(&key(KEY_32), Style::Open)).unwrap();
    let (_, wrapped) = text.split_once("#!key_ciphertext:").unwrap();
    let wrapped = wrapped.lines().next().unwrap();
    let mut damaged = STANDARD.decode(wrapped).unwrap();
    damaged[100] ^= 1;
    for wrong in [
        &damaged[..],
        &damaged[1..],
        &[0; 128],
        &[255; 128],
        &[1],
        &[0; 500],
    ] {
        let text = text.replace(wrapped, &STANDARD.encode(wrong));
        let error = decrypt_rsa(text.as_bytes(), &private_key()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the private key does not open this container"
        );
    }
}

#[test]
fn rsa_keys_are_read_in_both_forms() {
    let bytes = container(&key(KEY_32), Style::Open);
    for name in ["public.pem", "rsa_public.pem"] {
        let public_key: PublicKey = pem(name).parse().unwrap();
        let key = key(KEY_32);
        let made = encrypt_rsa(PLAIN.as_bytes(), &key, &public_key, &random(1), Style::Open);
        assert_eq!(made.unwrap(), bytes, "{name}");
    }
    for name in ["private.pem", "rsa_private.pem"] {
        for text in [pem(name), pem(name).replace('\n', "\r\n")] {
            let private_key: PrivateKey = text.parse().unwrap();
            assert!(decrypt_rsa(&bytes, &private_key).is_ok(), "{name}");
            assert_eq!(private_key.public_key().bits(), 1024);
        }
    }
}

#[test]
fn other_keys_are_refused() {
    for name in ["private.pem", "small_public.pem", "ec_public.pem"] {
        assert_eq!(
            pem(name).parse::<PublicKey>().unwrap_err().to_string(),
            "not an RSA public key of 1024 to 4096 bits in PEM form, without a pass phrase",
            "{name}"
        );
    }
    // The last one is a key by its numbers, and decrypting with it would take for ever.
    for name in ["public.pem", "locked_private.pem", "unbalanced_private.pem"] {
        assert_eq!(
            pem(name).parse::<PrivateKey>().unwrap_err().to_string(),
            "not an RSA private key of 1024 to 4096 bits in PEM form, without a pass phrase",
            "{name}"
        );
    }
    let long = format!("{}{}", " ".repeat(1 << 20), pem("public.pem"));
    for wrong in ["", "-----BEGIN PUBLIC KEY-----", &long] {
        assert!(wrong.parse::<PublicKey>().is_err());
        assert!(wrong.parse::<PrivateKey>().is_err());
    }
}

// ---- any bytes ----

proptest! {
    #[test]
    fn any_text_comes_back(plain in "[^\\p{Cc}]{0,200}(\n[ -~é]{0,40}){0,5}", long: bool) {
        let key = key(if long { KEY_32 } else { KEY_16 });
        for style in STYLES {
            let found = decrypt(&encrypt(plain.as_bytes(), &key, style), &key).unwrap();
            prop_assert_eq!(found.bytes(), plain.as_bytes());
        }
    }

    #[test]
    fn no_bytes_make_anything_panic(bytes: Vec<u8>, fill in 0usize..3) {
        let mut bytes = bytes;
        match fill {
            0 => {}
            1 => bytes.resize(bytes.len().next_multiple_of(16), 0),
            _ => bytes = [b"#!encrypt:", &bytes[..]].concat(),
        }
        let key = key(KEY_32);
        let _ = (detect(&bytes), read_key_file(&bytes), Container::parse(&bytes));
        let found = decrypt(&bytes, &key);
        if let Ok(found) = found {
            prop_assert_eq!(detect(found.bytes()), Kind::Plain);
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = (text.parse::<PublicKey>(), text.parse::<PrivateKey>(), key_file_name(&text));
        let _ = (FileKey::from_v84(&text), FileKey::any_firmware(&text));
    }

    #[test]
    fn a_changed_byte_of_a_container_makes_nothing_panic(at: prop::sample::Index, byte: u8) {
        let mut bytes = container(&key(KEY_32), Style::Open);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let found = Container::parse(&bytes).and_then(|read| read.decrypt(&key(KEY_32)));
        // A block of the body that comes out as other text cannot be noticed.
        if let Ok(found) = found {
            prop_assert_eq!(detect(found.bytes()), Kind::Plain);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_changed_byte_of_an_rsa_key_makes_nothing_panic(
        public in any::<bool>(), at: prop::sample::Index, byte: u8,
    ) {
        let name = if public { "rsa_public.pem" } else { "rsa_private.pem" };
        let text = pem(name);
        let lines: Vec<&str> = text.lines().collect();
        let mut der = STANDARD.decode(lines[1..lines.len() - 1].concat()).unwrap();
        let at = at.index(der.len());
        der[at] = byte;
        let body = STANDARD.encode(der);
        let body: Vec<&str> = body.as_bytes().chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        let text = [lines[0], &body.join("\n"), lines[lines.len() - 1]].join("\n");
        let sealed = container(&key(KEY_32), Style::Open);
        if let Ok(public_key) = text.parse::<PublicKey>() {
            let random = vec![7; public_key.random_len()];
            let _ = encrypt_rsa(b"x", &key(KEY_32), &public_key, &random, Style::Open);
        }
        if let Ok(private_key) = text.parse::<PrivateKey>() {
            let _ = decrypt_rsa(&sealed, &private_key);
        }
    }
}
