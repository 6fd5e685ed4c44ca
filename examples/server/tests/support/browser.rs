//! A browser without a screen, driven over WebDriver.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every suite uses a part of this, in a crate of its own"
)]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// So long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(60);

/// A wide screen, and that of a mobile phone.
const WIDTHS: [u32; 2] = [1200, 400];

/// A browser that looks at one server.
pub struct Browser {
    driver: Child,
    /// Its folder, by which the processes of the browser are found.
    profile: PathBuf,
    client: Client,
    server: String,
    pictures: PathBuf,
    taken: usize,
}

impl Browser {
    /// A browser with a fresh profile. Its pictures go below the folder of the build for tests.
    pub async fn start(server: String, profile: &Path, story: &str) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let port = port.expect("chromedriver says its port");
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-device-scale-factor=1",
            &format!("--user-data-dir={}", profile.display()),
        ];
        let options = json!({ "goog:chromeOptions": { "args": arguments } });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(options.as_object().unwrap().clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let pictures = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("screenshots")
            .join(story);
        std::fs::create_dir_all(&pictures).unwrap();
        Self {
            driver,
            profile: profile.to_owned(),
            client,
            server,
            pictures,
            taken: 0,
        }
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) {
        let address = format!("{}{path}", self.server);
        self.client.goto(&address).await.unwrap();
    }

    /// Types into an empty field, found by its label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses an entry of a list, found by its label.
    pub async fn choose(&self, label: &str, entry: &str) {
        let field = self.field(label).await;
        field.select_by_label(entry).await.unwrap();
    }

    /// Ticks a box, found by its label.
    pub async fn tick(&self, label: &str) {
        self.field(label).await.click().await.unwrap();
    }

    /// What stands in a field, found by its label.
    pub async fn value(&self, label: &str) -> String {
        let field = self.field(label).await;
        field.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Presses a button with these words.
    pub async fn press(&self, words: &str) {
        self.find(&format!("//button[normalize-space()='{words}']"))
            .await
            .click()
            .await
            .unwrap();
    }

    /// Follows a link with these words.
    pub async fn follow(&self, words: &str) {
        self.find(&format!("//a[normalize-space()='{words}']"))
            .await
            .click()
            .await
            .unwrap();
    }

    /// Opens what is folded up under these words.
    pub async fn unfold(&self, words: &str) {
        self.find(&format!("//summary[contains(., '{words}')]"))
            .await
            .click()
            .await
            .unwrap();
    }

    /// Waits until the page says something; where it does not say it by itself, it is loaded again.
    pub async fn sees(&self, words: &str) {
        let begin = Instant::now();
        let mut next_load = Duration::from_secs(2);
        loop {
            let page = self.text().await;
            if page.contains(words) {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "not `{words}` in:\n{page}");
            if begin.elapsed() > next_load {
                next_load += Duration::from_secs(1);
                self.client.refresh().await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the page says.
    pub async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        let text = self.client.execute(script, Vec::new()).await;
        // Between two pages there is none.
        let text = text.ok().and_then(|text| text.as_str().map(str::to_owned));
        text.unwrap_or_default()
    }

    /// Takes pictures of the whole page, wide and narrow. Nothing may stand beyond the edge.
    pub async fn picture(&mut self, name: &str) {
        self.taken += 1;
        for width in WIDTHS {
            self.client.set_window_size(width, 900).await.unwrap();
            let size = "const page = document.documentElement; \
                return [page.scrollHeight, page.scrollWidth - page.clientWidth]";
            let size = self.client.execute(size, Vec::new()).await.unwrap();
            let (height, beyond) = (size[0].as_u64().unwrap(), size[1].as_u64().unwrap());
            assert_eq!(beyond, 0, "{name} is wider than {width}");
            let height = u32::try_from(height.clamp(600, 6000)).unwrap();
            self.client
                .set_window_size(width, height + 150)
                .await
                .unwrap();
            let picture = self.client.screenshot().await.unwrap();
            let file = format!("{:02}-{name}-{width}.png", self.taken);
            std::fs::write(self.pictures.join(file), picture).unwrap();
        }
        self.client.set_window_size(WIDTHS[0], 900).await.unwrap();
    }

    /// Ends the browser.
    pub async fn close(mut self) {
        eprintln!("pictures: {}", self.pictures.display());
        self.client.clone().close().await.unwrap();
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }

    async fn field(&self, label: &str) -> Element {
        let label = self
            .find(&format!("//label[normalize-space()=\"{label}\"]"))
            .await;
        let id = label.attr("for").await.unwrap().unwrap();
        self.client.find(Locator::Id(&id)).await.unwrap()
    }

    async fn find(&self, path: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE);
        match found.for_element(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(error) => panic!("{path}: {error}\n{}", self.text().await),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Of a test that failed the browser would go on without its driver.
        let _ = self.driver.kill();
        let profile = self.profile.display().to_string();
        let _ = Command::new("pkill")
            .args(["-KILL", "-f", "--", &profile])
            .status();
    }
}
