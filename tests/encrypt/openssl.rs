//! Another program as oracle: what it reads of ours, and what we read of it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;

fn tools_are_required() -> bool {
    std::env::var_os("PROVISIONING_REQUIRE_TOOLS").is_some()
}

/// Whether `openssl` is there; without it the test says so, or fails where tools are required.
#[track_caller]
fn has_openssl() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok();
    if !found {
        assert!(!tools_are_required(), "openssl is missing");
        eprintln!("SKIPPED: openssl is missing, nothing compared with it");
    }
    found
}

#[track_caller]
fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output.stdout
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const CIPHERS: [&str; 2] = ["-aes-128-ecb", "-aes-256-ecb"];
const SHARED: &str = "454b7333355861635036657962413235";

#[test]
fn openssl_reads_what_is_written() {
    if !has_openssl() {
        return;
    }
    for (key, cipher) in keys().iter().zip(CIPHERS) {
        let hex = hex(key.secret().expose().as_bytes());
        for len in [0, 1, 15, 16, 17, 4096] {
            let plain = text(len);
            let open = encrypt(&plain, key, Style::Open);
            assert_eq!(openssl(&["enc", "-d", cipher, "-K", &hex], &open), plain);
            let vendor = encrypt(&plain, key, Style::Vendor);
            let mut padded = plain.clone();
            padded.resize(len.next_multiple_of(16).max(16), 0);
            let found = openssl(&["enc", "-d", "-nopad", cipher, "-K", &hex], &vendor);
            assert_eq!(found, padded);
        }
        let shared = SHARED;
        let unwrapped = openssl(
            &["enc", "-d", "-nopad", "-aes-128-ecb", "-K", shared],
            &key_file(key),
        );
        assert_eq!(unwrapped, key.secret().expose().as_bytes());
    }
}

#[test]
fn what_openssl_writes_is_read() {
    if !has_openssl() {
        return;
    }
    for (key, cipher) in keys().iter().zip(CIPHERS) {
        let bytes = key.secret().expose().as_bytes();
        for len in [0, 1, 15, 16, 17, 4096] {
            let plain = text(len);
            let encrypted = openssl(&["enc", cipher, "-K", &hex(bytes)], &plain);
            assert_eq!(decrypt(&encrypted, key).unwrap().bytes(), plain);
        }
        let block = text(32);
        let encrypted = openssl(&["enc", "-nopad", cipher, "-K", &hex(bytes)], &block);
        assert_eq!(decrypt(&encrypted, key).unwrap().bytes(), block);
        let shared = SHARED;
        let wrapped = openssl(&["enc", "-nopad", "-aes-128-ecb", "-K", shared], bytes);
        assert_eq!(read_key_file(&wrapped).unwrap(), *key);
    }
}

#[test]
fn openssl_and_containers_agree() {
    if !has_openssl() {
        return;
    }
    let private = pem_path("private.pem");
    let public = pem_path("public.pem");
    let key = key(KEY_32);
    let secret = key.secret().expose().as_bytes();

    let text = String::from_utf8(container(&key, Style::Open)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let wrapped = STANDARD
        .decode(lines[3].strip_prefix("#!key_ciphertext:").unwrap())
        .unwrap();
    let private = private.to_str().unwrap();
    let unwrapped = openssl(&["pkeyutl", "-decrypt", "-inkey", private], &wrapped);
    assert_eq!(unwrapped, secret);
    let body = STANDARD.decode(lines[5]).unwrap();
    let plain = openssl(&["enc", "-d", "-aes-256-ecb", "-K", &hex(secret)], &body);
    assert_eq!(plain, PLAIN.as_bytes());

    let public = public.to_str().unwrap();
    let wrapped = openssl(&["pkeyutl", "-encrypt", "-pubin", "-inkey", public], secret);
    let body = openssl(
        &["enc", "-aes-256-ecb", "-K", &hex(secret)],
        PLAIN.as_bytes(),
    );
    let made = format!(
        "#!encrypt:1.0.0.0\n#!key_signatue:RSA_256\n#!conf_encryption:AES_256\n\
         #!key_ciphertext:{}\n#!---BEGIN CONFIG DATA---\n{}\n#!---END CONFIG DATA---\n",
        STANDARD.encode(wrapped),
        STANDARD.encode(body),
    );
    let found = decrypt_rsa(made.as_bytes(), &private_key()).unwrap();
    assert_eq!(found.bytes(), PLAIN.as_bytes());

    let other = openssl(
        &[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
        ],
        b"",
    );
    let other: PrivateKey = String::from_utf8(other).unwrap().parse().unwrap();
    let error = decrypt_rsa(text.as_bytes(), &other).unwrap_err();
    assert_eq!(error, EncryptionError::WrongPrivateKey);
    let random = vec![0x5a; other.public_key().random_len()];
    let made = encrypt_rsa(
        PLAIN.as_bytes(),
        &key,
        &other.public_key(),
        &random,
        Style::Open,
    );
    let found = decrypt_rsa(&made.unwrap(), &other).unwrap();
    assert_eq!(found.bytes(), PLAIN.as_bytes());
}
