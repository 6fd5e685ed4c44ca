//! One SQLite file: documents by kind and key, each change stored as a whole before it has any effect.
//!
//! A thread of its own writes. What has been asked for meanwhile goes into one transaction, so that a
//! thousand phones that start at once cost a few dozen synchronisations of the disk. A [`Receipt`] is
//! given in the order of the changes; when it is there, the change has survived whatever comes.
//!
//! A disk that takes nothing more ends the program: its memory would know more than its disk.

mod schema;

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rusqlite::{Connection, Transaction, params};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

pub use schema::Kind;

/// A text of the database: many hold tokens or passwords.
pub type Stored = Zeroizing<String>;

/// One document that is written, or deleted where there is none.
#[derive(Clone)]
pub struct Write {
    kind: Kind,
    key: String,
    value: Option<Stored>,
}

impl Write {
    /// A document in the place of the one with this key.
    pub fn put(kind: Kind, key: impl Into<String>, value: impl Into<Stored>) -> Self {
        let (key, value) = (key.into(), Some(value.into()));
        Self { kind, key, value }
    }

    /// No document with this key any more.
    pub fn delete(kind: Kind, key: impl Into<String>) -> Self {
        let (key, value) = (key.into(), None);
        Self { kind, key, value }
    }
}

/// The database.
#[derive(Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    against: Against,
    writes: Vec<Write>,
    done: oneshot::Sender<()>,
}

/// What a change has survived when its receipt is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Against {
    /// The end of the program, at any moment. What a phone's request changes is found out again by its
    /// next one, and a thousand phones do not wait for the disk.
    Crash,
    /// The end of the machine as well: what people decided, and what others were told.
    PowerCut,
}

/// A change that is on its way to the disk.
#[must_use = "what has not been stored may be lost"]
pub struct Receipt(Option<oneshot::Receiver<()>>);

impl Receipt {
    /// Of a change without any document.
    pub const NOTHING: Self = Self(None);

    /// Waits until the change is stored, and with it all those before.
    pub async fn stored(self) {
        if let Some(done) = self.0 {
            // The writer ends together with the program; then nobody is answered any more.
            if done.await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}

/// What a database held when it was opened, by kind and key.
pub type Contents = BTreeMap<Kind, Vec<(String, Stored)>>;

impl Store {
    /// Opens or makes the database, brings it up to date and reads it. Nobody but the owner may read the
    /// file: tokens and passwords are in it.
    ///
    /// # Errors
    /// What SQLite says, without any document's text.
    pub fn open(path: &Path) -> Result<(Self, Contents), StoreError> {
        create_private(path)?;
        let mut connection = Connection::open(path)?;
        // A second server on the same file would overwrite what this one writes.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "secure_delete", true)?;
        schema::migrations().to_latest(&mut connection)?;
        let contents = read(&connection)?;

        let (jobs, queue) = mpsc::channel();
        thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || write_all(connection, &queue))?;
        Ok((Self { jobs }, contents))
    }

    /// Stores some documents, all or none.
    pub fn write(&self, against: Against, writes: Vec<Write>) -> Receipt {
        if writes.is_empty() {
            return Receipt::NOTHING;
        }
        let (done, receipt) = oneshot::channel();
        // Without a writer the program is ending, and the receipt never comes.
        let job = Job {
            against,
            writes,
            done,
        };
        let _ = self.jobs.send(job);
        Receipt(Some(receipt))
    }
}

/// Why a database cannot be used.
#[derive(Debug)]
pub enum StoreError {
    /// The file.
    Io(std::io::Error),
    /// SQLite.
    Sqlite(rusqlite::Error),
    /// It is of a newer version of this program, or damaged.
    Version(rusqlite_migration::Error),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Sqlite(error) => write!(f, "{error}"),
            Self::Version(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<rusqlite_migration::Error> for StoreError {
    fn from(error: rusqlite_migration::Error) -> Self {
        Self::Version(error)
    }
}

fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn read(connection: &Connection) -> rusqlite::Result<Contents> {
    let mut contents = Contents::new();
    for kind in Kind::ALL {
        let query = format!("SELECT key, value FROM {} ORDER BY key", kind.table());
        let mut statement = connection.prepare(&query)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        let rows = rows.map(|row| row.map(|(key, value)| (key, Zeroizing::new(value))));
        contents.insert(kind, rows.collect::<Result<_, _>>()?);
    }
    Ok(contents)
}

/// So many changes go into one transaction at most.
const MOST_TOGETHER: usize = 512;

fn write_all(mut connection: Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let rest = queue.try_iter().take(MOST_TOGETHER - 1);
        let jobs: Vec<Job> = std::iter::once(first).chain(rest).collect();
        if let Err(error) = write(&mut connection, &jobs) {
            tracing::error!(%error, "the database takes nothing more");
            std::process::exit(74);
        }
        for job in jobs {
            // Nobody may be waiting.
            let _ = job.done.send(());
        }
    }
}

fn write(connection: &mut Connection, jobs: &[Job]) -> rusqlite::Result<()> {
    let needs_disk = jobs.iter().any(|job| job.against == Against::PowerCut);
    let synchronous = if needs_disk { "FULL" } else { "NORMAL" };
    connection.pragma_update(None, "synchronous", synchronous)?;
    let transaction = connection.transaction()?;
    for write in jobs.iter().flat_map(|job| &job.writes) {
        carry_out(&transaction, write)?;
    }
    transaction.commit()
}

fn carry_out(transaction: &Transaction<'_>, write: &Write) -> rusqlite::Result<()> {
    let table = write.kind.table();
    match &write.value {
        Some(value) => {
            let upsert = format!(
                "INSERT INTO {table} (key, value) VALUES (?1, ?2) \
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            );
            let mut statement = transaction.prepare_cached(&upsert)?;
            statement.execute(params![write.key, value.as_str()])?;
        }
        None => {
            let delete = format!("DELETE FROM {table} WHERE key = ?1");
            transaction.prepare_cached(&delete)?.execute([&write.key])?;
        }
    }
    Ok(())
}
