//! `provisioning-server FLEET [--listen ADDR] [--db FILE]`

fn main() {}
