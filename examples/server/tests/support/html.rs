//! What a page is made of, read by another reader than browsers have.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "every suite uses a part of this, in a crate of its own"
)]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use scraper::{ElementRef, Html, Selector};

use crate::site::{Page, Person};

/// So many pages of one path are looked at that only their queries tell apart.
const OF_A_PATH: usize = 4;

/// The pages that somebody can reach by links.
pub async fn crawl(person: &Person<'_>) -> Vec<Page> {
    let mut waiting = vec!["/admin/".to_owned()];
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut of_path: BTreeMap<String, usize> = BTreeMap::new();
    let mut pages = Vec::new();
    while let Some(path) = waiting.pop() {
        let page = person.get(&path).await;
        for link in attribute(&page, "a[href]", "href") {
            let link = link.split('#').next().unwrap_or("").to_owned();
            if !link.starts_with("/admin/") || !seen.insert(link.clone()) {
                continue;
            }
            let path = link.split('?').next().unwrap_or("").to_owned();
            let count = of_path.entry(path).or_insert(0);
            *count += 1;
            if *count <= OF_A_PATH {
                waiting.push(link);
            }
        }
        pages.push(page);
        assert!(pages.len() < 500, "links without end");
    }
    pages
}

/// An attribute of all elements that a selector finds.
pub fn attribute(page: &Page, selector: &str, name: &str) -> Vec<String> {
    let parsed = page.parsed();
    let found = all(&parsed, selector).into_iter();
    found
        .filter_map(|element| element.attr(name).map(str::to_owned))
        .collect()
}

/// What must hold of every page.
#[track_caller]
pub fn check(page: &Page) {
    let path = &page.path;
    let parsed = page.parsed();
    assert!(parsed.errors.is_empty(), "{path}: {:?}", parsed.errors);
    let policy = page.policy.as_deref().unwrap_or("");
    assert!(
        policy.starts_with("default-src 'none';"),
        "{path}: {policy}"
    );
    assert_eq!(all(&parsed, "html[lang]").len(), 1, "{path}");
    assert_eq!(all(&parsed, "h1").len(), 1, "{path}");
    assert_eq!(all(&parsed, "main").len(), 1, "{path}");
    assert!(!title(&parsed).is_empty(), "{path}");
    for forbidden in [
        "[style]",
        "style",
        "script:not([src])",
        "[onclick]",
        "[onload]",
    ] {
        assert!(all(&parsed, forbidden).is_empty(), "{path}: {forbidden}");
    }
    let ids: Vec<&str> = all(&parsed, "[id]")
        .iter()
        .filter_map(|e| e.attr("id"))
        .collect();
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(
        ids.len(),
        unique.len(),
        "{path}: an id is there twice: {ids:?}"
    );
    for reference in [
        "for",
        "aria-describedby",
        "aria-labelledby",
        "list",
        "data-copy",
        "data-said",
    ] {
        for element in all(&parsed, &format!("[{reference}]")) {
            for id in element.attr(reference).unwrap().split_whitespace() {
                assert!(
                    unique.contains(id),
                    "{path}: {reference} of `{id}`, which is nowhere"
                );
            }
        }
    }
    for link in all(&parsed, "a[href^='#']") {
        let id = &link.attr("href").unwrap()[1..];
        assert!(
            unique.contains(id),
            "{path}: a link to `{id}`, which is nowhere"
        );
    }
    for control in all(&parsed, "input, select, textarea") {
        let is_named = control.attr("type") == Some("hidden") || is_labelled(&parsed, &control);
        assert!(is_named, "{path}: no label for {}", control.html());
    }
    for named in all(
        &parsed,
        "a, button, th, caption, h1, h2, h3, legend, label, option",
    ) {
        let has_words = !words(&named).is_empty() || named.attr("value") == Some("");
        assert!(has_words, "{path}: no words in {}", named.html());
    }
    for table in all(&parsed, "table") {
        assert_eq!(
            under(&table, "caption").len(),
            1,
            "{path}: a table without caption"
        );
    }
    for head in all(&parsed, "th") {
        assert!(head.attr("scope").is_some(), "{path}: {}", head.html());
    }
    for drawing in all(&parsed, "svg") {
        assert_eq!(drawing.attr("role"), Some("img"), "{path}");
        assert!(
            !drawing.attr("aria-label").unwrap_or("").is_empty(),
            "{path}"
        );
    }
    for form in all(&parsed, "form[method=post]") {
        let is_login = form.attr("action") == Some("/admin/login");
        let tokens = under(&form, "input[type=hidden][name=form_token]").len();
        assert_eq!(tokens, usize::from(!is_login), "{path}: {}", form.html());
    }
    let levels: Vec<u8> = all(&parsed, "h1, h2, h3").iter().map(level).collect();
    let leaps = levels.windows(2).any(|pair| pair[1] > pair[0] + 1);
    assert!(
        !leaps,
        "{path}: a level of headings is left out: {levels:?}"
    );
}

fn all<'h>(parsed: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    parsed.select(&Selector::parse(selector).unwrap()).collect()
}

fn under<'h>(element: &ElementRef<'h>, selector: &str) -> Vec<ElementRef<'h>> {
    element
        .select(&Selector::parse(selector).unwrap())
        .collect()
}

fn words(element: &ElementRef<'_>) -> String {
    let label = element.attr("aria-label").unwrap_or("");
    format!("{label}{}", element.text().collect::<String>())
        .trim()
        .to_owned()
}

fn title(parsed: &Html) -> String {
    all(parsed, "head > title").iter().map(words).collect()
}

fn level(heading: &ElementRef<'_>) -> u8 {
    heading.value().name().as_bytes()[1] - b'0'
}

fn is_labelled(parsed: &Html, control: &ElementRef<'_>) -> bool {
    let by_label = control.attr("id").is_some_and(|id| {
        let labels = all(parsed, "label[for]");
        labels.iter().any(|label| label.attr("for") == Some(id))
    });
    by_label
        || control
            .attr("aria-label")
            .is_some_and(|label| !label.is_empty())
}
