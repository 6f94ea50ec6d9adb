//! Pickles that are in no archive: of NumPy's arrays, and what `torch.save` wrote before 1.6.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| autopsy_fuzz::read("a.pkl", bytes.to_vec()));
