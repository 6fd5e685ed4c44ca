//! What rendering gives: files and notices, borrowed from a reused buffer or owned.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_128_with_seed;
use zeroize::optimization_barrier;

use crate::error::{Invalid, Notice};
use crate::wiped::Wiped;

/// A buffer that rendering appends files to, made once and reused for many devices.
///
/// Its bytes are passwords among other things: they are wiped when it is dropped, and `Debug` does
/// not show them. (A buffer that has to grow leaves its old memory to the allocator; give it room
/// from the start with [`Output::with_capacity`] where that matters.)
///
/// ```
/// use phone_provisioning::{Output, target::EtagKey};
///
/// let mut output = Output::new();
/// output.add_file("a.cfg", &["b.cfg"], "text/plain", false, |bytes| bytes.extend(b"x = 1\n"));
/// let file = output.files().next().unwrap();
/// assert_eq!((file.name(), file.bytes()), ("a.cfg", &b"x = 1\n"[..]));
/// assert_eq!(file.aliases().collect::<Vec<_>>(), ["b.cfg"]);
/// ```
#[derive(Default)]
pub struct Output {
    bytes: Wiped,
    names: String,
    files: Vec<Entry>,
    notices: Vec<Notice>,
    /// Notices that were cleared, to be told again.
    spare: Vec<Notice>,
    /// Notices of earlier devices.
    told: usize,
    /// Kept for rendering, which needs such a list for a while.
    scratch: Vec<u32>,
    block: Block,
}

/// Where short pieces are put side by side before they are added to the bytes: into a block of fixed
/// length a piece is copied with some of what follows it, by a copy of fixed length, and the next piece
/// is put over the rest. Wiped like the bytes.
pub(super) struct Block([u8; Block::LEN]);

impl Block {
    pub(super) const LEN: usize = 1024;

    /// Puts a piece at a place: `len` bytes of a chunk, with what is behind them. `None` when it does
    /// not fit.
    #[inline(always)]
    pub(super) fn put<const N: usize>(&mut self, at: usize, chunk: &[u8; N]) -> Option<()> {
        *self.0.get_mut(at..)?.first_chunk_mut()? = *chunk;
        Some(())
    }

    /// The first so many bytes.
    #[inline]
    pub(super) fn first(&self, len: usize) -> &[u8] {
        self.0.get(..len).unwrap_or_default()
    }
}

impl Default for Block {
    fn default() -> Self {
        Self([0; Self::LEN])
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.0 = [0; Self::LEN];
        optimization_barrier(&self.0);
    }
}

#[derive(Clone, Debug)]
struct Entry {
    name: Range<usize>,
    aliases: Range<usize>,
    content_type: &'static str,
    sensitive: bool,
    bytes: Range<usize>,
}

impl Output {
    /// Cleared notices that are kept at most.
    const MOST_SPARE: usize = 256;

    /// An empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty buffer with room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Wiped::with_capacity(bytes),
            ..Self::default()
        }
    }

    /// Forgets files and notices and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.names.clear();
        self.files.clear();
        self.spare.append(&mut self.notices);
        self.spare.truncate(Self::MOST_SPARE);
        self.told = 0;
    }

    /// The files, in the order a phone asks for them.
    pub fn files(&self) -> impl ExactSizeIterator<Item = FileRef<'_>> {
        self.files.iter().map(|entry| FileRef {
            output: self,
            entry,
        })
    }

    /// What the caller should know.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Adds a notice; one that the device has been told already is not added again.
    pub fn add_notice(&mut self, notice: Notice) {
        if !self.notices[self.told..].contains(&notice) {
            self.notices.push(notice);
        }
    }

    /// Adds a notice that is told of many devices, once. One that was cleared is used again: threads
    /// would wait for each other to count their clones.
    pub(super) fn notice_of_many(&mut self, notice: &Notice) {
        if self.notices[self.told..].contains(notice) {
            return;
        }
        let spare = self.spare.iter().position(|spare| spare.is(notice));
        let notice = match spare {
            Some(spare) => self.spare.swap_remove(spare),
            None => notice.clone(),
        };
        self.notices.push(notice);
    }

    /// Begins another device: it is told what those before it have been told.
    pub(super) fn separate(&mut self) {
        self.told = self.notices.len();
    }

    /// Bytes of all files.
    #[cfg(feature = "parallel")]
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a file: its name, further names that it answers to, its content type, whether it holds
    /// secrets, and what writes its bytes into an empty buffer.
    pub fn add_file(
        &mut self,
        name: &str,
        aliases: &[&str],
        content_type: &'static str,
        sensitive: bool,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        // Not into the buffer of all files: whoever writes could shorten it.
        let mut own = Wiped::default();
        write(&mut own);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&own);
        let bytes = start..self.bytes.len();
        self.entry(bytes, content_type, sensitive, [name]);
        for alias in aliases {
            self.alias([*alias]);
        }
    }

    /// The buffer itself, for writers that know only afterwards whether there will be a file.
    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Forgets the bytes and notices that came after there were so many.
    pub(super) fn back_to(&mut self, bytes: usize, notices: usize) {
        self.bytes.truncate(bytes);
        self.notices.truncate(notices);
        self.told = self.told.min(notices);
    }

    /// Makes a file of these bytes of the buffer. The parts of its name are joined.
    pub(super) fn entry<'n>(
        &mut self,
        bytes: Range<usize>,
        content_type: &'static str,
        sensitive: bool,
        name: impl IntoIterator<Item = &'n str>,
    ) {
        let start = self.names.len();
        self.names.extend(name);
        let end = self.names.len();
        self.files.push(Entry {
            name: start..end,
            aliases: end..end,
            content_type,
            sensitive,
            bytes,
        });
    }

    /// Adds a further name of the last file, unless it has it already. The parts of the name are
    /// joined.
    pub(super) fn alias<'n>(&mut self, name: impl IntoIterator<Item = &'n str>) {
        let Some(file) = self.files.last_mut() else {
            return;
        };
        let start = self.names.len();
        self.names.extend(name);
        let (before, own) = self.names.split_at(start);
        let known = before[file.aliases.clone()].lines();
        if own == &before[file.name.clone()] || known.into_iter().any(|known| known == own) {
            self.names.truncate(start);
            return;
        }
        self.names.push('\n');
        file.aliases.end = self.names.len();
    }

    /// The bytes that files are appended to, and the block for short pieces.
    #[inline]
    pub(super) fn bytes_and_block(&mut self) -> (&mut Vec<u8>, &mut Block) {
        (&mut self.bytes, &mut self.block)
    }

    /// A list that rendering may use for a while; its content does not matter.
    pub(super) fn take_scratch(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.scratch)
    }

    pub(super) fn give_scratch(&mut self, scratch: Vec<u32>) {
        self.scratch = scratch;
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output")
            .field(
                "files",
                &self.files().map(|file| file.name()).collect::<Vec<_>>(),
            )
            .field("notices", &self.notices)
            .finish_non_exhaustive()
    }
}

/// A file in an [`Output`].
#[derive(Clone, Copy)]
pub struct FileRef<'a> {
    output: &'a Output,
    entry: &'a Entry,
}

impl<'a> FileRef<'a> {
    /// Name, in the letter case that the phone asks with.
    pub fn name(&self) -> &'a str {
        &self.output.names[self.entry.name.clone()]
    }

    /// Further names that the same bytes answer to.
    pub fn aliases(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.output.names[self.entry.aliases.clone()].lines()
    }

    /// Content type to serve it with.
    pub fn content_type(&self) -> &'static str {
        self.entry.content_type
    }

    /// Whether it holds secrets.
    pub fn is_sensitive(&self) -> bool {
        self.entry.sensitive
    }

    /// The bytes.
    pub fn bytes(&self) -> &'a [u8] {
        &self.output.bytes[self.entry.bytes.clone()]
    }

    /// Entity tag of the bytes, see [`EtagKey`]. Computed at every call.
    pub fn etag(&self, key: EtagKey) -> Etag {
        key.tag(self.bytes())
    }

    /// The file on its own, copied.
    pub fn to_config_file(&self) -> ConfigFile {
        ConfigFile {
            name: self.name().to_owned(),
            aliases: self.aliases().map(str::to_owned).collect(),
            content_type: self.content_type(),
            sensitive: self.is_sensitive(),
            bytes: Wiped::from(self.bytes().to_vec()),
        }
    }
}

impl fmt::Debug for FileRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "FileRef", self.name(), self.bytes())
    }
}

/// A file on its own. Wiped from memory when dropped; `Debug` does not show its bytes.
#[derive(Clone, Eq, PartialEq)]
pub struct ConfigFile {
    name: String,
    aliases: Vec<String>,
    content_type: &'static str,
    sensitive: bool,
    bytes: Wiped,
}

impl ConfigFile {
    /// Name, in the letter case that the phone asks with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Further names that the same bytes answer to.
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// Content type to serve it with.
    pub fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Whether it holds secrets.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Entity tag of the bytes, see [`EtagKey`]. Computed at every call.
    pub fn etag(&self, key: EtagKey) -> Etag {
        key.tag(&self.bytes)
    }
}

impl fmt::Debug for ConfigFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, "ConfigFile", &self.name, &self.bytes)
    }
}

fn debug(f: &mut fmt::Formatter<'_>, kind: &str, name: &str, bytes: &[u8]) -> fmt::Result {
    f.debug_struct(kind)
        .field("name", &name)
        .field("len", &bytes.len())
        .finish_non_exhaustive()
}

/// The files of one device, those that it shares with its model included, and the notices.
///
#[cfg_attr(feature = "yealink", doc = "```")]
#[cfg_attr(not(feature = "yealink"), doc = "```ignore")]
/// # use std::sync::Arc;
/// # use phone_provisioning::Provisioner;
/// # use phone_provisioning::model::{Device, Registrar, Settings, Site};
/// # let mut settings = Settings::default();
/// # settings.time_zone = Some("Europe/Berlin".parse()?);
/// # settings.language = Some("de".parse()?);
/// # settings.registrar = Some(Registrar::new("sip.example.net".parse()?));
/// # let provisioner = Provisioner::new(Arc::new(Site::new("Example".parse()?, settings)));
/// # let phone = Device::builder("80:5e:0c:12:34:56".parse()?, "yealink T46S").build()?;
/// let rendered = provisioner.render(&phone)?;
/// let names: Vec<&str> = rendered.files().iter().map(|file| file.name()).collect();
/// assert_eq!(names, ["y000000000066.cfg", "805e0c123456.cfg"]);
/// let own = rendered.file("805e0c123456.cfg").unwrap();
/// assert!(own.is_sensitive() && own.bytes().starts_with(b"#!version:1.0.0.1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rendered {
    files: Vec<ConfigFile>,
    notices: Vec<Notice>,
}

impl Rendered {
    pub(super) fn new(output: &mut Output) -> Self {
        let files = output.files().map(|file| file.to_config_file()).collect();
        Self {
            files,
            notices: std::mem::take(&mut output.notices),
        }
    }

    /// The files, in the order a phone asks for them.
    pub fn files(&self) -> &[ConfigFile] {
        &self.files
    }

    /// The file of this name, or with this name among its aliases.
    pub fn file(&self, name: &str) -> Option<&ConfigFile> {
        self.files
            .iter()
            .find(|file| file.name == name || file.aliases.iter().any(|a| a == name))
    }

    /// What the caller should know.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

/// An entity tag: 128 bits, written as 32 lower-case hexadecimal digits without the quotes of an HTTP
/// header.
///
/// ```
/// use phone_provisioning::target::{Etag, EtagKey};
///
/// let tag = EtagKey::PUBLIC.tag(b"x");
/// assert_eq!(tag.to_string().len(), 32);
/// assert_eq!(tag.to_string().parse::<Etag>()?, tag);
/// # Ok::<(), phone_provisioning::error::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Etag(u128);

impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Etag {
    type Err = Invalid;

    /// Reads a tag as it is written, in either letter case.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_tag = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let tag = is_tag
            .then(|| u128::from_str_radix(text, 16).ok())
            .flatten();
        tag.map(Self)
            .ok_or_else(|| Invalid::new("an entity tag of 32 hexadecimal digits", text))
    }
}

/// Key of entity tags.
///
/// A tag tells whether a file has changed; it is made fast, not to withstand attack. Where it
/// leaves the house, make the key a secret: whoever can compute the tag of a guessed file can guess
/// the one password in it that is weak.
///
/// ```
/// use phone_provisioning::target::EtagKey;
///
/// let one = EtagKey::new(1).tag(b"x");
/// assert_ne!(one, EtagKey::new(2).tag(b"x"));
/// ```
#[derive(Clone, Copy)]
pub struct EtagKey(u64);

impl EtagKey {
    /// The key that everybody knows, for tags that stay in the house.
    pub const PUBLIC: Self = Self(0);

    /// A key of the caller's, 64 bits: best random ones, kept as long as tags are to be compared.
    pub fn new(key: u64) -> Self {
        Self(key)
    }

    /// The tag of these bytes.
    pub fn tag(self, bytes: &[u8]) -> Etag {
        Etag(xxh3_128_with_seed(bytes, self.0))
    }
}

impl fmt::Debug for EtagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EtagKey([redacted])")
    }
}
