//! The benches of `phone-provisioning`. They share `support/`; this library holds nothing, because a
//! package must have one. `BENCHMARKS.md` says what each shows and how to run it.
