//! safetensors: length, JSON header, numbers.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| autopsy_fuzz::read("a.safetensors", bytes.to_vec()));
