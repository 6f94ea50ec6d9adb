//! Why a store cannot be used, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}{}", path.display(), hint(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Something is damaged and cannot be moved out of the way.
    #[error(
        "damaged: {} {reason}; it cannot be set aside, so that its trials cannot be run again: \
         {source}{}",
        path.display(),
        hint(source)
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// Why it cannot be moved.
        source: io::Error,
    },
    /// A table could not be written.
    #[error("{source}{}", source_hint(source))]
    Table {
        /// Which, and why.
        #[from]
        source: crate::frames::FrameError,
    },
}

pub(super) fn io_error<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl Fn(io::Error) -> StoreError + 'a {
    move |source| StoreError::Io {
        action,
        path: path.into(),
        source,
    }
}

/// What to do about it.
fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; what is finished is kept: make room and start again"
        }
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotADirectory => "; choose another folder with --results",
        _ => "",
    }
}

fn source_hint(error: &crate::frames::FrameError) -> &'static str {
    match error {
        crate::frames::FrameError::File { source, .. } => hint(source),
        _ => "",
    }
}
