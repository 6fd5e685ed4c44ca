//! Who is not let in learns nothing, and cannot guess.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use super::client::raw;
use super::{PHONES, Pbx};

#[test]
fn refusals_cannot_be_told_apart() {
    let mut pbx = Pbx::start();
    let (closed, open) = (&PHONES[0], &PHONES[1]);
    pbx.assign(closed);
    pbx.assign(open);
    let used = pbx.open(closed);
    pbx.admin.ok("DELETE", &pbx.path(closed, "/window"), None);
    pbx.open(open);

    let address = pbx.program.address();
    let path = |url: &str| {
        url.strip_prefix(&format!("http://{address}"))
            .unwrap()
            .to_owned()
    };
    let (used, wrong) = (path(&used), "/p/AAAAAAAAAAAAAAAAAAAAAA/");
    let requests = [
        // A wrong token for a phone that may come in, and for one that may not.
        (format!("{wrong}000413A11FA7.xml"), open.agent),
        (format!("{wrong}805e0c100001.cfg"), closed.agent),
        // The right token of a closed window.
        (format!("{used}805e0c100001.cfg"), closed.agent),
        // A phone that nobody knows, and nothing at all.
        (
            format!("{wrong}805e0c999999.cfg"),
            "Yealink SIP-T46S 66.86.0.15 80:5e:0c:99:99:99",
        ),
        (format!("{wrong}nothing"), "curl/8.5.0"),
        ("/p/".to_owned(), "curl/8.5.0"),
        // A token of another phone.
        (format!("{used}000413A11FA7.xml"), open.agent),
        // Outside of all spaces.
        ("/".to_owned(), "curl/8.5.0"),
        ("/api".to_owned(), "curl/8.5.0"),
    ];
    for method in ["GET", "HEAD"] {
        let mut answers = requests.iter().enumerate().map(|(i, (path, agent))| {
            // Each from a network of its own: none of them is blocked.
            let from = Ipv4Addr::new(127, 9, i as u8 + 1, if method == "GET" { 1 } else { 2 });
            (path, raw(from, address, method, path, agent))
        });
        let (_, first) = answers.next().unwrap();
        assert!(first.starts_with("HTTP/1.1 404 "), "{first}");
        for (path, answer) in answers {
            assert_eq!(answer, first, "{method} {path}");
        }
    }
    // What the API gives away is another matter: it is for those who log in.
    pbx.tells_nothing();
}

#[test]
fn who_guesses_is_blocked_and_others_are_not() {
    let mut pbx = Pbx::start();
    let phone = &PHONES[0];
    pbx.assign(phone);
    let link = pbx.open(phone);
    let address = pbx.program.address();
    let folder = link
        .strip_prefix(&format!("http://{address}"))
        .unwrap()
        .to_owned();
    let ask_as = |from: [u8; 4], folder: &str| {
        let path = format!("{folder}805e0c100001.cfg");
        raw(Ipv4Addr::from(from), address, "GET", &path, phone.agent)
    };
    let is_let_in = |answer: &str| answer.starts_with("HTTP/1.1 200 ");
    assert!(is_let_in(&ask_as([127, 8, 1, 1], &folder)));

    // Each further guess blocks for twice as long; sooner or later the right token comes too early.
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut guesses = 0;
    let blocked = loop {
        let wrong = format!("/p/AAAAAAAAAAAAAAAAAAAA{guesses:02}/");
        let refused = ask_as([127, 8, 2, 1], &wrong);
        assert!(!is_let_in(&refused));
        guesses += 1;
        let answer = ask_as([127, 8, 2, 77], &folder);
        if !is_let_in(&answer) {
            assert_eq!(answer, refused, "it is not told that the token was right");
            break answer;
        }
        assert!(Instant::now() < deadline, "{guesses} guesses did not block");
    };
    assert!(guesses > 5, "a few wrong ones may happen: {guesses}");
    assert!(blocked.starts_with("HTTP/1.1 404 "));
    // Another network is not blocked.
    assert!(is_let_in(&ask_as([127, 8, 3, 1], &folder)));
    assert!(pbx.program.written().contains("\"alarm\""));
    pbx.tells_nothing();
}
