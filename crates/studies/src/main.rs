//! The `mortality` program.
fn main() {}
