//! `pbx LISTEN`: how little a PBX needs to serve its phones.
//!
//! The PBX keeps its users as it likes; here they are a table. A request becomes a user, a user a
//! `Device`, and the library makes the file. No document, no dependency but this crate.
//!
//! What opens a file is the token in the address of its phone. A PBX in earnest serves by HTTPS,
//! because the file holds the password of the account, and keeps its door with `delivery::admission`,
//! which closes behind the first download; `examples/server` is one.
//!
//! Exit status: 0 = help, 2 = usage or I/O.

use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use phone_provisioning::delivery::{AddressSpace, RequestFacts, answer};
use phone_provisioning::model::{Registrar, UrlTemplate};
use phone_provisioning::{Device, Extension, Output, Provisioner, Secret, Settings, Site};

const USAGE: &str = "usage: pbx LISTEN

Serves the files of the phones of two users by HTTP, and prints the address that each phone is to be
given. LISTEN is where phones find this machine, such as 192.0.2.1:8080; port 0 takes a free one.
";

/// What this PBX knows of a user and of the phone on the desk.
struct User {
    number: &'static str,
    name: &'static str,
    password: &'static str,
    model: &'static str,
    mac: &'static str,
    token: &'static str,
}

const USERS: [User; 2] = [
    User {
        number: "1001",
        name: "Zoë & Co",
        password: "s3cret<1>",
        model: "yealink T46S",
        mac: "80:5e:0c:12:34:56",
        token: "b1946ac92492d234",
    },
    User {
        number: "1002",
        name: "Bob",
        password: "s3cret<2>",
        model: "snom D785",
        mac: "00:04:13:a1:1f:a7",
        token: "591785b794601e21",
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        [listen] if !listen.starts_with('-') => match serve(listen) {
            Ok(()) => {}
            Err(error) => eprintln!("{listen}: {error}"),
        },
        _ => eprint!("{USAGE}"),
    }
    ExitCode::from(2)
}

// ---- the PBX: some forty lines from here to the end ----

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn serve(listen: &str) -> Result<()> {
    let listener = TcpListener::bind(listen)?;
    let url = format!("http://{}/p/{{token}}/", listener.local_addr()?);
    let url = UrlTemplate::parse(&url, Site::URL_PLACEHOLDERS)?;
    let (space, provisioner) = (AddressSpace::new([&url])?, provisioner(&url)?);
    for user in &USERS {
        println!("{}: {}", user.model, url.fill(|_| user.token));
    }
    for stream in listener.incoming() {
        // A phone that goes away in the middle asks again; it must not stop the others.
        reply(stream, &space, &provisioner).unwrap_or_else(|error| eprintln!("{error}"));
    }
    Ok(())
}

/// What all phones have in common.
fn provisioner(url: &UrlTemplate) -> Result<Provisioner> {
    let mut settings = Settings::default();
    settings.time_zone = Some("Europe/Amsterdam".parse()?);
    settings.language = Some("nl".parse()?);
    settings.registrar = Some(Registrar::new("sip.example.net".parse()?));
    let mut site = Site::new("Example BV".parse()?, settings);
    site.provisioning_url = Some(url.clone());
    Ok(Provisioner::new(Arc::new(site)))
}

/// The phone of a user.
fn device(user: &User) -> Result<Device> {
    let mut extension = Extension::new(user.number.parse()?, user.password.parse()?);
    extension.display_name = Some(user.name.parse()?);
    let device = Device::builder(user.mac.parse()?, user.model).token(user.token.parse()?);
    Ok(device.extension(extension).build()?)
}

/// The answer to one request: the file of whose token stands in the path, else 404.
fn reply(stream: io::Result<TcpStream>, space: &AddressSpace, site: &Provisioner) -> Result<()> {
    let mut stream = stream?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream.try_clone()?.take(8192)).lines();
    let request = lines.next().ok_or("nothing was asked")??;
    while !lines.next().ok_or("half a request")??.is_empty() {}
    let path = request
        .strip_prefix("GET ")
        .and_then(|rest| rest.split(' ').next());
    let facts = RequestFacts::new(path.unwrap_or_default());
    let token = space.find(&facts).and_then(|located| located.token());
    let token = token.and_then(|token| token.expose().parse::<Secret>().ok());
    let mut output = Output::new();
    let file = match USERS.iter().find(|user| user.token.parse().ok() == token) {
        Some(user) => answer::rendered(site, &device(user)?, &facts, &mut output)?,
        None => None,
    };
    let (status, body) = file.map_or(("404 Not Found", &[][..]), |file| ("200 OK", file.bytes()));
    let length = body.len();
    write!(
        stream,
        "HTTP/1.0 {status}\r\nContent-Length: {length}\r\n\r\n"
    )?;
    Ok(stream.write_all(body)?)
}
