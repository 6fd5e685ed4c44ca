//! What makes reading a request quick: the names of models and files of all targets in use, and their
//! blocks of MAC addresses, sorted once.

use std::fmt;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::ProvisioningTarget;
use super::agent::AgentClaim;
use super::file_name::{FileKind, FileRow, matches};
use super::row::OuiRow;
use crate::model::{Mac, percent_decoded};

/// A set of targets by their place in the list; those behind the first 64 are in no set.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct TargetSet(u64);

impl TargetSet {
    pub(crate) fn of(target: usize) -> Self {
        Self(u32::try_from(target).map_or(0, |at| 1_u64.checked_shl(at).unwrap_or(0)))
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn first(self) -> Option<usize> {
        (self.0 != 0).then_some(self.0.trailing_zeros() as usize)
    }

    fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The only one.
    pub(crate) fn single(self) -> Option<usize> {
        self.first().filter(|_| self.0.is_power_of_two())
    }
}

/// The sorted names and blocks.
#[derive(Default)]
pub(crate) struct Index {
    /// For each target the targets of its maker.
    makers: Vec<TargetSet>,
    /// For each target the hashes of squeezed names, the names and their models.
    models: Vec<Vec<(u64, Box<str>, usize)>>,
    /// Hashes of the names, in the same order.
    hashes: Vec<u64>,
    /// Names without `*` and `#`, by hash, name and target.
    names: Vec<Name>,
    /// Names with them, the longest first.
    patterns: Vec<(Box<str>, FileKind, TargetSet)>,
    /// Bytes of the blocks, filled up with zeros, and how many there are.
    block_keys: Vec<(u32, usize)>,
    /// In the same order.
    blocks: Vec<Block>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").finish_non_exhaustive()
    }
}

/// A name of a file, in lower case, that belongs to one target.
struct Name {
    text: Box<str>,
    target: usize,
    kind: FileKind,
    /// The only model whose phones ask for it.
    model: Option<usize>,
    has_place: bool,
}

/// A block of addresses, and whose it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) row: OuiRow,
    pub(crate) targets: TargetSet,
}

/// What the name of a file says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileReading {
    pub(crate) kind: FileKind,
    /// Whose phones ask for such a name.
    pub(crate) targets: TargetSet,
    /// Whether nobody else's phones would: there is more in it than an address and an extension.
    pub(crate) is_telling: bool,
    /// Target and model, where the name tells them.
    pub(crate) model: Option<(usize, usize)>,
    /// Whether the known name has a place for an address.
    has_place: bool,
    pub(crate) mac: Option<Mac>,
    /// Whether there is a second, other address in it.
    pub(crate) has_two_macs: bool,
}

impl FileReading {
    pub(crate) const NOTHING: Self = Self {
        kind: FileKind::Other,
        targets: TargetSet(0),
        is_telling: false,
        model: None,
        has_place: false,
        mac: None,
        has_two_macs: false,
    };
}

impl Index {
    pub(crate) fn new(targets: &[Arc<dyn ProvisioningTarget>]) -> Self {
        let mut index = Self::default();
        for (at, target) in targets.iter().enumerate() {
            let of_maker = targets.iter().enumerate();
            let of_maker = of_maker.filter(|(_, other)| other.vendor() == target.vendor());
            let of_maker = of_maker.map(|(other, _)| TargetSet::of(other));
            index
                .makers
                .push(of_maker.fold(TargetSet::default(), TargetSet::or));
            let mut models = Vec::new();
            for (model, row) in target.models().iter().enumerate() {
                let names = std::iter::once(&row.name).chain(row.other_names.iter());
                models.extend(names.map(|name| {
                    let name = squeeze(name);
                    (hash(name.as_bytes()), name.into_boxed_str(), model)
                }));
                index.files_of_model(at, model, target.file_names(row));
            }
            // Stable: of equal names the first row counts.
            models.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
            models.dedup_by(|b, a| a.1 == b.1);
            index.models.push(models);
            target
                .other_files()
                .iter()
                .for_each(|row| index.add_file(at, row));
            for row in target.mac_blocks() {
                let targets = TargetSet::of(at);
                index.blocks.push(Block { row: *row, targets });
            }
        }
        let key = |name: &Name| (hash(name.text.as_bytes()), name.text.clone(), name.target);
        index.names.sort_by_cached_key(key);
        index.names.dedup_by(|b, a| {
            let same = a.text == b.text && a.target == b.target;
            if same && a.model != b.model {
                a.model = None;
            }
            same
        });
        let texts = index.names.iter().map(|name| name.text.as_bytes());
        index.hashes = texts.map(hash).collect();
        index
            .patterns
            .sort_by_key(|(pattern, ..)| std::cmp::Reverse(pattern.len()));
        index
            .blocks
            .sort_by_key(|block| block_key(block.row.prefix));
        index.blocks.dedup_by(|b, a| {
            let same = a.row.prefix == b.row.prefix;
            if same {
                a.targets = a.targets.or(b.targets);
            }
            same
        });
        let prefixes = index.blocks.iter().map(|block| block.row.prefix);
        index.block_keys = prefixes.map(block_key).collect();
        index
    }

    fn files_of_model(&mut self, target: usize, model: usize, names: Vec<String>) {
        for name in names {
            let text = name.to_ascii_lowercase();
            let kind = match text.contains(PLACE) {
                true => FileKind::Device,
                false => FileKind::Common,
            };
            self.names.push(Name {
                has_place: kind == FileKind::Device,
                text: text.into(),
                target,
                kind,
                model: Some(model),
            });
        }
    }

    fn add_file(&mut self, target: usize, row: &FileRow) {
        let pattern = row.pattern.to_ascii_lowercase();
        if pattern.contains(['*', '#']) {
            let set = TargetSet::of(target);
            self.patterns.push((pattern.into(), row.kind, set));
        } else {
            self.names.push(Name {
                has_place: pattern.contains(PLACE),
                text: pattern.into(),
                target,
                kind: row.kind,
                model: None,
            });
        }
    }

    /// The maker of a target, as the first target that it has; of a set, if they have one.
    pub(crate) fn maker(&self, target: usize) -> Option<usize> {
        self.maker_of(TargetSet::of(target))
    }

    pub(crate) fn maker_of(&self, targets: TargetSet) -> Option<usize> {
        let of_maker = *self.makers.get(targets.first()?)?;
        of_maker.first().filter(|_| targets.is_within(of_maker))
    }

    /// The model of a target that is spelled so, by squeezed name.
    pub(crate) fn model(&self, target: usize, squeezed: &[u8]) -> Option<usize> {
        let models = self.models.get(target)?;
        let wanted = hash(squeezed);
        let first = models.partition_point(|(hash, ..)| *hash < wanted);
        let same = models[first..]
            .iter()
            .take_while(|(hash, ..)| *hash == wanted);
        let mut same = same.filter(|(_, name, _)| name.as_bytes() == squeezed);
        same.next().map(|(.., model)| *model)
    }

    /// The smallest block that an address is in.
    pub(crate) fn block(&self, mac: Mac) -> Option<Block> {
        let [a, b, c, d, ..] = *mac.as_bytes();
        let keys = [([a, b, c, d], 4), ([a, b, c, 0], 3)];
        keys.into_iter().find_map(|(bytes, len)| {
            let found = self
                .block_keys
                .binary_search(&(u32::from_be_bytes(bytes), len));
            self.blocks.get(found.ok()?).copied()
        })
    }

    /// What the last part of a path says, as it was sent.
    pub(crate) fn read_file(&self, name: &str) -> FileReading {
        if name.is_empty() {
            return FileReading {
                kind: FileKind::Folder,
                ..FileReading::NOTHING
            };
        }
        let mut buffer = [0; NAME_LIMIT];
        let Some(name) = plain(name, &mut buffer) else {
            return FileReading::NOTHING;
        };
        let Some(place) = mac_in(name, 0) else {
            return self.known(name).unwrap_or(FileReading::NOTHING);
        };
        if let (false, Some(found)) = (place.stands_alone, self.known_name(name)) {
            return found;
        }
        let with_place = &mut [0; NAME_LIMIT];
        let named = place.replaced(name, with_place);
        let found = match named.and_then(|name| self.known(name)) {
            Some(found) if found.has_place || place.stands_alone => found,
            None if place.stands_alone => FileReading::NOTHING,
            // An address is one by itself, or by the name that is known to have it there.
            _ => return self.known(name).unwrap_or(FileReading::NOTHING),
        };
        let mut second = mac_in(name, place.end);
        while second.is_some_and(|other| other.mac == place.mac || !other.stands_alone) {
            second = mac_in(name, second.map_or(name.len(), |other| other.end));
        }
        FileReading {
            mac: place.mac,
            has_two_macs: second.is_some(),
            ..found
        }
    }

    fn known(&self, name: &[u8]) -> Option<FileReading> {
        self.known_name(name).or_else(|| self.known_pattern(name))
    }

    /// A name in lower case, its address written `<mac>`, that is known as it is.
    fn known_name(&self, name: &[u8]) -> Option<FileReading> {
        let is_telling = !name.starts_with(PLACE.as_bytes());
        let wanted = hash(name);
        let first = self.hashes.partition_point(|hash| *hash < wanted);
        let same = self.hashes[first..].iter().zip(&self.names[first..]);
        let same = same.take_while(|(hash, _)| **hash == wanted);
        let same = same.map(|(_, known)| known);
        let same = same.filter(|known| known.text.as_bytes() == name);
        let mut found: Option<FileReading> = None;
        for known in same {
            let model = known.model.filter(|_| is_telling);
            let model = model.map(|model| (known.target, model));
            let targets = TargetSet::of(known.target);
            found = Some(match found {
                None => FileReading {
                    kind: known.kind,
                    targets,
                    is_telling,
                    model,
                    has_place: known.has_place,
                    ..FileReading::NOTHING
                },
                Some(found) => FileReading {
                    targets: found.targets.or(targets),
                    model: None,
                    ..found
                },
            });
        }
        found
    }

    /// The same among the names with `*` and `#`: of several the one that says most.
    fn known_pattern(&self, name: &[u8]) -> Option<FileReading> {
        let mut patterns = self.patterns.iter();
        let (pattern, kind, targets) =
            patterns.find(|(pattern, ..)| matches(pattern.as_bytes(), name))?;
        Some(FileReading {
            kind: *kind,
            targets: *targets,
            is_telling: !pattern.starts_with(['<', '*']),
            has_place: pattern.contains(PLACE),
            ..FileReading::NOTHING
        })
    }
}

/// Names are looked for by their hashes; the same on every machine.
fn hash(name: &[u8]) -> u64 {
    xxh3_64(name)
}

/// Where the address of a phone stands in a known name.
const PLACE: &str = "<mac>";

/// Bytes of a name that are read; the longest that any phone asks for is below half of it.
const NAME_LIMIT: usize = 128;

/// A name decoded and in lower case; nothing when it is too long or has other characters than
/// printable ASCII.
fn plain<'b>(name: &str, buffer: &'b mut [u8; NAME_LIMIT]) -> Option<&'b [u8]> {
    let mut len = 0;
    if name.contains('%') {
        for byte in percent_decoded(name) {
            *buffer.get_mut(len)? = byte.ok()?;
            len += 1;
        }
    } else {
        len = name.len();
        buffer.get_mut(..len)?.copy_from_slice(name.as_bytes());
    }
    let name = &mut buffer[..len];
    name.make_ascii_lowercase();
    // No phone writes brackets, which are of our own patterns.
    let is_strange = name.iter().fold(false, |found, byte| {
        found | !matches!(byte, b' '..=b'~') | matches!(byte, b'<' | b'>')
    });
    (!is_strange).then_some(name)
}

/// Where an address stands in a name.
#[derive(Clone, Copy)]
struct MacPlace {
    start: usize,
    end: usize,
    /// `None` when no phone can have it.
    mac: Option<Mac>,
    /// Whether no letter or digit is beside it.
    stands_alone: bool,
}

impl MacPlace {
    fn replaced<'b>(&self, name: &[u8], buffer: &'b mut [u8; NAME_LIMIT]) -> Option<&'b [u8]> {
        let parts = [&name[..self.start], PLACE.as_bytes(), &name[self.end..]];
        let mut len = 0;
        for part in parts {
            buffer.get_mut(len..len + part.len())?.copy_from_slice(part);
            len += part.len();
        }
        Some(&buffer[..len])
    }
}

/// The first run of twelve digits, plain or in pairs, from a byte on.
fn mac_in(name: &[u8], from: usize) -> Option<MacPlace> {
    let mut start = from;
    while start + 12 <= name.len() {
        let rest = &name[start..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit());
        let len = match digits.count() {
            12 => 12,
            2 if rest.len() >= 17 && Mac::digits(&rest[..17]).is_some() => 17,
            count => {
                start += count.max(1);
                continue;
            }
        };
        let end = start + len;
        let beside = [
            start.checked_sub(1).map(|at| name[at]),
            name.get(end).copied(),
        ];
        let is_part = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
        // In pairs, a thirteenth digit makes it something else.
        if len == 12 || !beside.into_iter().any(is_part) {
            return Some(MacPlace {
                start,
                end,
                mac: Mac::from_word(&name[start..end]),
                stands_alone: !beside.into_iter().any(is_part),
            });
        }
        start = end;
    }
    None
}

fn block_key(prefix: &[u8]) -> (u32, usize) {
    let mut bytes = [0; 4];
    for (place, byte) in bytes.iter_mut().zip(prefix) {
        *place = *byte;
    }
    (u32::from_be_bytes(bytes), prefix.len())
}

/// A name of a model as names are compared: in lower case, without blanks, dashes and underscores.
pub(crate) fn squeeze(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

/// The same of a name that a phone tells, without a copy on the heap.
pub(crate) fn squeezed<'b>(
    name: &str,
    buffer: &'b mut [u8; AgentClaim::MAX_MODEL_LEN],
) -> Option<&'b [u8]> {
    let mut len = 0;
    for byte in name
        .bytes()
        .filter(|byte| !matches!(byte, b' ' | b'-' | b'_'))
    {
        *buffer.get_mut(len)? = byte.to_ascii_lowercase();
        len += 1;
    }
    Some(&buffer[..len])
}
