//! The program as a child process, with a database of its own and ports that the system gives.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The password of `admin`.
pub(crate) const ADMIN: &str = "correct horse battery staple";

/// The program, and the folder with its database, which goes with the test.
pub(crate) struct Program {
    folder: tempfile::TempDir,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    child: Option<Child>,
    said: Arc<Mutex<Vec<String>>>,
}

impl Program {
    /// Starts it with a fleet and a new database.
    pub(crate) fn start(fleet: &str, arguments: &[&str]) -> Self {
        Self::start_with(fleet, arguments, &[])
    }

    /// The same with variables of the environment.
    pub(crate) fn start_with(fleet: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("fleet.toml"), fleet).unwrap();
        let mut program = Self {
            folder,
            arguments: arguments.iter().map(|text| text.to_string()).collect(),
            variables: variables.iter().map(own).collect(),
            child: None,
            said: Arc::default(),
        };
        program.start_again();
        program
    }

    /// Starts it with the database that is there.
    pub(crate) fn start_again(&mut self) {
        assert!(self.child.is_none(), "it runs");
        self.said.lock().unwrap().clear();
        let file = |name: &str| self.folder.path().join(name);
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.log_file());
        let mut command = Command::new(env!("CARGO_BIN_EXE_provisioning-server"));
        command
            .arg(file("fleet.toml"))
            .arg("--db")
            .arg(file("db.sqlite"));
        command
            .args(["--listen", "127.0.0.1:0"])
            .args(&self.arguments);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.env("PROVISIONING_ADMIN_PASSWORD", ADMIN);
        // Everything that can be in the log is looked at.
        command.env("RUST_LOG", "trace");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.unwrap());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = self.said.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                said.lock().unwrap().push(line);
            }
        });
        self.child = Some(child);
        self.address();
    }

    /// Where it listens for HTTP.
    pub(crate) fn address(&self) -> SocketAddr {
        self.waited_for("listening on http://")
    }

    /// Where it listens for plug and play.
    pub(crate) fn pnp(&self) -> SocketAddr {
        self.waited_for("listening for plug and play on ")
    }

    /// Ends it as the power does.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks it to end; whether it said that all went well.
    pub(crate) fn stop(&mut self) -> bool {
        let mut child = self.child.take().expect("it runs");
        let asked = Command::new("kill").arg(child.id().to_string()).status();
        assert!(asked.unwrap().success());
        child.wait().unwrap().success()
    }

    /// All that it has written: its log and what it said.
    pub(crate) fn written(&self) -> String {
        let log = std::fs::read_to_string(self.log_file()).unwrap();
        log + &self.said.lock().unwrap().join("\n")
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn waited_for(&self, start: &str) -> SocketAddr {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let said = self.said.lock().unwrap().clone();
            if let Some(rest) = said.iter().find_map(|line| line.strip_prefix(start)) {
                return rest.parse().unwrap();
            }
            let process = self.child.as_ref().expect("it runs").id();
            let is_there = !std::fs::read_to_string(format!("/proc/{process}/stat"))
                .is_ok_and(|stat| stat.contains(") Z "));
            assert!(is_there && Instant::now() < deadline, "{}", self.written());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
