//! Where names, values and words end.
//!
//! Going through the bytes one by one, each end is a branch that nobody can foretell. Where every machine
//! of a kind has instructions for sixteen bytes at a time, they are used; elsewhere a table is.

/// Where the first byte is, from a place on, that cannot be in a name: no ASCII letter, digit, `_`, `.` or
/// `-`. The length of the text if there is none.
#[inline]
pub(crate) fn name_end(bytes: &[u8], start: usize) -> usize {
    first(bytes, start, NO_NAME, blocks::not_of_name)
}

/// Where the first byte is, from a place on, that ends a value or makes it worth a second look: a control
/// character, `=`, `#` or `"`. The length of the text if there is none.
#[inline]
pub(crate) fn value_end(bytes: &[u8], start: usize) -> usize {
    first(bytes, start, NO_VALUE, blocks::not_of_value)
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

/// `block` has a bit for each byte of a block that is looked for, the lowest for the first.
#[inline(always)]
fn first(bytes: &[u8], start: usize, kind: u8, block: impl Fn(&[u8; 16]) -> u32) -> usize {
    let mut at = start;
    if blocks::ARE_FAST {
        while let Some(window) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            let found = block(window);
            if found != 0 {
                return at + found.trailing_zeros() as usize;
            }
            at += window.len();
        }
    }
    while at < bytes.len() && BYTES[usize::from(bytes[at])] & kind == 0 {
        at += 1;
    }
    at
}

const NO_NAME: u8 = 1;
const NO_VALUE: u8 = 2;
const NO_WORD: u8 = 4;

static BYTES: [u8; 256] = {
    let mut bytes = [NO_NAME; 256];
    let mut byte = 0;
    while byte < bytes.len() {
        match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => bytes[byte] = 0,
            b'\t' => bytes[byte] = NO_NAME | NO_VALUE | NO_WORD,
            0..=0x1f | b'=' | b'#' | b'"' => bytes[byte] = NO_NAME | NO_VALUE,
            b' ' | b'(' | b')' | b';' => bytes[byte] = NO_NAME | NO_WORD,
            _ => {}
        }
        byte += 1;
    }
    bytes
};

/// Every machine of this kind has SSE2, so calling its instructions is safe.
#[cfg(target_arch = "x86_64")]
mod blocks {
    use safe_arch::{
        cmp_eq_mask_i8_m128i as equal, cmp_gt_mask_i8_m128i as above, m128i, max_u8_m128i,
        move_mask_i8_m128i, set_splat_i8_m128i,
    };

    pub(super) const ARE_FAST: bool = true;

    #[inline(always)]
    pub(super) fn not_of_name(block: &[u8; 16]) -> u32 {
        let block = m128i::from(*block);
        let letter = between(block | all(0x20), b'a', b'z');
        // From `-` to `9` there is one more, the slash.
        let digit = between(block, b'-', b'9') & !is(block, b'/');
        !bits(letter | digit | is(block, b'_')) & 0xffff
    }

    #[inline(always)]
    pub(super) fn not_of_value(block: &[u8; 16]) -> u32 {
        let block = m128i::from(*block);
        let control = is(max_u8_m128i(block, all(0x1f)), 0x1f);
        bits(control | is(block, b'=') | is(block, b'#') | is(block, b'"'))
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

#[cfg(not(target_arch = "x86_64"))]
mod blocks {
    pub(super) const ARE_FAST: bool = false;

    pub(super) fn not_of_name(_: &[u8; 16]) -> u32 {
        0
    }

    pub(super) fn not_of_value(_: &[u8; 16]) -> u32 {
        0
    }

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

    /// Every byte at every place, before and behind others.
    #[test]
    fn blocks_say_what_bytes_say() {
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let of_value = |byte: u8| byte > 0x1f && !b"=#\"".contains(&byte);
        for byte in 0..=u8::MAX {
            for place in 0..40 {
                let mut text = [b'a'; 40];
                text[place] = byte;
                let expected = |of: bool| if of { text.len() } else { place };
                for start in 0..=place {
                    let end = name_end(&text, start);
                    assert_eq!(
                        end,
                        expected(of_name(byte)),
                        "{byte} at {place} from {start}"
                    );
                    let end = value_end(&text, start);
                    assert_eq!(
                        end,
                        expected(of_value(byte)),
                        "{byte} at {place} from {start}"
                    );
                }
                assert_eq!(name_end(&text, place + 1), text.len());
            }
            assert_eq!(is_of_name(byte), of_name(byte));
        }
    }
}
