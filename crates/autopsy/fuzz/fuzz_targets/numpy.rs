//! .npz archives and .npy arrays.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| autopsy_fuzz::read("a.npz", bytes.to_vec()));
