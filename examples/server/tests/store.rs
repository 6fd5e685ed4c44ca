//! The database: whole changes, private, of one server at a time, never older than the program's tables.

use std::path::{Path, PathBuf};

use provisioning_server::store::{Against, Kind, Store, StoreError, Write};
use rusqlite::Connection;
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db.sqlite");
    (folder, path)
}

/// Once the writer of an earlier store has let the file go.
fn open(path: &Path) -> (Store, Vec<(String, String)>) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        match Store::open(path) {
            Ok((store, contents)) => {
                let tokens = contents[&Kind::Tokens].iter();
                let tokens = tokens.map(|(key, value)| (key.clone(), value.to_string()));
                return (store, tokens.collect());
            }
            Err(error) if std::time::Instant::now() > deadline => panic!("{error}"),
            Err(_) => std::thread::yield_now(),
        }
    }
}

fn put(key: &str, value: &str) -> Write {
    Write::put(Kind::Tokens, key, value.to_owned())
}

#[tokio::test]
async fn what_is_stored_is_found_again() {
    let (_folder, path) = place();
    let (store, found) = open(&path);
    assert_eq!(found, []);
    store
        .write(Against::Crash, vec![put("a", "1"), put("b", "2 '\"; --")])
        .stored()
        .await;
    let changes = vec![
        put("a", "3"),
        Write::delete(Kind::Tokens, "b"),
        put("c", "é"),
    ];
    store.write(Against::PowerCut, changes).stored().await;
    store.write(Against::Crash, Vec::new()).stored().await;
    drop(store);
    let (_store, found) = open(&path);
    let pairs: Vec<_> = found
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(pairs, [("a", "3"), ("c", "é")]);
}

/// Two halves of one change are on the disk together or not at all: with many changes under way the file is
/// copied at any moment, as a crash would leave it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_change_is_never_on_the_disk() {
    let (folder, path) = place();
    let (store, _) = open(&path);
    let writer = tokio::spawn({
        let store = store.clone();
        async move {
            for i in 0..400 {
                let value = i.to_string();
                let pair = vec![put("left", &value), put("right", &value)];
                store.write(Against::Crash, pair).stored().await;
            }
        }
    });
    let mut copies = 0;
    while !writer.is_finished() && copies < 40 {
        copies += 1;
        let copy = folder.path().join(format!("{copies}.sqlite"));
        // The log first: what the file gets from it later is in this copy of the log as well.
        let wal = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
        let _ = std::fs::copy(wal(&path), wal(&copy));
        std::fs::copy(&path, &copy).unwrap();
        let (_store, found) = open(&copy);
        let value = |key: &str| found.iter().find(|(k, _)| k == key).map(|(_, value)| value);
        assert_eq!(value("left"), value("right"), "copy {copies}");
    }
    writer.await.unwrap();
    assert!(copies > 0);
}

#[test]
fn nobody_else_reads_it() {
    let (_folder, path) = place();
    let (_store, _) = open(&path);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_second_server_is_refused() {
    let (_folder, path) = place();
    let (store, _) = open(&path);
    store
        .write(Against::Crash, vec![put("a", "1")])
        .stored()
        .await;
    assert!(matches!(
        Store::open(&path),
        Err(StoreError::Sqlite(_) | StoreError::Version(_))
    ));
    // The first one goes on.
    store
        .write(Against::Crash, vec![put("a", "2")])
        .stored()
        .await;
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_left_as_it_is() {
    let (_folder, path) = place();
    drop(open(&path));
    let newer = |path: &Path| {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            let set =
                Connection::open(path).and_then(|db| db.pragma_update(None, "user_version", 99));
            match set {
                Ok(()) => return,
                Err(error) if std::time::Instant::now() > deadline => panic!("{error}"),
                Err(_) => std::thread::yield_now(),
            }
        }
    };
    newer(&path);
    let Err(StoreError::Version(error)) = Store::open(&path) else {
        panic!("taken")
    };
    assert!(error.to_string().contains("too high"), "{error}");
    let kept: i64 = Connection::open(&path)
        .and_then(|db| db.pragma_query_value(None, "user_version", |row| row.get(0)))
        .unwrap();
    assert_eq!(kept, 99);
}
