//! Files to be read, and the least that reading them can be.

use std::hint::black_box;

use quick_xml::Reader;
use quick_xml::events::Event;

/// Files as they are rendered, by the model of their phone.
pub(crate) const FILES: [(&str, &str); 3] = [
    ("t46s", "yealink/002-full/files/805e0c123456.cfg"),
    ("d785", "snom-desk/002-full/files/000413A11FA7.xml"),
    ("m900", "snom-dect/010-m900-system/files/000413B60680.xml"),
];

/// A file of the golden ones.
pub(crate) fn bytes(path: &str) -> Vec<u8> {
    let path = format!("{}/../tests/golden/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Splits a text into lines.
pub(crate) fn lines(bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines().map(black_box).count()
}

/// Pulls every event.
pub(crate) fn events(bytes: &[u8]) -> usize {
    let mut reader = Reader::from_reader(bytes);
    let mut count = 0;
    loop {
        match black_box(reader.read_event()).unwrap() {
            Event::Eof => return count,
            _ => count += 1,
        }
    }
}
