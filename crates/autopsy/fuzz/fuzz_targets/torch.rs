//! What `torch.save` writes, archive and all.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| autopsy_fuzz::read("a.pt", bytes.to_vec()));
