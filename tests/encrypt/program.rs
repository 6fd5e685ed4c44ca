//! The program `encrypt`, run as people run it: a child process, real files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::support::program;
use super::*;

/// A directory of the test's own, removed when it ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("encrypt-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Runs the program in the directory.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = program("encrypt");
        command.current_dir(&self.0).args(arguments);
        command.output().unwrap()
    }

    /// Runs it, expects success, and gives what it said.
    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Runs it, expects failure with this status, and gives what it said.
    #[track_caller]
    fn refused(&self, status: i32, arguments: &[&str]) -> String {
        let before = self.names();
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(status), "{output:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert_eq!(self.names(), before, "{arguments:?}: something was written");
        String::from_utf8(output.stderr).unwrap()
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    #[track_caller]
    fn get(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }

    /// Everything in the directory and the directories in it.
    fn names(&self) -> Vec<String> {
        fn walk(directory: &Path, root: &Path, names: &mut Vec<String>) {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, names);
                }
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                names.push(name.replace('\\', "/"));
            }
        }
        let mut names = Vec::new();
        walk(&self.0, &self.0, &mut names);
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_program_encrypts_and_decrypts() {
    let scratch = Scratch::new("compat");
    scratch.put("805e0c123456.cfg", PLAIN);
    scratch.put("key", format!("{KEY_16}\r\n"));
    let said = scratch.done(&["--key-file", "key", "805e0c123456.cfg", "out"]);
    assert_eq!(said, "805e0c123456_Security.enc, 805e0c123456.cfg in out\n");
    let written = ["out/805e0c123456.cfg", "out/805e0c123456_Security.enc"];
    assert_eq!(
        scratch.names(),
        ["805e0c123456.cfg", "key", "out", written[0], written[1]]
    );
    let key = key(KEY_16);
    let expected = encrypt(PLAIN.as_bytes(), &key, Style::Vendor);
    assert_eq!(scratch.get(written[0]), expected);
    assert_eq!(scratch.get(written[1]), key_file(&key));

    // A second run replaces the first.
    scratch.done(&[
        "--key",
        KEY_16,
        "--style",
        "open",
        "805e0c123456.cfg",
        "out",
    ]);
    let expected = encrypt(PLAIN.as_bytes(), &key, Style::Open);
    assert_eq!(scratch.get(written[0]), expected);

    scratch.done(&[
        "--decrypt",
        "--mode",
        "compat",
        "--key",
        KEY_16,
        written[0],
        "plain",
    ]);
    assert_eq!(scratch.get("plain/805e0c123456.cfg"), PLAIN.as_bytes());
    // The key file beside the file is found in any letter case.
    let lower = scratch.0.join("out/805e0c123456_security.enc");
    fs::rename(scratch.0.join(written[1]), lower).unwrap();
    scratch.done(&["--decrypt", written[0], "again"]);
    assert_eq!(scratch.get("again/805e0c123456.cfg"), PLAIN.as_bytes());
}

#[test]
fn the_program_makes_new_keys() {
    let scratch = Scratch::new("new-key");
    let mut keys = Vec::new();
    for out in ["one", "two"] {
        scratch.put("805e0c123456.cfg", PLAIN);
        scratch.done(&["--new-key", "805e0c123456.cfg", out]);
        let key = read_key_file(&scratch.get(&format!("{out}/805e0c123456_Security.enc")));
        assert!(!key.as_ref().unwrap().needs_v84());
        let body = scratch.get(&format!("{out}/805e0c123456.cfg"));
        let found = decrypt(&body, key.as_ref().unwrap()).unwrap();
        assert_eq!(found.bytes(), PLAIN.as_bytes());
        keys.push(key.unwrap());
    }
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn the_program_knows_the_rsa_mode() {
    let scratch = Scratch::new("rsa");
    let (public, private) = (pem_path("public.pem"), pem_path("private.pem"));
    let (public, private) = (public.to_str().unwrap(), private.to_str().unwrap());
    scratch.put("sip.cfg", PLAIN);
    let rsa = ["--mode", "rsa", "--public-key", public];
    let said = scratch.done(&[&rsa[..], &["--new-key", "sip.cfg", "out"]].concat());
    assert_eq!(
        said,
        "notice: only phones from firmware V84 on take this key\nsip.cfg in out\n"
    );
    assert_eq!(scratch.names(), ["out", "out/sip.cfg", "sip.cfg"]);
    let first = scratch.get("out/sip.cfg");
    scratch.done(&[
        "--decrypt",
        "--private-key",
        private,
        "out/sip.cfg",
        "plain",
    ]);
    assert_eq!(scratch.get("plain/sip.cfg"), PLAIN.as_bytes());

    scratch.done(&[&rsa[..], &["--key", KEY_32, "sip.cfg", "out"]].concat());
    assert_ne!(scratch.get("out/sip.cfg"), first);
    scratch.done(&["--decrypt", "--key", KEY_32, "out/sip.cfg", "by-key"]);
    assert_eq!(scratch.get("by-key/sip.cfg"), PLAIN.as_bytes());
    let said = scratch.refused(2, &["--decrypt", "out/sip.cfg", "x"]);
    assert!(said.contains("expected --private-key"), "{said}");
}

#[test]
fn the_program_says_what_a_phone_may_not_take() {
    let scratch = Scratch::new("notices");
    scratch.put("a-contact.xml", "<root/>\n");
    scratch.put("a.cfg", PLAIN);
    let said = scratch.done(&["--key", KEY_16, "a-contact.xml", "out"]);
    assert_eq!(
        said,
        "notice: phones ask for no key file beside contacts; set the key on the phone\n\
         a-contact.xml in out\n"
    );
    let said = scratch.done(&["--key", KEY_32, "a.cfg", "out"]);
    assert_eq!(
        said,
        "notice: only phones from firmware V84 on take this key\n\
         notice: no source shows a key file of 32 characters; if the phone does not read it, set \
         the key on the phone\na_Security.enc, a.cfg in out\n"
    );
}

#[test]
fn the_program_refuses_wrong_input() {
    let scratch = Scratch::new("refused");
    let key = key(KEY_16);
    scratch.put("a.cfg", PLAIN);
    scratch.put("a.boot", "#!version:1.0.0.1\n");
    scratch.put("e.cfg", encrypt(PLAIN.as_bytes(), &key, Style::Open));
    scratch.put("e_Security.enc", [7; 16]);
    scratch.put("c.cfg", container(&key, Style::Open));
    scratch.put("cut.cfg", &container(&key, Style::Open)[..60]);
    let public = pem_path("public.pem");
    let public = public.to_str().unwrap();
    for (arguments, message) in [
        (
            &["--key", "hidden", "a.cfg", "out"][..],
            "error: --key: expected a key of 16 or 32 characters, found 6\n",
        ),
        (
            &["--key", "hidden!hidden!hi", "a.cfg", "out"],
            "error: --key: character 7 of the key is not among 0-9 A-Z a-z # $ % * + , - . : = ? @ \
             [ ] ^ _ { } ~\n",
        ),
        (
            &["--key", KEY_16, "a.boot", "out"],
            "error: a.boot: phones take only ….cfg and …-contact.xml encrypted; serve this one \
             plain\n",
        ),
        (
            &["--key", KEY_16, "e.cfg", "out"],
            "error: e.cfg: expected a text in UTF-8 without control characters; is it encrypted \
             already?\n",
        ),
        (
            &["--key", KEY_16, "c.cfg", "out"],
            "error: c.cfg: expected a text in UTF-8 without control characters; is it encrypted \
             already?\n",
        ),
        (
            &["--decrypt", "--key", KEY_16, "a.cfg", "out"],
            "error: a.cfg: not encrypted\n",
        ),
        (
            &[
                "--decrypt",
                "--key",
                KEY_16,
                "--mode",
                "rsa",
                "e.cfg",
                "out",
            ],
            "error: e.cfg: encrypted in the other mode\n",
        ),
        (
            &["--decrypt", "--key", "0123456789abcdef", "e.cfg", "out"],
            "error: e.cfg: the key does not open this file: what comes out is no text\n",
        ),
        (
            &["--decrypt", "e.cfg", "out"],
            "error: ./e_Security.enc: no key comes out of this key file: it was made for another \
             kind of phone, or damaged\n",
        ),
        (
            &["--decrypt", "--key", KEY_16, "cut.cfg", "out"],
            "error: cut.cfg: ends in line 3: expected `#!conf_encryption:AES_256` and a line end\n",
        ),
        (
            &["--decrypt", "--private-key", public, "c.cfg", "out"],
            &format!(
                "error: {public}: not an RSA private key of 1024 to 4096 bits in PEM form, without a \
                 pass phrase\n"
            ),
        ),
    ] {
        assert_eq!(scratch.refused(1, arguments), message, "{arguments:?}");
    }
}

#[test]
fn the_program_replaces_no_file_of_the_other_kind() {
    let scratch = Scratch::new("same");
    scratch.put("a.cfg", PLAIN);
    let said = scratch.refused(2, &["--key", KEY_16, "a.cfg", "."]);
    assert_eq!(
        said,
        ".: holds a plain file `a.cfg`; choose another directory\n"
    );
    assert_eq!(scratch.get("a.cfg"), PLAIN.as_bytes());
    scratch.done(&["--key", KEY_16, "a.cfg", "out"]);
    let said = scratch.refused(2, &["--decrypt", "out/a.cfg", "out"]);
    assert_eq!(
        said,
        "out: holds an encrypted file `a.cfg`; choose another directory\n"
    );
}

#[test]
fn the_program_leaves_nothing_behind_when_it_fails() {
    let scratch = Scratch::new("fails");
    // A name that just fits, and does not with the letters that a key file has more.
    let name = format!("{}.cfg", "a".repeat(248));
    scratch.put(&name, PLAIN);
    let said = scratch.refused(2, &["--key", KEY_16, &name, "out"]);
    assert!(said.starts_with("out: "), "{said}");
}

#[test]
fn the_program_explains_its_use() {
    let scratch = Scratch::new("usage");
    scratch.put("a.cfg", PLAIN);
    scratch.put(
        "e.cfg",
        encrypt(PLAIN.as_bytes(), &key(KEY_16), Style::Open),
    );
    let output = scratch.run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.starts_with("usage: encrypt KEY"), "{help}");
    for arguments in [
        &[][..],
        &["a.cfg", "out"],
        &["--key", KEY_16, "a.cfg"],
        &["--key", KEY_16, "a.cfg", "out", "more"],
        &["a.cfg", "out", "--key"],
        &["--key", KEY_16, "--new-key", "a.cfg", "out"],
        &["--key", KEY_16, "--mode", "cbc", "a.cfg", "out"],
        &["--key", KEY_16, "--style", "cbc", "a.cfg", "out"],
        &["--key", KEY_16, "--mode", "rsa", "a.cfg", "out"],
        &["--key", KEY_16, "--public-key", "a.cfg", "a.cfg", "out"],
        &["--key", KEY_16, "--private-key", "a.cfg", "a.cfg", "out"],
        &["--decrypt", "--new-key", "e.cfg", "out"],
        &["--decrypt", "--public-key", "a.cfg", "e.cfg", "out"],
        &["--decrypt", "e.cfg", "out"],
        &["--nonsense", "--key", KEY_16, "a.cfg", "out"],
        &["--key", KEY_16, "no-such.cfg", "out"],
        &["--key-file", "no-such-key", "a.cfg", "out"],
        &["--key", KEY_16, "a.cfg", "e.cfg"],
    ] {
        let said = scratch.refused(2, arguments);
        assert!(!said.is_empty() && !said.contains(KEY_16), "{said}");
    }
}
