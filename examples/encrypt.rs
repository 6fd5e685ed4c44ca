//! `encrypt [--mode compat|rsa] FILE OUT_DIR`, `encrypt --decrypt FILE OUT_DIR`: the encrypted files of
//! Yealink phones, made and read.
//!
//! Exit status: 0 = done, 1 = the input is wrong and nothing was written, 2 = usage or I/O.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use phone_provisioning::target::yealink::encrypt::{
    Container, Decrypted, EncryptionError, FileKey, KeySize, Kind, PrivateKey, PublicKey, Style,
    decrypt, detect, encrypt, encrypt_rsa, is_encryptable, key_file, key_file_name, read_key_file,
};
use zeroize::Zeroizing;

const USAGE: &str = "usage: encrypt KEY [--mode compat] [--style S] FILE OUT_DIR
       encrypt KEY --mode rsa --public-key PEM [--style S] FILE OUT_DIR
       encrypt --decrypt [KEY] [--private-key PEM] FILE OUT_DIR

Encrypts FILE for Yealink phones into OUT_DIR, under its own name. In mode compat, a configuration file
is accompanied by the key file that phones ask for (NAME_Security.enc). This is compatibility, not
secrecy: everybody can read such a key file.

KEY is one of
  --key-file FILE   a file with the 16 or (for firmware V84 and later) 32 characters in it
  --new-key         a new key of random letters and digits: 16 for compat, 32 for rsa
  --key K           the characters themselves; other users of the machine can see them

  --decrypt           decrypts; the mode shows in FILE. Without KEY it is taken from the container
                      (--private-key) or from the key file beside FILE
  --mode compat|rsa   compat unless said otherwise; rsa is for firmware V84 and later
  --style vendor|open padding and line ends as the vendor's program writes them (the default) or as
                      public programs do
  --public-key PEM    RSA key that the file's key is wrapped by
  --private-key PEM   its other half
  --help              this text
";

const NO_KEY: &str = "expected --key-file, --new-key or --key";

struct Options {
    decrypt: bool,
    mode: Option<Mode>,
    style: Style,
    key: Option<KeySource>,
    public_key: Option<PathBuf>,
    private_key: Option<PathBuf>,
    file: PathBuf,
    out: PathBuf,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Compat,
    Rsa,
}

enum KeySource {
    Given(Zeroizing<String>),
    File(PathBuf),
    New,
}

enum Failure {
    Input(String),
    Io(String),
    Usage(String),
}

/// What is to be written: names and bytes.
type Files = Vec<(String, Zeroizing<Vec<u8>>)>;

fn main() -> ExitCode {
    let options = match options(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(failure) => return report(failure),
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(failure),
    }
}

fn report(failure: Failure) -> ExitCode {
    match failure {
        Failure::Input(text) => {
            eprintln!("error: {text}");
            ExitCode::from(1)
        }
        Failure::Io(text) => {
            eprintln!("{text}");
            ExitCode::from(2)
        }
        Failure::Usage(text) => {
            eprint!("{text}\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn options(
    mut arguments: impl Iterator<Item = std::ffi::OsString>,
) -> Result<Option<Options>, Failure> {
    let usage = |text: &str| Failure::Usage(text.to_owned());
    let mut paths = Vec::new();
    let mut keys = Vec::new();
    let (mut decrypt, mut mode, mut style) = (false, None, Style::default());
    let (mut public_key, mut private_key) = (None, None);
    while let Some(argument) = arguments.next() {
        let mut value = |option: &str| {
            arguments
                .next()
                .ok_or_else(|| usage(&format!("expected a value behind {option}")))
        };
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(None),
            Some("--decrypt") => decrypt = true,
            Some("--new-key") => keys.push(KeySource::New),
            Some("--key") => {
                let key = value("--key")?.into_string();
                let key = key.map_err(|_| usage("expected a key of ASCII characters"))?;
                keys.push(KeySource::Given(key.into()));
            }
            Some("--key-file") => keys.push(KeySource::File(value("--key-file")?.into())),
            Some("--public-key") => public_key = Some(value("--public-key")?.into()),
            Some("--private-key") => private_key = Some(value("--private-key")?.into()),
            Some("--mode") => {
                mode = Some(match value("--mode")?.to_str() {
                    Some("compat") => Mode::Compat,
                    Some("rsa") => Mode::Rsa,
                    _ => return Err(usage("expected --mode compat or --mode rsa")),
                });
            }
            Some("--style") => {
                style = match value("--style")?.to_str() {
                    Some("open") => Style::Open,
                    Some("vendor") => Style::Vendor,
                    _ => return Err(usage("expected --style open or --style vendor")),
                };
            }
            Some(option) if option.starts_with('-') => {
                return Err(usage(&format!("unknown option {option}")));
            }
            _ => paths.push(PathBuf::from(argument)),
        }
    }
    let [file, out] = <[PathBuf; 2]>::try_from(paths)
        .map_err(|_| usage("expected a file and a directory to write to"))?;
    if keys.len() > 1 {
        return Err(usage("expected one of --key, --key-file and --new-key"));
    }
    let key = keys.pop();
    let wanting = match (decrypt, mode, &key) {
        (false, _, None) => NO_KEY,
        (true, _, Some(KeySource::New)) => "a new key decrypts nothing",
        (false, Some(Mode::Rsa), _) if public_key.is_none() => "expected --public-key",
        (false, None | Some(Mode::Compat), _) if public_key.is_some() => {
            "a public key is for --mode rsa"
        }
        (false, ..) if private_key.is_some() => "a private key is for --decrypt",
        (true, ..) if public_key.is_some() => "a public key decrypts nothing",
        _ => "",
    };
    if !wanting.is_empty() {
        return Err(usage(wanting));
    }
    Ok(Some(Options {
        decrypt,
        mode,
        style,
        key,
        public_key,
        private_key,
        file,
        out,
    }))
}

fn run(options: &Options) -> Result<(), Failure> {
    let name = options
        .file
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| Failure::Usage("expected the name of a file in UTF-8".to_owned()))?;
    let content = read(&options.file)?;
    let files = if options.decrypt {
        decrypted(options, name, &content)?
    } else {
        encrypted(options, name, &content)?
    };
    let out = options.out.display();
    write(options, &files).map_err(|error| Failure::Io(format!("{out}: {error}")))?;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    eprintln!("{} in {out}", names.join(", "));
    Ok(())
}

// ---- encrypting ----

fn encrypted(options: &Options, name: &str, plain: &[u8]) -> Result<Files, Failure> {
    let of_file = |text: &str| Failure::Input(format!("{}: {text}", options.file.display()));
    if !is_encryptable(name) {
        return Err(of_file(
            "phones take only ….cfg and …-contact.xml encrypted; serve this one plain",
        ));
    }
    if detect(plain) != Kind::Plain {
        return Err(of_file(
            "expected a text in UTF-8 without control characters; is it encrypted already?",
        ));
    }
    let mode = options.mode.unwrap_or(Mode::Compat);
    let source = options
        .key
        .as_ref()
        .ok_or_else(|| Failure::Usage(NO_KEY.to_owned()))?;
    let key = key_of(source, mode)?;
    if key.needs_v84() {
        eprintln!("notice: only phones from firmware V84 on take this key");
    }
    if mode == Mode::Rsa {
        let path = options.public_key.as_deref().unwrap_or(Path::new(""));
        let public_key: PublicKey = key_of_pem(path)?;
        let random = random(public_key.random_len())?;
        let container = encrypt_rsa(plain, &key, &public_key, &random, options.style);
        let container = container.map_err(|error| of_file(&error.to_string()))?;
        return Ok(vec![(name.to_owned(), container.into())]);
    }
    let body = (name.to_owned(), encrypt(plain, &key, options.style).into());
    let Some(beside) = key_file_name(name) else {
        eprintln!("notice: phones ask for no key file beside contacts; set the key on the phone");
        return Ok(vec![body]);
    };
    if key.size() == KeySize::Characters32 {
        eprintln!(
            "notice: no source shows a key file of 32 characters; if the phone does not read it, set \
             the key on the phone"
        );
    }
    // The key file first: a phone that comes in between finds the key of what it gets.
    Ok(vec![(beside, key_file(&key).into()), body])
}

fn random(len: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(vec![0; len]);
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::Io(format!("the system has no randomness: {error}")))?;
    Ok(bytes)
}

// ---- decrypting ----

fn decrypted(options: &Options, name: &str, content: &[u8]) -> Result<Files, Failure> {
    let of_file = |text: &str| Failure::Input(format!("{}: {text}", options.file.display()));
    let mode = match detect(content) {
        Kind::Rsa => Mode::Rsa,
        Kind::Plain => return Err(of_file("not encrypted")),
        _ => Mode::Compat,
    };
    if options.mode.is_some_and(|expected| expected != mode) {
        return Err(of_file("encrypted in the other mode"));
    }
    let plain = match mode {
        Mode::Rsa => decrypted_container(options, content)?,
        Mode::Compat => {
            let key = match &options.key {
                Some(source) => key_of(source, mode)?,
                None => key_beside(&options.file, name)?,
            };
            decrypt(content, &key)
        }
    };
    let plain = plain.map_err(|error| of_file(&error.to_string()))?;
    Ok(vec![(name.to_owned(), plain.bytes().to_vec().into())])
}

fn decrypted_container(
    options: &Options,
    content: &[u8],
) -> Result<Result<Decrypted, EncryptionError>, Failure> {
    let container = match Container::parse(content) {
        Ok(container) => container,
        Err(error) => return Ok(Err(error)),
    };
    let key = match (&options.key, &options.private_key) {
        (Some(source), _) => Ok(key_of(source, Mode::Rsa)?),
        (None, Some(path)) => container.file_key(&key_of_pem::<PrivateKey>(path)?),
        (None, None) => {
            return Err(Failure::Usage(
                "FILE is of mode rsa: expected --private-key, --key-file or --key".to_owned(),
            ));
        }
    };
    Ok(key.and_then(|key| container.decrypt(&key)))
}

/// The key out of the key file beside a file, in whatever letter case that is spelt.
fn key_beside(file: &Path, name: &str) -> Result<FileKey, Failure> {
    let wanted = key_file_name(name).ok_or_else(|| {
        Failure::Usage(format!(
            "{name} has no key file: expected --key-file or --key"
        ))
    })?;
    let directory = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let entries = fs::read_dir(directory)
        .map_err(|error| Failure::Io(format!("{}: {error}", directory.display())))?;
    let path = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.eq_ignore_ascii_case(&wanted))
        })
        .min()
        .ok_or_else(|| {
            let directory = directory.display();
            Failure::Usage(format!(
                "no {wanted} in {directory}: expected --key-file or --key"
            ))
        })?;
    read_key_file(&read(&path)?)
        .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}

// ---- keys and files ----

fn key_of(source: &KeySource, mode: Mode) -> Result<FileKey, Failure> {
    let (text, from) = match source {
        KeySource::Given(key) => (key.clone(), "--key".to_owned()),
        KeySource::File(path) => (text(path)?, path.display().to_string()),
        KeySource::New => {
            let size = match mode {
                Mode::Compat => KeySize::Characters16,
                Mode::Rsa => KeySize::Characters32,
            };
            return FileKey::from_random(size, &random(size.random_len())?)
                .map_err(|error| Failure::Io(error.to_string()));
        }
    };
    FileKey::from_v84(text.trim_end_matches(['\r', '\n']))
        .map_err(|error| Failure::Input(format!("{from}: {error}")))
}

fn key_of_pem<K: std::str::FromStr<Err = EncryptionError>>(path: &Path) -> Result<K, Failure> {
    let pem = text(path)?;
    pem.parse()
        .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}

fn text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = read(path)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::Input(format!("{}: expected a text in UTF-8", path.display())))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    fs::read(path)
        .map(Zeroizing::new)
        .map_err(|error| Failure::Io(format!("{}: {error}", path.display())))
}

/// Writes all files beside their places and then moves them there, so that whoever serves the directory
/// never sees half a file and a full disk leaves nothing behind.
fn write(options: &Options, files: &Files) -> io::Result<()> {
    let out = &options.out;
    let there = out.exists();
    fs::create_dir_all(out)?;
    let places: Vec<(PathBuf, PathBuf)> = files
        .iter()
        .map(|(name, _)| (out.join(format!(".{name}.new")), out.join(name)))
        .collect();
    let result = refuse_the_other_kind(options, &places).and_then(|()| {
        for ((staged, _), (_, bytes)) in places.iter().zip(files) {
            fs::write(staged, bytes)?;
        }
        places
            .iter()
            .try_for_each(|(staged, place)| fs::rename(staged, place))
    });
    if result.is_err() {
        // The first error is the one to report.
        for (staged, _) in &places {
            let _ = fs::remove_file(staged);
        }
        if !there {
            let _ = fs::remove_dir(out);
        }
    }
    result
}

/// Replaces what an earlier run wrote, and never a plain file by an encrypted one or the other way
/// round: that is a wrong directory, most likely the one of FILE itself.
fn refuse_the_other_kind(options: &Options, places: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    for (_, place) in places.iter().filter(|(_, place)| place.exists()) {
        let plain = detect(&fs::read(place)?) == Kind::Plain;
        if plain != options.decrypt {
            let name = place.file_name().unwrap_or_default().display();
            let kind = if plain { "a plain" } else { "an encrypted" };
            return Err(io::Error::other(format!(
                "holds {kind} file `{name}`; choose another directory"
            )));
        }
    }
    Ok(())
}
