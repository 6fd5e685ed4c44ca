//! The known word that a mistyped one probably means.

/// The candidate nearest to a word, if one is near enough to be worth naming.
///
/// Near is an edit distance (insert, delete, replace, swap two neighbours; letter case does not
/// count) of at most a third of the word's length in characters. Of equally near candidates the
/// first is taken.
///
/// The word may come from a stranger: candidates of a quite different length are passed over, so
/// that the work is bounded by the candidates, not by the word.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = folded(word);
    let limit = word.len() / 3;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters = folded(candidate);
        if letters.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = distance(&word, &letters);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn folded(word: &str) -> Vec<char> {
    word.chars().flat_map(char::to_lowercase).collect()
}

/// Optimal string alignment: edit distance in which a swap of two neighbours costs one.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(x != y))
                .min(last[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cost = cost.min(before_last[j - 1] + 1);
            }
            row.push(cost);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_distance(a: &str, b: &str, expected: usize) {
        assert_eq!(distance(&folded(a), &folded(b)), expected, "{a} {b}");
        assert_eq!(distance(&folded(b), &folded(a)), expected, "{b} {a}");
    }

    #[test]
    fn distance_counts_edits() {
        assert_distance("", "", 0);
        assert_distance("", "abc", 3);
        assert_distance("registrar", "registrar", 0);
        assert_distance("registrar", "registar", 1);
        assert_distance("registrar", "regisrtar", 1);
        assert_distance("registrar", "registrat", 1);
        assert_distance("kitten", "sitting", 3);
        assert_distance("abcd", "badc", 2);
    }

    #[test]
    fn near_enough_is_a_third() {
        let words = ["time_zone", "time_format", "codecs"];
        assert_eq!(nearest("timezone", words), Some("time_zone"));
        assert_eq!(nearest("codec", words), Some("codecs"));
        assert_eq!(nearest("cdoecs", words), Some("codecs"));
        assert_eq!(nearest("cod", words), None);
        assert_eq!(nearest("coxxxs", words), None);
        assert_eq!(nearest("coxxcs", words), Some("codecs"));
    }

    #[test]
    fn letter_case_is_no_difference() {
        assert_eq!(nearest("NL", ["en", "nl"]), Some("nl"));
        assert_eq!(nearest("nx", ["en", "nl"]), None);
        assert_eq!(nearest("ÉTÉ", ["été"]), Some("été"));
    }

    #[test]
    fn nearer_wins_and_ties_go_to_the_first() {
        assert_eq!(nearest("pcm", ["pcmu", "pcma"]), Some("pcmu"));
        assert_eq!(nearest("pcm", ["pcma", "pcmu"]), Some("pcma"));
        assert_eq!(nearest("g726_1", ["g726_16", "g722_1"]), Some("g726_16"));
        assert_eq!(nearest("g722_1", ["g726_16", "g722_1"]), Some("g722_1"));
    }

    #[test]
    fn nothing_is_near_to_nothing() {
        assert_eq!(nearest("", ["a", "bc"]), None);
        assert_eq!(nearest("abc", []), None);
    }

    proptest! {
        #[test]
        fn what_is_found_is_a_candidate_within_a_third(
            word in "[a-c]{0,9}",
            candidates in prop::collection::vec("[a-c]{0,9}", 0..6),
        ) {
            let limit = word.len() / 3;
            let distances: Vec<usize> =
                candidates.iter().map(|c| distance(&folded(&word), &folded(c))).collect();
            let expected = distances
                .iter()
                .min()
                .filter(|&&least| least <= limit)
                .and_then(|least| distances.iter().position(|d| d == least))
                .map(|i| candidates[i].as_str());
            prop_assert_eq!(nearest(&word, candidates.iter().map(String::as_str)), expected);
        }
    }
}
