//! What phones get, in process: the bytes of the library, and what a request means for a phone's record.

use std::net::Ipv4Addr;
use std::sync::Arc;

use http::{HeaderMap, Method, Response, StatusCode};
use phone_provisioning::inventory::{Actor, PhoneState};
use phone_provisioning::model::Mac;
use phone_provisioning::{Document, Provisioner, Targets};
use provisioning_server::clock::Clock;
use provisioning_server::server::answering::PhoneRequest;
use provisioning_server::server::{Options, Server};
use tempfile::TempDir;

/// The fleet that an evaluator starts with.
const FLEET: &str = include_str!("../../data/fleet.toml");

/// A server with that fleet.
async fn start() -> (TempDir, Arc<Server>) {
    let folder = tempfile::tempdir().unwrap();
    let (database, fleet) = (
        folder.path().join("db.sqlite"),
        Document::from_toml(FLEET).unwrap(),
    );
    let options = Options {
        database: &database,
        fleet: &fleet,
        password: Some("not a real password".parse().unwrap()),
        // All phones come from one place here.
        expected: vec![std::net::IpAddr::from(Ipv4Addr::LOCALHOST).into()],
        clock: Clock::system(),
    };
    let started = Server::start(options).await.unwrap();
    (folder, started.server)
}

async fn ask(server: &Arc<Server>, method: Method, path: &str) -> Response<Vec<u8>> {
    let request = PhoneRequest {
        method: &method,
        path_and_query: path,
        fields: &HeaderMap::new(),
        source: Ipv4Addr::LOCALHOST.into(),
        certificate: None,
    };
    server.answer(request).await
}

fn state(server: &Server, mac: Mac) -> PhoneState {
    let now = server.now();
    server.look(|state| state.inventory.phone(mac).unwrap().state(now))
}

#[tokio::test]
async fn every_file_of_the_fleet_is_what_the_library_makes_of_it() {
    let (_folder, server) = start().await;
    let fleet = Document::from_toml(FLEET)
        .unwrap()
        .resolve(&Targets::builtin())
        .unwrap();
    let provisioner = Provisioner::new(fleet.site().clone());
    let mut compared = 0;
    for device in fleet.devices() {
        let token = device.token().unwrap().expose();
        for file in provisioner.render(device).unwrap().files() {
            let path = format!("/p/{token}/{}", file.name());
            let answer = ask(&server, Method::GET, &path).await;
            let (mac, name) = (device.mac(), file.name());
            assert_eq!(answer.status(), StatusCode::OK, "{mac} {name}");
            assert!(answer.body() == file.bytes(), "{mac} {name}");
            compared += 1;
        }
    }
    assert!(compared > fleet.devices().len(), "{compared}");
}

#[tokio::test]
async fn only_a_whole_file_is_a_download() {
    let (_folder, server) = start().await;
    let mac: Mac = "80:5e:0c:10:00:02".parse().unwrap();
    let own = "/p/591785b794601e212b260e25925636fd/805e0c100002.cfg";
    assert_eq!(
        ask(&server, Method::GET, own).await.status(),
        StatusCode::OK
    );
    server.unassign(&Actor::PROVIDER, mac).await.unwrap();
    assert_eq!(state(&server, mac), PhoneState::Unassigning);
    let head = ask(&server, Method::HEAD, own).await;
    assert_eq!((head.status(), head.body().len()), (StatusCode::OK, 0));
    assert_eq!(state(&server, mac), PhoneState::Unassigning);
    assert_eq!(
        ask(&server, Method::GET, own).await.status(),
        StatusCode::OK
    );
    assert_eq!(state(&server, mac), PhoneState::Listed);
}

#[tokio::test]
async fn the_carriers_of_handsets_do_not_move_with_a_base_and_nothing_is_left_of_one_that_goes() {
    let (_folder, server) = start().await;
    let base: Mac = "00:04:13:b6:20:07".parse().unwrap();
    let carriers = |server: &Server| -> usize {
        server.look(|state| {
            let handsets = &state.equipment(base).unwrap().handsets;
            handsets
                .iter()
                .filter(|handset| handset.subscriber.is_some())
                .count()
        })
    };
    assert_eq!(carriers(&server), 2);
    let site = Document::from_toml(FLEET).unwrap().site.unwrap();
    let site = site.value().unwrap().clone();
    let beta = "beta".parse().unwrap();
    server
        .add_organisation(&Actor::PROVIDER, beta, site)
        .await
        .unwrap();
    let to = "beta".parse().unwrap();
    let moved = phone_provisioning::inventory::Event::Move { mac: base, to };
    server.apply(&Actor::PROVIDER, moved).await.unwrap();
    assert_eq!(carriers(&server), 0);
    server.remove_phone(&Actor::PROVIDER, base).await.unwrap();
    assert!(server.look(|state| state.equipment(base).is_none()));
}
