//! Where published numbers come from.

use serde::{Deserialize, Serialize};

/// Whom published figures are by.
pub const AUTHORS: &str = "The mortality authors";

/// Where results come from; it stands inside every figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The study's name.
    pub study: String,
    /// blake3 of the specification as it was run, in hexadecimal.
    pub spec: String,
    /// blake3 of `study.lock`, and behind it of the locks of amendments: what predictions rest on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lock: String,
    /// blake3 of `analysis.toml`: what is computed and drawn.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub analysis: String,
    /// What amends it; nothing for most studies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amended>,
    /// The images that come from a data directory; nothing for most studies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<Data>,
    /// Master seed.
    pub seed: u64,
    /// Replicates of the cell that has most.
    pub replicates: u32,
    /// Trials, one network each.
    pub trials: usize,
    /// blake3 over the digests of all trials' results, in hexadecimal.
    pub results: String,
    /// Version of the program.
    pub version: String,
    /// Version of the numbers, and of what is recorded of a trial; none where another program made
    /// them.
    #[serde(flatten)]
    pub versions: Option<Versions>,
    /// What is not as published, a sentence each; nothing for the published version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// Under what pictures may be used. None for somebody's own study, whose pictures are his.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
}

/// By which versions of the program trials were run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Of the numbers.
    pub numerics: u32,
    /// Of what is recorded.
    pub records: u32,
}

/// The licence of a picture, by its SPDX name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Licence {
    /// Whoever names us may use it.
    #[serde(rename = "CC-BY-4.0")]
    CcBy,
}

impl Licence {
    /// As it is written in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::CcBy => "CC BY 4.0",
        }
    }

    /// Where its text is.
    pub fn text(self) -> &'static str {
        match self {
            Self::CcBy => "https://creativecommons.org/licenses/by/4.0/",
        }
    }
}

/// An amendment of a study.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// blake3 of its file, in hexadecimal.
    pub digest: String,
    /// The first trial that it adds; all before it are the study without it.
    pub first_trial: usize,
}

/// What a picture says of itself: which one it is, and where its numbers come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cited {
    /// The figure's name.
    pub figure: String,
    /// Where its numbers come from.
    #[serde(flatten)]
    pub provenance: Provenance,
}

/// Images that were read from a data directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
