//! A program of somebody else, who depends on the packaged crate: `tests/package.rs` builds it with
//! each feature and compares what it prints. It has nothing but that one dependency.
//!
//! `consumer VENDORS`: where the archive's `vendors/` lies.

use phone_provisioning::error::ErrorKind;
use phone_provisioning::parse::{Limits, parse};
use phone_provisioning::{Document, Mac, Provisioner, Targets, Text};

type Done = Result<(), Box<dyn std::error::Error>>;

const SITE: &str = r#"
[site]
name = "Example BV"
[site.settings]
time_zone = "Europe/Amsterdam"
language = "nl"
registrar = { host = "sip.example.net" }
"#;

fn main() -> Done {
    core()?;
    #[cfg(feature = "snom")]
    snom()?;
    #[cfg(feature = "yealink")]
    yealink()?;
    #[cfg(feature = "yealink-encrypt")]
    yealink_encrypt()?;
    #[cfg(feature = "redirection")]
    redirection()?;
    #[cfg(feature = "schema")]
    schema()?;
    #[cfg(feature = "parallel")]
    parallel()?;
    #[cfg(feature = "templates")]
    templates()?;
    Ok(())
}

/// The first file that the only phone of a site fetches.
#[allow(dead_code, reason = "used by the features that can render")]
fn file_of(targets: Targets, device: &str) -> Result<String, Box<dyn std::error::Error>> {
    let fleet = Document::from_toml(&format!("{SITE}\n{device}"))?.resolve(&targets)?;
    let provisioner = Provisioner::with_targets(fleet.site().clone(), targets);
    let rendered = provisioner.render(&fleet.devices()[0])?;
    let file = rendered.files().last().ok_or("a file")?;
    println!("{}", file.name());
    Ok(String::from_utf8(file.bytes().to_vec())?)
}

/// What needs no feature: checked values, documents, reading foreign files.
fn core() -> Done {
    let mac: Mac = "80-5E-0C-12-34-56".parse()?;
    assert_eq!(mac.plain_lower().to_string(), "805e0c123456");
    assert!("two\nlines".parse::<Text>().is_err());

    let read = parse(
        b"#!version:1.0.0.1\nlang.gui = English\n",
        &Limits::default(),
    );
    let read: Vec<_> = read
        .settings()
        .iter()
        .map(|s| (s.name(), s.value()))
        .collect();
    assert_eq!(read, [("lang.gui", "English")]);

    let nobody = format!("devices = []\n{SITE}");
    let fleet = Document::from_toml(&nobody)?.resolve(&Targets::builtin())?;
    assert_eq!(fleet.site().name.as_str(), "Example BV");
    let phone = format!("{SITE}\n[[devices]]\nmac = \"{mac}\"\nmodel = \"acme X1\"\n");
    let errors = Document::from_toml(&phone)?
        .resolve(&Targets::builtin())
        .unwrap_err();
    let kinds: Vec<&ErrorKind> = errors.iter().map(|error| error.kind()).collect();
    assert!(
        matches!(kinds[..], [ErrorKind::Unresolved { .. }]),
        "{kinds:?}"
    );

    println!("core: {} targets", Targets::builtin().iter().count());
    Ok(())
}

#[cfg(feature = "snom")]
fn snom() -> Done {
    let file = file_of(
        Targets::builtin(),
        "[[devices]]\nmac = \"00:04:13:a1:1f:a7\"\nmodel = \"snom D785\"\n\
         extensions = [{ number = \"1001\", password = \"s&cret\" }]\n",
    )?;
    let line = file
        .lines()
        .find(|line| line.contains("user_pass idx=\"1\""));
    println!("snom: {}", line.ok_or("the password")?.trim());
    Ok(())
}

#[cfg(feature = "yealink")]
const T46S: &str = "[[devices]]\nmac = \"80:5e:0c:12:34:56\"\nmodel = \"yealink T46S\"\n\
                    extensions = [{ number = \"1001\", password = \"s&cret\" }]\n";

#[cfg(feature = "yealink")]
fn yealink() -> Done {
    let file = file_of(Targets::builtin(), T46S)?;
    let line = file
        .lines()
        .find(|line| line.starts_with("account.1.password"));
    println!("yealink: {}", line.ok_or("the password")?);
    Ok(())
}

#[cfg(feature = "yealink-encrypt")]
fn yealink_encrypt() -> Done {
    use phone_provisioning::target::yealink::encrypt::{FileKey, Style, decrypt, encrypt};

    let file = file_of(Targets::builtin(), T46S)?;
    let key = FileKey::any_firmware("0123456789abcdef")?;
    let encrypted = encrypt(file.as_bytes(), &key, Style::default());
    assert_ne!(encrypted, file.as_bytes());
    assert_eq!(decrypt(&encrypted, &key)?.bytes(), file.as_bytes());
    println!("yealink-encrypt: there and back");
    Ok(())
}

#[cfg(feature = "redirection")]
fn redirection() -> Done {
    use phone_provisioning::redirection::snom::SnomSraps;
    use phone_provisioning::redirection::{Action, RedirectionService, Session, Stamp, Step};

    let service = SnomSraps::new(&SnomSraps::BASE.parse()?, "ck_4711", "the key".parse()?)?;
    let stamp = Stamp::new(Default::default(), [7; 16]);
    let look_up = Action::LookUp("00:04:13:a1:1f:a7".parse()?);
    let Step::Send(exchange) = service.start(&look_up, &Session::new(), &stamp)? else {
        return Err("nothing to send".into());
    };
    let request = exchange.request();
    assert!(
        request.headers()["authorization"]
            .to_str()?
            .starts_with("Hawk ")
    );
    println!("redirection: {} {}", request.method(), request.uri().path());
    Ok(())
}

#[cfg(feature = "schema")]
fn schema() -> Done {
    let schema = Document::json_schema();
    println!("schema: {}", schema.contains("\"devices\": {"));
    Ok(())
}

#[cfg(feature = "parallel")]
fn parallel() -> Done {
    use phone_provisioning::model::{Registrar, Settings, Site};

    let mut settings = Settings::default();
    settings.registrar = Some(Registrar::new("sip.example.net".parse()?));
    let site = Site::new("Example BV".parse()?, settings);
    let devices: Vec<_> = (0..3)
        .map(|last| Mac::try_from([0x80, 0x5e, 0x0c, 0, 0, last]))
        .map(|mac| phone_provisioning::Device::builder(mac.expect("a phone's"), "acme X1").build())
        .collect::<Result<_, _>>()?;
    let provisioner = Provisioner::new(site.into());
    let mut seen = Vec::new();
    // No target knows these phones: each is handed out as an error, in order.
    provisioner
        .bulk()
        .run_parallel(&devices, |device, _| seen.push(device.mac()));
    assert_eq!(
        seen,
        devices
            .iter()
            .map(|device| device.mac())
            .collect::<Vec<_>>()
    );
    println!("parallel: {}", seen.len());
    Ok(())
}

#[cfg(feature = "templates")]
fn templates() -> Done {
    use phone_provisioning::target::template::{FileTemplate, Format, TemplateTarget};

    let vendors = std::env::args().nth(1).ok_or("the folder vendors/")?;
    let read =
        |file: &str| std::fs::read_to_string(format!("{vendors}/examples/grandstream/{file}"));
    let grandstream = TemplateTarget::builder("grandstream-gxp", "grandstream")
        .models_toml(&read("models.toml")?)
        .tables_toml(&read("tables.toml")?)
        .file(FileTemplate::new(
            "cfg{{mac}}.xml",
            Format::Xml,
            read("cfg.xml.hbs")?,
        ))
        .build()?;
    let file = file_of(
        Targets::new([std::sync::Arc::new(grandstream) as std::sync::Arc<_>]),
        "[[devices]]\nmac = \"00:0b:82:12:34:56\"\nmodel = \"grandstream GXP2170\"\n\
         extensions = [{ number = \"1001\", password = \"s&cret\" }]\n",
    )?;
    let line = file.lines().find(|line| line.contains("s&amp;cret"));
    println!("templates: {}", line.ok_or("the password")?.trim());
    Ok(())
}
