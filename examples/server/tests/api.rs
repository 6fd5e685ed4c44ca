//! The JSON interface: it is what its description says, and refuses what it should.

#[path = "support/client.rs"]
#[allow(dead_code, unreachable_pub, reason = "every suite uses a part of this")]
mod client;
#[path = "api/described.rs"]
mod described;
#[path = "api/life.rs"]
mod life;
#[path = "support/program.rs"]
#[allow(dead_code, unreachable_pub, reason = "every suite uses a part of this")]
mod program;
#[path = "api/refused.rs"]
mod refused;

use client::Api;
use program::{ADMIN, Program};

/// An organisation with one desk phone, one base, and firmware to choose from.
const FLEET: &str = r#"
    [site]
    name = "Acme"
    provisioning_url = "http://pbx.example.net/p/{token}/"
    [site.settings]
    time_zone = "Europe/Amsterdam"
    language = "nl"
    registrar = { host = "sip.example.net" }
    admin = { username = "admin", password = "s1te-admin-pass" }

    [[devices]]
    mac = "80:5e:0c:10:00:01"
    model = "yealink T54W"
    label = "Reception"
    firmware = { version = "96.86.0.45", url = "http://images.example.net/t54w.rom" }
    extensions = [{ number = "201", display_name = "Reception", password = "ext-pass-201" }]

    [[devices]]
    mac = "00:08:7b:10:00:02"
    model = "snom M900"
    handsets = [{ slot = 1, name = "Anna", access_code = "4711", extensions = [
        { number = "301", display_name = "Anna", password = "ext-pass-301" },
    ] }]
"#;

const DESK: &str = "80:5e:0c:10:00:01";
const BASE: &str = "00:08:7b:10:00:02";

fn program() -> Program {
    Program::start(FLEET, &["--pnp", "off"])
}

fn admin(program: &Program) -> Api {
    Api::log_in(program.address(), "admin", ADMIN)
}
