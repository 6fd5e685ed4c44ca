//! Once every phone has asked, deciding allocates nothing: from the request to the decision, whether it
//! is admitted or not.

#![cfg(all(feature = "snom", feature = "yealink"))]

#[path = "../benches/support/door.rs"]
mod door;

use door::{CASES, Door};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// One test, because the counter counts what all threads do.
#[test]
fn a_decision_costs_no_allocation() {
    let _profiler = dhat::Profiler::builder().testing().build();
    for (name, case) in CASES {
        let before = dhat::HeapStats::get().total_blocks;
        let mut door = Door::new(case);
        let made = dhat::HeapStats::get().total_blocks;
        assert!(made - before > 1000, "the counter counts");
        for number in 0..Door::PHONES {
            assert_eq!(door.request(number), door.case());
        }
        assert_eq!(dhat::HeapStats::get().total_blocks, made, "{name}");
    }
}
