//! Whose files they are: the model and the hardware address that names and addresses tell.

use super::super::super::{ModelRow, OuiRow};
use crate::inspect::{ImportRequest, Sheet};
use crate::model::Mac;

/// The model whose stem of files is in a name: `snomD785-000413A11FA7.htm`.
pub(super) fn model_of(
    request: &ImportRequest<'_>,
    sheet: &Sheet<'_>,
    models: &'static [ModelRow],
) -> Option<&'static ModelRow> {
    names(request, sheet).into_iter().find_map(|name| {
        let words = name.split(|c: char| !c.is_ascii_alphanumeric());
        words
            .filter(|word| !word.is_empty())
            .find_map(|word| model_of_stem(word, models))
    })
}

/// The hardware address in a name: one of the maker's, or any where a file is called by it.
pub(super) fn mac_of(
    request: &ImportRequest<'_>,
    sheet: &Sheet<'_>,
    blocks: &[OuiRow],
) -> Option<Mac> {
    let of_files: Vec<&str> = request.files.iter().filter_map(|file| file.name).collect();
    let of_maker = |mac: &Mac| {
        let bytes = mac.as_bytes();
        blocks.iter().any(|block| bytes.starts_with(block.prefix))
    };
    let in_files = of_files.iter().find_map(|name| mac_in(name));
    in_files.or_else(|| {
        let names = names(request, sheet);
        names.iter().filter_map(|name| mac_in(name)).find(of_maker)
    })
}

/// Texts that may name the phone: names of files, then addresses in them.
fn names<'a>(request: &ImportRequest<'a>, sheet: &Sheet<'a>) -> Vec<&'a str> {
    let of_files = request.files.iter().filter_map(|file| file.name);
    let addresses = [
        "setting_server",
        "firmware_status",
        "firmware",
        "phone_type",
    ];
    let addresses = addresses.iter().filter_map(|name| sheet.value(name, None));
    let listed = request.files.iter().flat_map(|file| file.file.includes());
    let listed = listed.map(|include| include.target());
    of_files.chain(addresses).chain(listed).collect()
}

fn model_of_stem(word: &str, models: &'static [ModelRow]) -> Option<&'static ModelRow> {
    models.iter().find(|row| {
        let stem = row.file_stem.as_deref();
        stem.is_some_and(|stem| stem.eq_ignore_ascii_case(word))
    })
}

/// Twelve hexadecimal digits by themselves.
fn mac_in(name: &str) -> Option<Mac> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut macs =
        words.filter(|word| word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit()));
    macs.find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_address() {
        let mac = |name| mac_in(name).map(|mac| mac.plain_upper().to_string());
        let found = Some("000413A11FA7".to_owned());
        assert_eq!(mac("snomD785-000413A11FA7.htm"), found);
        assert_eq!(mac("https://h/p/000413a11fa7.xml"), found);
        assert_eq!(mac("dect-000413A11FA7"), found);
        assert_eq!(mac("https://h/p/000413A11FA70.xml"), None);
        assert_eq!(mac("snomD785.htm"), None);
    }
}
