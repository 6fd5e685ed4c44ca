//! A strict reader of Snom's XML files, written from the rules of the format and not from the
//! writer. Another library parses; then what it found is written again in the one form that is
//! allowed, and must be the file byte for byte.
//!
//! * First line exactly the declaration; UTF-8 without byte-order mark; every line ends with a line
//!   feed, no other control character anywhere; two blanks of indent for every level.
//! * `<settings>` holds sections, every one at most once, every setting on a line of its own; a file
//!   may be one section alone, or a container that names other files.
//! * Letters are themselves: the only references are `&amp; &lt; &gt;`, in attributes `&quot;`.
//! * A desk phone's setting has a permission, a base's has none. What is without content is
//!   `<name></name>`.
//! * No name twice at one index.
//!
//! A setting is called by its name, with `.N` where it has an index and `.M65` where it is for a type
//! of handset. A key gives its body as `fkey.N`, its context as `fkey.N.context` and its label, where
//! it has one, as `fkey.N.label`.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use super::cfg::Setting;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
/// What permissions there are.
const PERMISSIONS: [&str; 4] = ["", "R", "RW", "!"];
/// Settings of which an empty value means something else than none.
const NEVER_EMPTY: [&str; 3] = ["keyboard_lock_emergency", "vlan_id", "ntp_server"];

/// Which of the two kinds of file it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dialect {
    Desk,
    Dect,
}

impl Dialect {
    /// The sections in their order, and whether they say `e="2"`.
    fn sections(self) -> (&'static [&'static str], bool) {
        match self {
            Self::Desk => (&["phone-settings", "functionKeys"], true),
            Self::Dect => (
                &[
                    "global",
                    "server",
                    "extension",
                    "multicell",
                    "firmware-settings",
                ],
                false,
            ),
        }
    }
}

/// The root and the section of a file that names other files.
pub const CONTAINER: &str = "setting-files";

/// The settings in order, or the first fault.
pub fn read(dialect: Dialect, bytes: &[u8]) -> Result<Vec<Setting>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("not UTF-8: {error}"))?;
    let strange = |c: &char| c.is_control() && *c != '\n';
    if let Some(control) = text.chars().find(strange) {
        return Err(format!("holds U+{:04X}", u32::from(control)));
    }
    if !text.starts_with(DECLARATION) {
        return Err("line 1: not the declaration".to_owned());
    }
    let document = Document::parse(text).map_err(|error| error.to_string())?;
    let mut reader = Reader {
        dialect,
        document: &document,
        again: DECLARATION.to_owned(),
        settings: Vec::new(),
        lines_by_name: BTreeMap::new(),
        starts: [0]
            .into_iter()
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect(),
    };
    reader.root(document.root_element())?;
    match super::difference(reader.again.as_bytes(), bytes) {
        Some(difference) => Err(format!("not in the one form: {difference}")),
        None => Ok(reader.settings),
    }
}

struct Reader<'d> {
    dialect: Dialect,
    document: &'d Document<'d>,
    /// The file as it must be.
    again: String,
    settings: Vec<Setting>,
    lines_by_name: BTreeMap<String, usize>,
    /// Where the lines begin.
    starts: Vec<usize>,
}

impl<'d> Reader<'d> {
    fn root(&mut self, root: Node<'d, 'd>) -> Result<(), String> {
        let name = root.tag_name().name();
        match name {
            CONTAINER => {
                self.open(0, root, &[])?;
                for file in self.elements(root)? {
                    self.file(file)?;
                }
                self.close(0, name);
            }
            "settings" => {
                self.open(0, root, &[])?;
                let (mut left, extended) = self.dialect.sections();
                for section in self.elements(root)? {
                    let name = section.tag_name().name();
                    let at = left.iter().position(|known| *known == name);
                    let at = at.ok_or_else(|| self.fault(section, "no section, or not here"))?;
                    left = &left[at + 1..];
                    let attributes: &[&str] = if extended { &["e"] } else { &[] };
                    if extended && section.attribute("e") != Some("2") {
                        return Err(self.fault(section, "not extended"));
                    }
                    self.section(1, section, attributes)?;
                }
                self.close(0, name);
            }
            "firmware-settings" if self.dialect == Dialect::Desk => self.section(0, root, &[])?,
            _ => return Err(format!("the root is `{name}`")),
        }
        Ok(())
    }

    fn section(
        &mut self,
        depth: usize,
        section: Node<'d, 'd>,
        attributes: &[&str],
    ) -> Result<(), String> {
        self.open(depth, section, attributes)?;
        for setting in self.elements(section)? {
            self.setting(depth + 1, section.tag_name().name(), setting)?;
        }
        self.close(depth, section.tag_name().name());
        Ok(())
    }

    fn file(&mut self, file: Node<'d, 'd>) -> Result<(), String> {
        let url = file.attribute("url").unwrap_or_default();
        let is_file = file.tag_name().name() == "file" && file.attributes().len() == 1;
        if !is_file || !url.starts_with("http") || file.has_children() {
            return Err(self.fault(file, "names no file"));
        }
        self.again += &format!("  <file url=\"{}\"/>\n", escaped(url, true));
        self.push(CONTAINER, "file".to_owned(), url, file)
    }

    fn setting(
        &mut self,
        depth: usize,
        section: &str,
        setting: Node<'d, 'd>,
    ) -> Result<(), String> {
        let name = setting.tag_name().name();
        let attributes: Vec<&str> = setting.attributes().map(|a| a.name()).collect();
        let fits = match (self.dialect, name) {
            (Dialect::Desk, "fkey") => attributes == ["idx", "context", "label", "perm"],
            (Dialect::Desk, _) => attributes == ["perm"] || attributes == ["idx", "perm"],
            (Dialect::Dect, "pp_fwu_sw_version" | "pp_fwu_branch_version") => {
                attributes == ["type"]
            }
            (Dialect::Dect, _) => attributes.is_empty() || attributes == ["idx"],
        };
        if !fits {
            return Err(self.fault(setting, "not the attributes of a setting"));
        }
        let permission = setting.attribute("perm").unwrap_or_default();
        if !PERMISSIONS.contains(&permission) {
            return Err(self.fault(setting, "not a permission"));
        }
        if setting.children().any(|child| !child.is_text()) {
            return Err(self.fault(setting, "not a value"));
        }
        let value = setting.text().unwrap_or_default();
        if value.is_empty() && NEVER_EMPTY.contains(&name) {
            return Err(self.fault(setting, "must not be empty"));
        }
        let at = match (setting.attribute("idx"), setting.attribute("type")) {
            (Some(index), _) if index.parse().map(|i: u16| i.to_string()) != Ok(index.into()) => {
                return Err(self.fault(setting, "not an index"));
            }
            (Some(at), _) | (None, Some(at)) => format!("{name}.{at}"),
            (None, None) => name.to_owned(),
        };
        self.start(depth, setting);
        self.again += &format!("{}</{name}>\n", escaped(value, false));
        self.push(section, at.clone(), value, setting)?;
        for attribute in ["context", "label"] {
            let value = setting.attribute(attribute).unwrap_or_default();
            if !value.is_empty() {
                self.push(section, format!("{at}.{attribute}"), value, setting)?;
            }
        }
        Ok(())
    }

    fn push(
        &mut self,
        section: &str,
        name: String,
        value: &str,
        node: Node<'d, 'd>,
    ) -> Result<(), String> {
        let line = self.line(node);
        // A container names several files.
        let key = match name.as_str() {
            "file" => format!("file {value}"),
            _ => name.clone(),
        };
        if let Some(first) = self.lines_by_name.insert(key, line) {
            return Err(self.fault(node, &format!("also at line {first}")));
        }
        self.settings.push(Setting {
            section: section.to_owned(),
            name,
            value: value.to_owned(),
            cleared: value.is_empty(),
            line,
        });
        Ok(())
    }

    /// The elements of an element that holds nothing else but white space.
    fn elements(&self, node: Node<'d, 'd>) -> Result<Vec<Node<'d, 'd>>, String> {
        let blank = |node: &Node<'_, '_>| node.is_text() && node.text().unwrap().trim().is_empty();
        let strange = |node: &Node<'_, '_>| !node.is_element() && !blank(node);
        if let Some(strange) = node.children().find(strange) {
            return Err(self.fault(strange, "neither an element nor white space"));
        }
        Ok(node.children().filter(Node::is_element).collect())
    }

    fn open(
        &mut self,
        depth: usize,
        node: Node<'d, 'd>,
        attributes: &[&str],
    ) -> Result<(), String> {
        if !node
            .attributes()
            .map(|a| a.name())
            .eq(attributes.iter().copied())
        {
            return Err(self.fault(node, "other attributes"));
        }
        self.start(depth, node);
        self.again.push('\n');
        Ok(())
    }

    fn start(&mut self, depth: usize, node: Node<'d, 'd>) {
        self.again += &"  ".repeat(depth);
        self.again += &format!("<{}", node.tag_name().name());
        for attribute in node.attributes() {
            let value = escaped(attribute.value(), true);
            self.again += &format!(" {}=\"{value}\"", attribute.name());
        }
        self.again.push('>');
    }

    fn close(&mut self, depth: usize, name: &str) {
        self.again += &"  ".repeat(depth);
        self.again += &format!("</{name}>\n");
    }

    fn line(&self, node: Node<'d, 'd>) -> usize {
        let start = node.range().start;
        self.starts.partition_point(|line| *line <= start)
    }

    fn fault(&self, node: Node<'d, 'd>, what: &str) -> String {
        let text = &self.document.input_text()[node.range()];
        let text: String = text.chars().take(120).collect();
        format!("line {}: {what}: {text:?}", self.line(node))
    }
}

fn escaped(text: &str, quotes: bool) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    if quotes {
        text.replace('"', "&quot;")
    } else {
        text
    }
}
