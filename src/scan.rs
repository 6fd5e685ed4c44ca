//! Where names, values and words end.
//!
//! Going through the bytes one by one, each end is a branch that nobody can foretell. Where every machine
//! of a kind has instructions for sixteen bytes at a time, they are used; elsewhere a table is.

/// Where the names and the values of a text end: a bit for each of its bytes, made once for all of them.
///
/// A name ends at the first byte that is no ASCII letter, digit, `_`, `.` or `-`; a value at the first that
/// ends it or makes it worth a second look: a control character, `=`, `#` or `"`.
pub(crate) struct Ends {
    words: Vec<Word>,
    is_odd: bool,
}

/// The bits of 64 bytes, the lowest for the first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Word {
    not_of_name: u64,
    not_of_value: u64,
}

/// What is [odd](Ends::is_odd) in the blocks so far.
#[derive(Default)]
struct Odd {
    /// Some bits, if anything is.
    bits: u64,
    /// Whether the last byte was a `_`, a `%`, a `*`: 0 or 1.
    before: [u64; 3],
    /// Whether the last bytes but one, and the last, ended two `*` in a row: a bit for each.
    asterisks_before: u64,
}

impl Odd {
    /// Notes which bytes of a block are a `_`, a `%`, a `*`.
    #[inline(always)]
    fn see(&mut self, bytes: [u64; 3]) {
        let before = std::mem::replace(&mut self.before, bytes.map(|bytes| bytes >> 63));
        let [underscores, percents, asterisks] =
            std::array::from_fn(|kind| bytes[kind] & (bytes[kind] << 1 | before[kind]));
        // Two are the code of many an exchange; four hide a secret.
        let four = asterisks & (asterisks << 2 | self.asterisks_before);
        self.asterisks_before = asterisks >> 62;
        self.bits |= underscores | percents | four;
    }
}

impl Ends {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let (whole, rest) = bytes.as_chunks::<64>();
        // Behind the text there is one end more, so that whoever looks for one finds it.
        let mut last = [b'\n'; 64];
        last[..rest.len()].copy_from_slice(rest);
        let mut odd = Odd::default();
        let mut words = Vec::with_capacity(whole.len() + 1);
        let mut add = |block| words.push(blocks::ends(block, &mut odd));
        whole.iter().for_each(&mut add);
        add(&last);
        Self {
            words,
            is_odd: odd.bits != 0,
        }
    }

    /// Whether the text has a control character but line feeds, or the first byte of one, a brace or `<`,
    /// two `_` or `%` in a row or four `*`. Hardly any has.
    pub(crate) fn is_odd(&self) -> bool {
        self.is_odd
    }

    /// Where the name that begins here ends, at most at the end of the text.
    #[inline]
    pub(crate) fn name(&self, start: usize) -> usize {
        self.next(start, |word| word.not_of_name)
    }

    /// Where the value that begins here ends, at most at the end of the text.
    #[inline]
    pub(crate) fn value(&self, start: usize) -> usize {
        self.next(start, |word| word.not_of_value)
    }

    #[inline(always)]
    fn next(&self, start: usize, bits: impl Fn(&Word) -> u64) -> usize {
        let mut at = start / 64;
        let mut found = self
            .words
            .get(at)
            .map_or(!0, |word| bits(word) >> (start % 64));
        if found != 0 {
            return start + found.trailing_zeros() as usize;
        }
        loop {
            at += 1;
            found = self.words.get(at).map_or(!0, &bits);
            if found != 0 {
                return 64 * at + found.trailing_zeros() as usize;
            }
        }
    }
}

/// Whether a byte can be in a name; some names of the vendors' templates have capitals.
#[inline]
pub(crate) fn is_of_name(byte: u8) -> bool {
    BYTES[usize::from(byte)] & NO_NAME == 0
}

/// Calls for each byte that divides words: blank, tab, bracket or semicolon.
#[inline]
pub(crate) fn word_ends(bytes: &[u8], mut found: impl FnMut(usize)) {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let rest = match blocks::ARE_FAST {
        true => rest,
        false => bytes,
    };
    let mut at = bytes.len() - rest.len();
    for (number, block) in blocks.iter().enumerate() {
        let mut ends = blocks::not_of_word(block);
        while ends != 0 {
            found(16 * number + ends.trailing_zeros() as usize);
            ends &= ends - 1;
        }
    }
    for byte in rest {
        if BYTES[usize::from(*byte)] & NO_WORD != 0 {
            found(at);
        }
        at += 1;
    }
}

const NO_NAME: u8 = 1;
const NO_VALUE: u8 = 2;
const NO_WORD: u8 = 4;
const ODD: u8 = 8;

static BYTES: [u8; 256] = {
    let mut bytes = [NO_NAME; 256];
    let mut byte = 0;
    while byte < bytes.len() {
        match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => bytes[byte] = 0,
            b'\n' | b'=' | b'#' | b'"' => bytes[byte] = NO_NAME | NO_VALUE,
            b'\t' => bytes[byte] = NO_NAME | NO_VALUE | NO_WORD | ODD,
            0..=0x1f => bytes[byte] = NO_NAME | NO_VALUE | ODD,
            b' ' | b'(' | b')' | b';' => bytes[byte] = NO_NAME | NO_WORD,
            b'{' | b'<' | 0x7f | 0xc2 => bytes[byte] = NO_NAME | ODD,
            _ => {}
        }
        byte += 1;
    }
    bytes
};

#[cfg(not(target_arch = "x86_64"))]
use one_by_one as blocks;
#[cfg(target_arch = "x86_64")]
use sse2 as blocks;

/// Every machine of this kind has these instructions, so calling them is safe.
#[cfg(target_arch = "x86_64")]
mod sse2 {
    use safe_arch::{
        cmp_eq_mask_i8_m128i as equal, cmp_gt_mask_i8_m128i as above, m128i, max_u8_m128i,
        move_mask_i8_m128i, set_splat_i8_m128i,
    };

    use crate::scan::{Odd, Word};

    pub(super) const ARE_FAST: bool = true;

    #[inline(always)]
    pub(super) fn ends(block: &[u8; 64], odd: &mut Odd) -> Word {
        let mut word = Word::default();
        let mut seen = [0; 3];
        let mut rare = all(0);
        for (number, part) in block.as_chunks::<16>().0.iter().enumerate() {
            let part = m128i::from(*part);
            let put = |found: m128i| u64::from(bits(found)) << (16 * number);
            let letter = between(part | all(0x20), b'a', b'z');
            // From `-` to `9` there is one more, the slash.
            let digit = between(part, b'-', b'9') & !is(part, b'/');
            let underscore = is(part, b'_');
            word.not_of_name |= put(!(letter | digit | underscore));
            let control = is(max_u8_m128i(part, all(0x1f)), 0x1f);
            let second_look = is(part, b'=') | is(part, b'#') | is(part, b'"');
            word.not_of_value |= put(control | second_look);
            // With this bit a brace is a DEL.
            let brace_or_delete = is(part | all(0x04), 0x7f);
            let opening = is(part, b'<') | is(part, 0xc2);
            rare = rare | brace_or_delete | opening | (control & !is(part, b'\n'));
            seen[0] |= put(underscore);
            seen[1] |= put(is(part, b'%'));
            seen[2] |= put(is(part, b'*'));
        }
        odd.bits |= u64::from(bits(rare));
        odd.see(seen);
        word
    }

    #[inline(always)]
    pub(super) fn not_of_word(block: &[u8; 16]) -> u32 {
        let block = m128i::from(*block);
        let blank = is(block, b' ') | is(block, b'\t');
        bits(blank | is(block, b'(') | is(block, b')') | is(block, b';'))
    }

    #[inline(always)]
    fn all(byte: u8) -> m128i {
        set_splat_i8_m128i(byte as i8)
    }

    #[inline(always)]
    fn is(block: m128i, byte: u8) -> m128i {
        equal(block, all(byte))
    }

    /// Of two ASCII characters; other bytes are below all of them.
    #[inline(always)]
    fn between(block: m128i, least: u8, most: u8) -> m128i {
        above(block, all(least - 1)) & above(all(most + 1), block)
    }

    #[inline(always)]
    fn bits(block: m128i) -> u32 {
        move_mask_i8_m128i(block) as u32
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
mod one_by_one {
    use crate::scan::{BYTES, NO_NAME, NO_VALUE, ODD, Odd, Word};

    #[cfg_attr(
        target_arch = "x86_64",
        expect(dead_code, reason = "not what a test compares")
    )]
    pub(super) const ARE_FAST: bool = false;

    pub(super) fn ends(block: &[u8; 64], odd: &mut Odd) -> Word {
        let mut word = Word::default();
        let mut seen = [0; 3];
        for (at, byte) in block.iter().enumerate() {
            let kinds = BYTES[usize::from(*byte)];
            let put = |is: bool| u64::from(is) << at;
            word.not_of_name |= put(kinds & NO_NAME != 0);
            word.not_of_value |= put(kinds & NO_VALUE != 0);
            odd.bits |= put(kinds & ODD != 0);
            for (kind, of_kind) in [b'_', b'%', b'*'].into_iter().enumerate() {
                seen[kind] |= put(*byte == of_kind);
            }
        }
        odd.see(seen);
        word
    }

    #[cfg_attr(
        target_arch = "x86_64",
        expect(dead_code, reason = "not what a test compares")
    )]
    pub(super) fn not_of_word(_: &[u8; 16]) -> u32 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_their_bytes_say() {
        for byte in 0..=u8::MAX {
            for len in [1, 15, 16, 17, 40] {
                for place in 0..len {
                    let mut text = vec![b'a'; len];
                    (text[0], text[place]) = (b';', byte);
                    let mut found = Vec::new();
                    word_ends(&text, |at| found.push(at));
                    let ends = (0..len).filter(|at| b" \t();".contains(&text[*at]));
                    assert!(ends.eq(found), "{byte} at {place} of {len}");
                }
            }
        }
    }

    /// Every byte at every place of blocks whole and not, before and behind others.
    #[test]
    fn bits_say_what_bytes_say() {
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let of_value = |byte: u8| byte > 0x1f && !b"=#\"".contains(&byte);
        for byte in 0..=u8::MAX {
            for len in [1, 63, 64, 65, 130] {
                for place in 0..len {
                    let mut text = vec![b'a'; len];
                    text[place] = byte;
                    let ends = Ends::of(&text);
                    if let Some(block) = text.first_chunk() {
                        assert_eq!(of(block, blocks::ends), of(block, one_by_one::ends));
                    }
                    let odd = byte < 0x20 && byte != b'\n' || b"{<\x7f\xc2".contains(&byte);
                    assert_eq!(ends.is_odd(), odd, "{byte} at {place} of {len}");
                    let expected = |of: bool| if of { len } else { place };
                    for start in 0..=place {
                        let found = (ends.name(start), ends.value(start));
                        let expected = (expected(of_name(byte)), expected(of_value(byte)));
                        assert_eq!(found, expected, "{byte} at {place} of {len} from {start}");
                    }
                    for start in place + 1..=len {
                        assert_eq!((ends.name(start), ends.value(start)), (len, len));
                    }
                }
            }
            assert_eq!(is_of_name(byte), of_name(byte));
        }
    }

    /// What a way of looking at a block says of it.
    fn of(block: &[u8; 64], ends: fn(&[u8; 64], &mut Odd) -> Word) -> (Word, bool, [u64; 4]) {
        let mut odd = Odd::default();
        let word = ends(block, &mut odd);
        let [underscore, percent, asterisk] = odd.before;
        (
            word,
            odd.bits != 0,
            [underscore, percent, asterisk, odd.asterisks_before],
        )
    }

    /// On both sides of the border of a block, too.
    #[test]
    fn several_in_a_row_are_odd() {
        for byte in 0..=u8::MAX {
            let alone = byte < 0x20 && byte != b'\n' || b"{<\x7f\xc2".contains(&byte);
            for place in [0, 13, 14, 15, 60, 61, 62, 63, 64, 65, 125, 126] {
                for len in 1..=4 {
                    let mut text = [b'a'; 130];
                    text[place..place + len].fill(byte);
                    let odd =
                        alone || len >= 2 && b"_%".contains(&byte) || len == 4 && byte == b'*';
                    assert_eq!(Ends::of(&text).is_odd(), odd, "{len} of {byte} at {place}");
                }
                let mut text = [b'a'; 130];
                for next in 0..4 {
                    text[(place + 2 * next) % 130] = byte;
                }
                assert_eq!(Ends::of(&text).is_odd(), alone, "{byte} from {place}");
            }
        }
    }
}
