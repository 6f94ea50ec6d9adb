//! HDF5, as Keras writes it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| autopsy_fuzz::read("a.h5", bytes.to_vec()));
