//! Where published numbers come from.

/// Where results come from; it stands inside every figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Provenance {
    /// The study's name.
    pub study: String,
    /// blake3 of the specification as it was run, in hexadecimal.
    pub spec: String,
    /// Master seed.
    pub seed: u64,
    /// Replicates of the cell that has most.
    pub replicates: u32,
    /// Trials.
    pub trials: usize,
    /// blake3 over the digests of all trials' results, in hexadecimal.
    pub results: String,
    /// Version of the program.
    pub version: String,
}
