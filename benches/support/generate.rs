//! Makes the templates of the other contenders, and the appends, out of files that we rendered.
//!
//! They are what a person would write who knows the file: the text of the format as it stands, a
//! loop over the accounts, the keys, … and a placeholder per value, each value ready as one text.
//! Loops whose items differ in nothing but their number, those that clear what is not used, have no
//! values.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::page::{NUMBERS, Page, Part, Piece, Place};

/// The files of a case: name and text.
pub(crate) type Files = Vec<(&'static str, String)>;

/// The files for pages of several devices of one shape, which show what the site says of all.
pub(crate) fn files(case: &str, pages: &[Page]) -> Files {
    let first = &pages[0];
    for page in pages {
        assert_eq!(
            page.parts.len(),
            first.parts.len(),
            "{case}: devices of one shape"
        );
    }
    let parts: Vec<Described<'_>> = first
        .parts
        .iter()
        .enumerate()
        .map(|(at, part)| Described::new(part, pages, at))
        .collect();
    vec![
        (
            "askama.txt",
            kept_end(text(&parts, &Askama { sites: true })),
        ),
        (
            "site_literal.txt",
            kept_end(text(&parts, &Askama { sites: false })),
        ),
        ("minijinja.txt", text(&parts, &Minijinja)),
        ("handlebars.hbs", text(&parts, &Handlebars)),
        ("page.rs", rust(case, &parts)),
    ]
}

/// How many values of the first page are its device's own, its numbers not counted.
pub(crate) fn own_values(pages: &[Page]) -> usize {
    let parts = pages[0].parts.iter().enumerate();
    let own = parts.map(|(at, part)| part.items.len() * Described::new(part, pages, at).own.len());
    own.sum()
}

/// A part with what its values are.
struct Described<'p> {
    part: &'p Part,
    /// Fields that are the device's own.
    own: BTreeSet<&'p str>,
    /// Whether its items differ in their number only.
    bare: bool,
}

impl<'p> Described<'p> {
    fn new(part: &'p Part, pages: &[Page], at: usize) -> Self {
        let items = || pages.iter().flat_map(|page| &page.parts[at].items);
        let differs = |field: &str| {
            let value = part.items[0].text(field);
            items().any(|item| item.text(field) != value)
        };
        let names = part.fields.iter().map(|field| field.name.as_str());
        let own: BTreeSet<&str> = names.filter(|name| differs(name)).collect();
        Self {
            part,
            // One item may well be the only one that is used.
            bare: part.is_loop && own.is_empty() && part.items.len() > 1,
            own,
        }
    }

    /// Whether it has anything but text of the format.
    fn has_fields(&self) -> bool {
        self.part.is_loop || !self.part.fields.is_empty()
    }

    /// Whether a field is written as a placeholder.
    fn is_variable(&self, field: &str, sites: bool) -> bool {
        !self.bare && (sites || self.own.contains(field))
    }

    fn pieces(&self, sites: bool) -> Vec<Vec<Piece>> {
        let lines = self.part.lines.iter();
        let lines = lines.map(|line| {
            let pieces = line.iter().map(|piece| match piece {
                Piece::Value(at) => {
                    let field = &self.part.fields[*at];
                    if self.is_variable(&field.name, sites) {
                        return piece.clone();
                    }
                    let value = self.part.items[0].text(&field.name);
                    Piece::Literal(field.place.written(value))
                }
                other => other.clone(),
            });
            pieces.collect()
        });
        lines.collect()
    }
}

/// How an engine spells what a template has.
trait Spelling {
    fn sites(&self) -> bool {
        true
    }
    fn begin(&self, part: &str) -> String;
    fn end(&self) -> &'static str;
    fn placeholder(&self, part: &Part, name: &str, place: Place) -> String;
}

struct Askama {
    sites: bool,
}

impl Spelling for Askama {
    fn sites(&self) -> bool {
        self.sites
    }
    fn begin(&self, part: &str) -> String {
        format!("{{% for row in {part} %}}")
    }
    fn end(&self) -> &'static str {
        "{% endfor %}"
    }
    fn placeholder(&self, part: &Part, name: &str, _: Place) -> String {
        // The types of the fields know their places.
        format!(
            "{{{{ {}.{name} }}}}",
            if part.is_loop { "row" } else { &part.name }
        )
    }
}

struct Minijinja;

impl Spelling for Minijinja {
    fn begin(&self, part: &str) -> String {
        format!("{{% for row in {part} %}}")
    }
    fn end(&self) -> &'static str {
        "{% endfor %}"
    }
    fn placeholder(&self, part: &Part, name: &str, place: Place) -> String {
        let object = if part.is_loop { "row" } else { &part.name };
        let filter = if place == Place::Quoted {
            "|quoted"
        } else {
            ""
        };
        format!("{{{{ {object}.{name}{filter} }}}}")
    }
}

struct Handlebars;

impl Spelling for Handlebars {
    fn begin(&self, part: &str) -> String {
        format!("{{{{#each {part}}}}}")
    }
    fn end(&self) -> &'static str {
        "{{/each}}"
    }
    fn placeholder(&self, part: &Part, name: &str, place: Place) -> String {
        let object = if part.is_loop {
            String::new()
        } else {
            format!("{}.", part.name)
        };
        let helper = if place == Place::Quoted {
            "quoted "
        } else {
            ""
        };
        format!("{{{{{helper}{object}{name}}}}}")
    }
}

fn text(parts: &[Described<'_>], spelling: &dyn Spelling) -> String {
    let mut text = String::new();
    for described in parts {
        let part = described.part;
        if part.is_loop {
            text += &spelling.begin(&part.name);
        }
        for line in described.pieces(spelling.sites()) {
            for piece in line {
                match piece {
                    Piece::Literal(literal) => {
                        assert!(
                            !["{{", "{%", "{#"].iter().any(|open| literal.contains(open)),
                            "`{literal}` is no text for a template"
                        );
                        text += &literal;
                    }
                    Piece::Index(which) => {
                        text += &spelling.placeholder(part, NUMBERS[which], Place::Plain);
                    }
                    Piece::Value(at) => {
                        let field = &part.fields[at];
                        text += &spelling.placeholder(part, &field.name, field.place);
                    }
                }
            }
        }
        if part.is_loop {
            text += spelling.end();
        }
    }
    text
}

/// The text with one line end more: askama takes one away.
fn kept_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The structures that askama reads, and the appends.
fn rust(case: &str, parts: &[Described<'_>]) -> String {
    let mut out = String::from(
        "// Made by `cargo bench -p provisioning-benches --bench templates -- --write` out of a rendered file.\n\n",
    );
    for described in parts.iter().filter(|described| described.has_fields()) {
        structure(&mut out, described);
    }
    let list = |each: &dyn Fn(&str, &str, bool) -> String| -> String {
        let parts = parts
            .iter()
            .filter(|described| described.has_fields())
            .map(|p| {
                let part = p.part;
                each(&part.name, &camel(&part.name), part.is_loop)
            });
        parts.collect()
    };
    out += "pub(crate) struct Filled<'a> {\n";
    out += &list(&|name, kind, is_loop| match is_loop {
        true => format!("    {name}: Vec<{kind}<'a>>,\n"),
        false => format!("    {name}: {kind}<'a>,\n"),
    });
    out += "}\n\n";
    for (structure, file) in [("Variables", "askama"), ("SiteLiteral", "site_literal")] {
        let _ = write!(
            out,
            "#[derive(Template)]\n#[template(path = \"{case}/{file}.txt\", escape = \"none\", config = \"askama.toml\")]\nstruct {structure}<'p, 'a> {{\n"
        );
        out += &list(&|name, kind, is_loop| match is_loop {
            true => format!("    {name}: &'p [{kind}<'a>],\n"),
            false => format!("    {name}: &'p {kind}<'a>,\n"),
        });
        out += "}\n\n";
    }
    out +=
        "impl<'a> Filled<'a> {\n    pub(crate) fn new(page: &'a Page) -> Self {\n        Self {\n";
    out += &list(&|name, kind, is_loop| match is_loop {
        true => {
            format!(
                "            {name}: page.items(\"{name}\").iter().map({kind}::new).collect(),\n"
            )
        }
        false => format!("            {name}: {kind}::new(&page.items(\"{name}\")[0]),\n"),
    });
    out += "        }\n    }\n}\n\nimpl Contender for Filled<'_> {\n";
    for (method, structure) in [("askama", "Variables"), ("site_literal", "SiteLiteral")] {
        let _ = write!(
            out,
            "    fn {method}(&self, out: &mut String) -> askama::Result<()> {{\n        {structure} {{\n"
        );
        out += &list(&|name, _, _| format!("            {name}: &self.{name},\n"));
        out += "        }\n        .render_into(out)\n    }\n\n";
    }
    out += "    fn appends(&self, out: &mut Vec<u8>) {\n";
    for described in parts {
        appends(&mut out, described);
    }
    out += "    }\n}\n";
    out
}

fn structure(out: &mut String, described: &Described<'_>) {
    let part = described.part;
    let numbers = &NUMBERS[..part.items[0].numbers.len()];
    let kind = camel(&part.name);
    let _ = writeln!(out, "struct {kind}<'a> {{");
    // Items that differ in their number only borrow nothing.
    let _ = writeln!(out, "    _of: PhantomData<&'a ()>,");
    let mut read = "            _of: PhantomData,\n".to_owned();
    for (which, number) in numbers.iter().enumerate() {
        let _ = writeln!(out, "    {number}: u32,");
        let _ = writeln!(read, "            {number}: item.number({which}),");
    }
    let variable = |field: &&super::page::Field| described.is_variable(&field.name, true);
    for field in part.fields.iter().filter(variable) {
        let name = &field.name;
        let (kind, value) = match field.place {
            Place::Plain => ("&'a str", format!("item.text(\"{name}\")")),
            Place::Escaped => ("Escaped<'a>", format!("Escaped(item.text(\"{name}\"))")),
            Place::Quoted => ("Quoted<'a>", format!("Quoted(item.text(\"{name}\"))")),
        };
        let _ = writeln!(out, "    {name}: {kind},");
        let _ = writeln!(read, "            {name}: {value},");
    }
    let _ = write!(
        out,
        "}}\n\nimpl<'a> {kind}<'a> {{\n    fn new(item: &'a Item) -> Self {{\n        Self {{\n{read}        }}\n    }}\n}}\n\n"
    );
}

/// One append for each literal and each value of a line.
fn appends(out: &mut String, described: &Described<'_>) {
    let part = described.part;
    let (object, indent) = if part.is_loop {
        let _ = writeln!(out, "        for row in &self.{} {{", part.name);
        ("row".to_owned(), "            ")
    } else {
        (format!("self.{}", part.name), "        ")
    };
    for line in described.pieces(true) {
        for piece in line {
            let _ = match piece {
                Piece::Literal(text) => {
                    writeln!(out, "{indent}out.extend_from_slice({});", bytes(&text))
                }
                Piece::Index(which) => {
                    writeln!(out, "{indent}{object}.{}.push_to(out);", NUMBERS[which])
                }
                Piece::Value(at) => {
                    writeln!(
                        out,
                        "{indent}{object}.{}.push_to(out);",
                        part.fields[at].name
                    )
                }
            };
        }
    }
    if part.is_loop {
        *out += "        }\n";
    }
}

/// The text as a literal of Rust.
fn bytes(text: &str) -> String {
    if text.is_ascii() {
        format!("b{text:?}")
    } else {
        format!("{text:?}.as_bytes()")
    }
}

fn camel(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    words.collect()
}
