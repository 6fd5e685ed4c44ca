//! A rendered file taken apart: what of it is text of the format and what is a value.
//!
//! The templates are made out of this, and the values that they are filled with.

use std::collections::BTreeMap;

/// How the values of a file are escaped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    /// Not at all.
    Plain,
    /// As XML text.
    Escaped,
    /// As the value of an XML attribute.
    Quoted,
}

impl Place {
    /// The text as it stands in the file.
    pub(crate) fn written(self, text: &str) -> String {
        let text = match self {
            Self::Plain => return text.to_owned(),
            Self::Escaped | Self::Quoted => text.replace('&', "&amp;"),
        };
        let text = text.replace('<', "&lt;").replace('>', "&gt;");
        match self {
            Self::Quoted => text.replace('"', "&quot;"),
            _ => text,
        }
    }

    fn read(self, written: &str) -> String {
        let mut text = written.to_owned();
        if self != Self::Plain {
            for (from, to) in [
                ("&lt;", "<"),
                ("&gt;", ">"),
                ("&quot;", "\""),
                ("&amp;", "&"),
            ] {
                text = text.replace(from, to);
            }
        }
        text
    }
}

/// One piece of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Piece {
    Literal(String),
    /// The number of what the line is about, or the second where it has two.
    Index(usize),
    /// A value, by the place of its field.
    Value(usize),
}

/// A value that a part has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// Lines that follow one another: those of the phone, or those of each account, key, … in turn.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) is_loop: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) lines: Vec<Vec<Piece>>,
    pub(crate) items: Vec<Item>,
}

impl Part {
    fn same_shape(&self, other: &Self) -> bool {
        self.is_loop && other.is_loop && self.fields == other.fields && self.lines == other.lines
    }
}

/// The numbers and values of one account, key, … or of the phone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    pub(crate) numbers: Vec<String>,
    pub(crate) values: BTreeMap<String, String>,
}

impl Item {
    /// The value of a field.
    pub(crate) fn text(&self, field: &str) -> &str {
        match self.values.get(field) {
            Some(value) => value,
            None => stale(&format!("there is no value `{field}`")),
        }
    }

    /// The number of the item, or the second where it has two.
    pub(crate) fn number(&self, which: usize) -> u32 {
        self.numbers[which].parse().expect("a number of few digits")
    }
}

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) parts: Vec<Part>,
}

impl Page {
    /// Takes a file apart.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).expect("files are UTF-8");
        assert!(text.ends_with('\n'), "a file ends with a line end");
        let mut parts: Vec<Part> = Vec::new();
        let mut block: Option<(Part, &'static str)> = None;
        for line in text.lines() {
            let line = if text.starts_with('<') {
                Line::of_xml(line)
            } else {
                Line::of_cfg(line)
            };
            let same = block.as_ref().is_some_and(|(part, kind)| {
                *kind == line.kind && part.items[0].numbers == line.numbers
            });
            if !same {
                if let Some((done, _)) = block.take() {
                    append(&mut parts, done);
                }
                block = Some((line.part(), line.kind));
            }
            let (part, _) = block.as_mut().expect("a block has begun");
            line.add_to(part);
        }
        if let Some((done, _)) = block {
            append(&mut parts, done);
        }
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for part in &mut parts {
            let count = named.entry(part.name.clone()).or_default();
            *count += 1;
            if *count > 1 {
                part.name = format!("{}_{count}", part.name);
            }
        }
        Self { parts }
    }

    /// The items of a part.
    pub(crate) fn items(&self, part: &str) -> &[Item] {
        match self.parts.iter().find(|own| own.name == part) {
            Some(part) => &part.items,
            None => stale(&format!("there are no `{part}`")),
        }
    }

    /// The values, as the engines that compile at run time take them.
    pub(crate) fn json(&self) -> serde_json::Value {
        let parts = self.parts.iter().map(|part| {
            let items = part.items.iter().map(|item| {
                let numbers = (0..item.numbers.len()).map(|which| {
                    let number = serde_json::Value::from(item.number(which));
                    (NUMBERS[which].to_owned(), number)
                });
                let values = item.values.iter();
                let values = values.map(|(name, value)| (name.clone(), value.clone().into()));
                numbers.chain(values).collect()
            });
            let mut items: Vec<serde_json::Value> = items.collect();
            let value = if part.is_loop {
                items.into()
            } else {
                items.remove(0)
            };
            (part.name.clone(), value)
        });
        parts.collect()
    }
}

/// What the numbers of an item are called.
pub(crate) const NUMBERS: [&str; 2] = ["n", "m"];

/// Ends the run when the templates are of another day.
pub(crate) fn stale(why: &str) -> ! {
    panic!(
        "{why}: make the templates anew with `cargo bench -p provisioning-benches --bench templates -- --write`"
    )
}

fn append(parts: &mut Vec<Part>, block: Part) {
    match parts.last_mut() {
        Some(last) if last.same_shape(&block) => last.items.extend(block.items),
        _ => parts.push(block),
    }
}

/// One line, its values not yet in fields.
struct Line {
    /// What it belongs to: the phone, or one of many.
    kind: &'static str,
    numbers: Vec<String>,
    pieces: Vec<Raw>,
}

enum Raw {
    Literal(String),
    Index(usize),
    Value(String, Place, String),
}

const PHONE: &str = "phone";

impl Line {
    fn phone(pieces: Vec<Raw>) -> Self {
        Self {
            kind: PHONE,
            numbers: Vec::new(),
            pieces,
        }
    }

    fn of_cfg(line: &str) -> Self {
        const COUNTED: [(&str, &str); 5] = [
            ("# account ", "accounts"),
            ("account.", "accounts"),
            ("voice_mail.number.", "accounts"),
            ("linekey.", "keys"),
            ("expansion_module.", "module_keys"),
        ];
        let (name, value) = match line.split_once(" = ") {
            Some((name, value)) => (name, Some(value)),
            None => (line, None),
        };
        let counted = COUNTED.iter().find(|(prefix, _)| name.starts_with(prefix));
        let (kind, mut rest, mut pieces) = match counted {
            Some((prefix, kind)) => (*kind, &name[prefix.len()..], vec![literal(prefix)]),
            None => (PHONE, name, Vec::new()),
        };
        let mut numbers = Vec::new();
        let mut field = String::new();
        if kind != PHONE {
            rest = count(rest, &mut numbers, &mut pieces);
            if let Some(after) = rest.strip_prefix(".key.") {
                pieces.push(literal(".key."));
                rest = count(after, &mut numbers, &mut pieces);
            }
            if rest.is_empty() {
                field = "voicemail".to_owned();
            }
        }
        pieces.push(literal(rest));
        if let Some(value) = value {
            field += rest;
            pieces.push(literal(" = "));
            pieces.push(Raw::Value(
                identifier(&field),
                Place::Plain,
                value.to_owned(),
            ));
        }
        pieces.push(literal("\n"));
        Self {
            kind,
            numbers,
            pieces,
        }
    }

    fn of_xml(line: &str) -> Self {
        let whole = || Self::phone(vec![literal(line), literal("\n")]);
        let indent = line.len() - line.trim_start().len();
        let Some(inner) = line[indent..].strip_prefix('<') else {
            return whole();
        };
        let Some((open, rest)) = inner.split_once('>') else {
            return whole();
        };
        let mut attributes = open.split(' ');
        let element = attributes.next().unwrap_or_default();
        let (value, end) = match rest.split_once('<') {
            Some((value, end)) => (Some(value), format!("<{end}\n")),
            // Text that only attributes have.
            None if open.ends_with('/') => (None, "/>\n".to_owned()),
            None => return whole(),
        };
        let mut pieces = vec![literal(&line[..indent]), literal("<"), literal(element)];
        let (mut kind, mut numbers) = (PHONE, Vec::new());
        for (name, written) in attributes_of(&open[element.len()..]) {
            pieces.push(literal(&format!(" {name}=\"")));
            match name {
                "idx" => {
                    kind = if element == "fkey" { "keys" } else { "rows" };
                    pieces.push(Raw::Index(numbers.len()));
                    numbers.push(written.to_owned());
                }
                "perm" => pieces.push(literal(written)),
                _ => {
                    let value = Place::Quoted.read(written);
                    pieces.push(Raw::Value(identifier(name), Place::Quoted, value));
                }
            }
            pieces.push(literal("\""));
        }
        if let Some(value) = value {
            pieces.push(literal(">"));
            let place = Place::Escaped;
            pieces.push(Raw::Value(identifier(element), place, place.read(value)));
        }
        pieces.push(literal(&end));
        Self {
            kind,
            numbers,
            pieces,
        }
    }

    /// An empty part for the lines of what this one is about.
    fn part(&self) -> Part {
        Part {
            name: self.kind.to_owned(),
            is_loop: self.kind != PHONE,
            fields: Vec::new(),
            lines: Vec::new(),
            items: vec![Item {
                numbers: self.numbers.clone(),
                values: BTreeMap::new(),
            }],
        }
    }

    fn add_to(self, part: &mut Part) {
        let mut line: Vec<Piece> = Vec::new();
        for piece in self.pieces {
            match piece {
                Raw::Literal(text) => match line.last_mut() {
                    Some(Piece::Literal(before)) => *before += &text,
                    _ => line.push(Piece::Literal(text)),
                },
                Raw::Index(which) => line.push(Piece::Index(which)),
                Raw::Value(name, place, value) => {
                    let taken = |name: &String| part.fields.iter().any(|own| own.name == *name);
                    let names = (2..).map(|n| format!("{name}_{n}"));
                    let mut names = std::iter::once(name.clone()).chain(names);
                    let name = names.find(|name| !taken(name)).unwrap_or(name);
                    line.push(Piece::Value(part.fields.len()));
                    part.items[0].values.insert(name.clone(), value);
                    part.fields.push(Field { name, place });
                }
            }
        }
        part.lines.push(line);
    }
}

/// Takes the number that a name goes on with.
fn count<'n>(name: &'n str, numbers: &mut Vec<String>, pieces: &mut Vec<Raw>) -> &'n str {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    pieces.push(Raw::Index(numbers.len()));
    numbers.push(name[..digits].to_owned());
    &name[digits..]
}

fn attributes_of(mut rest: &str) -> impl Iterator<Item = (&str, &str)> {
    std::iter::from_fn(move || {
        let (name, after) = rest.trim_start().split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some((name, value))
    })
}

fn literal(text: &str) -> Raw {
    Raw::Literal(text.to_owned())
}

/// The name of a setting as the name of a field.
fn identifier(name: &str) -> String {
    let name: String = name
        .trim_start_matches('.')
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    match name.as_str() {
        "type" => "kind".to_owned(),
        _ => name,
    }
}
