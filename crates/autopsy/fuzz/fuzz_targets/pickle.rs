//! The pickle alone, in an archive that is always whole, with a storage of 64 bytes to refer to.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fuzz_target!(|bytes: &[u8]| {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("a/data.pkl", bytes), ("a/data/0", &[7; 64])] {
        archive.start_file(name, stored).expect("a member");
        archive.write_all(content).expect("memory");
    }
    let file = archive.finish().expect("memory").into_inner();
    autopsy_fuzz::read("a.pt", file);
});
