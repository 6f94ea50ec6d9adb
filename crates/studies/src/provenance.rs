//! Where published numbers come from.

/// Where results come from; it stands inside every figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Provenance {
    /// The study's name.
    pub study: String,
    /// blake3 of the specification as it was run, in hexadecimal.
    pub spec: String,
    /// What amends it; nothing for most studies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amended>,
    /// The images that come from a data directory; nothing for most studies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Data>,
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

/// An amendment of a study.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Amended {
    /// blake3 of its file, in hexadecimal.
    pub digest: String,
    /// The first trial that it adds; all before it are the study without it.
    pub first_trial: usize,
}

/// Images that were read from a data directory.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Data {
    /// The set, by its name in specifications.
    pub set: String,
    /// blake3 of the images, in hexadecimal: that of which trials' ids are made.
    pub digest: String,
}

/// The first digits of a digest, enough to tell versions apart.
pub fn short(digest: &str) -> &str {
    digest.get(..16).unwrap_or(digest)
}
