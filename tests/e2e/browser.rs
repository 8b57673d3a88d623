//! The two pages in a real browser, in both languages; screenshots stay in `target/screens`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

use super::processes::{Office, phone_program};

const SITE: &str = "150521100201";
/// The width of a screen on a desk, and of the narrowest phone, in pixels.
const WIDE: u32 = 1100;
const NARROW: u32 = 360;
const PATIENCE: Duration = Duration::from_secs(20);

/// chromedriver, and the browser that it starts.
struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    fn start() -> Self {
        for program in ["/usr/bin/chromium", "/usr/bin/chromedriver"] {
            assert!(
                Path::new(program).exists(),
                "{program} is missing; install Debian's chromium, chromium-driver and fonts-noto-cjk, as .ci/test does"
            );
        }
        let mut command = Command::new("/usr/bin/chromedriver");
        let mut child =
            command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // "ChromeDriver was started successfully on port 41321."
        let started = lines.find(|line| line.contains("successfully")).expect("chromedriver starts");
        let port = started.rsplit_once("on port ").map(|(_, port)| port.trim_end_matches('.').to_owned());
        let url = format!("http://127.0.0.1:{}", port.expect("chromedriver tells its port"));
        // It goes on talking; somebody must listen.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    /// Opens a browser that prefers a language, with nothing remembered; `wide` is its width in pixels.
    async fn browser(&self, language: &str, profile: &TempDir, wide: u32) -> Client {
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1100,900",
            "--hide-scrollbars",
        ];
        let mut flags: Vec<String> = flags.map(str::to_owned).to_vec();
        flags.push(format!("--lang={language}"));
        flags.push(format!("--accept-lang={language}"));
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options =
            json!({ "args": flags, "binary": "/usr/bin/chromium", "prefs": { "intl.accept_languages": language } });
        if wide < WIDE {
            // No window is this narrow; a phone's screen is.
            let screen = json!({ "deviceMetrics": { "width": wide, "height": 740, "pixelRatio": 1 } });
            options["mobileEmulation"] = screen;
        }
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.url).await.unwrap()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn shoot(browser: &Client, name: &str) {
    let folder = phone_program().parent().and_then(Path::parent).unwrap().join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    let height = browser.execute("return document.documentElement.scrollHeight", Vec::new()).await.unwrap();
    browser.set_window_size(1100, (height.as_u64().unwrap() as u32 + 160).clamp(400, 4000)).await.unwrap();
    let picture: PathBuf = folder.join(format!("{name}.png"));
    std::fs::write(&picture, browser.screenshot().await.unwrap()).unwrap();
    assert!(std::fs::metadata(&picture).unwrap().len() > 5_000, "{} shows something", picture.display());
}

async fn text(browser: &Client) -> String {
    browser.find(Locator::Css("body")).await.unwrap().text().await.unwrap()
}

/// Names the link to a page, whatever its query.
fn link_to(path: &str) -> String {
    format!("a[href='{path}'], a[href^='{path}?']")
}

/// Follows the link to a page.
async fn follow(browser: &Client, path: &str) {
    let link = link_to(path);
    browser.wait().at_most(PATIENCE).for_element(Locator::Css(&link)).await.unwrap().click().await.unwrap();
}

async fn look(browser: &Client, link: &str, language: &str, expected: &Expected) {
    browser.goto(link).await.unwrap();
    let button = browser.wait().at_most(PATIENCE).for_element(Locator::Css("form button")).await.unwrap();
    assert_eq!(browser.find_all(Locator::Css("button")).await.unwrap().len(), 1, "the page has one button");
    shoot(browser, &format!("{language}-1-sign-in")).await;
    button.click().await.unwrap();

    // The area page of the banner, then its township, then the village.
    browser.wait().at_most(PATIENCE).for_element(Locator::Css("table")).await.unwrap();
    let area = text(browser).await;
    assert!(area.contains("科左中旗") && area.contains("宝龙山镇"), "{area}");
    for word in expected.area {
        assert!(area.contains(word), "'{word}' is missing: {area}");
    }
    shoot(browser, &format!("{language}-2-area")).await;
    follow(browser, "/area/150521100").await;
    follow(browser, &format!("/area/{SITE}")).await;
    let record = format!("/record/{SITE}/water");
    browser.wait().at_most(PATIENCE).for_element(Locator::Css(&link_to(&record))).await.unwrap();
    let site = text(browser).await;
    assert!(site.contains("东伙房嘎查") && site.contains(expected.item), "{site}");
    shoot(browser, &format!("{language}-3-site")).await;
    follow(browser, &record).await;
    browser.wait().at_most(PATIENCE).for_element(Locator::XPath("//*[contains(text(), 'W1')]")).await.unwrap();
    let record = text(browser).await;
    for word in ["W1", "30", "24", "井台完好", "zhang", "li"].iter().chain(expected.record) {
        assert!(record.contains(word), "'{word}' is missing: {record}");
    }
    shoot(browser, &format!("{language}-4-record")).await;

    // The record that a form scores: its criteria by their names, and what each value of the dispute would give.
    let home = browser.current_url().await.unwrap();
    browser.goto(home.join(&format!("/record/{SITE}/housing")).unwrap().as_str()).await.unwrap();
    browser.wait().at_most(PATIENCE).for_element(Locator::XPath("//*[contains(text(), 'h1_done')]")).await.unwrap();
    let record = text(browser).await;
    for word in ["28.5 / 100", "22.5 / 100", "h1_planned"].iter().chain(expected.scored) {
        assert!(record.contains(word), "'{word}' is missing: {record}");
    }
    shoot(browser, &format!("{language}-5-scored")).await;
}

/// Looks at every page on a phone's screen: nothing sticks out to the side.
async fn look_narrow(browser: &Client, link: &str, language: &str) {
    browser.goto(link).await.unwrap();
    browser.wait().at_most(PATIENCE).for_element(Locator::Css("form button")).await.unwrap().click().await.unwrap();
    browser.wait().at_most(PATIENCE).for_element(Locator::Css("table")).await.unwrap();
    let home = browser.current_url().await.unwrap();
    for (path, name) in [
        ("/area/150521", "6-narrow-area"),
        (&*format!("/area/{SITE}"), "7-narrow-site"),
        (&*format!("/record/{SITE}/water"), "8-narrow-record"),
        (&*format!("/record/{SITE}/housing"), "9-narrow-scored"),
    ] {
        browser.goto(home.join(path).unwrap().as_str()).await.unwrap();
        browser.wait().at_most(PATIENCE).for_element(Locator::Css("table")).await.unwrap();
        let wide = browser.execute("return document.documentElement.scrollWidth", Vec::new()).await.unwrap();
        assert_eq!(wide.as_u64(), Some(NARROW.into()), "{path} fits a narrow screen");
        shoot(browser, &format!("{language}-{name}")).await;
    }
}

struct Expected {
    area: &'static [&'static str],
    item: &'static str,
    record: &'static [&'static str],
    scored: &'static [&'static str],
}

#[tokio::test]
async fn a_supervisor_opens_the_link_and_reads_area_and_record_in_both_languages() {
    let mut office = Office::new();
    office.serve();
    office.import("items", "item,name_zh,name_en\nhousing,危土房改造,Housing\n");
    let housing = concat!(env!("CARGO_MANIFEST_DIR"), "/data/forms/housing.xlsx");
    office.command(&["form", "import", housing, "--item", "housing"]).ok();
    let (a, b) = (office.phone("zhang", "inspector", "150521"), office.phone("li", "team-lead", "150521"));
    for phone in [&a, &b] {
        // The form comes with the reference data.
        phone.run(&["sync"]).ok();
    }
    a.run(&["answer", SITE, "housing", "h1_planned=40", "h1_done=30"]).ok();
    b.run(&["answer", SITE, "housing", "h1_planned=40", "h1_done=38"]).ok();
    a.run(&["answer", SITE, "water", "W1=30", "W2=true", "note=井台完好"]).ok();
    b.run(&["answer", SITE, "water", "W1=24"]).ok();
    b.run(&["answer", "150521100202", "roads", "R1=8"]).ok();
    for phone in [&a, &b] {
        phone.run(&["sync"]).ok();
    }
    b.run(&["sign", "150521100202", "roads"]).ok();
    b.run(&["sync"]).ok();
    let add = ["person", "add", "chen", "--name", "陈静", "--role", "supervisor", "--area", "150521"];
    office.command(&add).ok();

    let driver = Driver::start();
    let chinese = Expected {
        area: &["争议", "签"],
        item: "安全饮水",
        record: &["争议"],
        scored: &["按计划完成危土房改造的间数占比", "取此值时得分"],
    };
    let english = Expected {
        area: &["isputed", "igned"],
        item: "Drinking water",
        record: &["ispute"],
        scored: &["Share of planned dilapidated rooms", "Score with this value"],
    };
    for (language, expected) in [("zh-CN", chinese), ("en-US", english)] {
        let link = office.command(&["person", "link", "chen"]).ok().trim_end().lines().last().unwrap().to_owned();
        let profile = TempDir::new().unwrap();
        let browser = driver.browser(language, &profile, WIDE).await;
        look(&browser, &link, language, &expected).await;

        // The code is consumed: a second browser gets in no more.
        let other = TempDir::new().unwrap();
        let late = driver.browser(language, &other, WIDE).await;
        late.goto(&link).await.unwrap();
        late.wait().at_most(PATIENCE).for_element(Locator::Css("form button")).await.unwrap().click().await.unwrap();
        late.wait().at_most(PATIENCE).for_element(Locator::Css("body")).await.unwrap();
        assert!(late.find(Locator::Css("a[href*='/area/150521100']")).await.is_err(), "a link works once");
        shoot(&late, &format!("{language}-used-link")).await;
        late.close().await.unwrap();

        let link = office.command(&["person", "link", "chen"]).ok().trim_end().lines().last().unwrap().to_owned();
        let phone = TempDir::new().unwrap();
        let narrow = driver.browser(language, &phone, NARROW).await;
        look_narrow(&narrow, &link, language).await;
        narrow.close().await.unwrap();
        browser.close().await.unwrap();
    }
}
