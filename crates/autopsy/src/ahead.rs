//! Opens every checkpoint while the one before it is being worked on.

use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::Scope;

use crate::AutopsyError;
use crate::checkpoint::Checkpoint;
use crate::order::Saved;

/// Makes a checkpoint, in memory that an earlier one no longer needs.
pub type Open<'a> = dyn Fn(&Saved, Vec<u8>) -> Result<Checkpoint, AutopsyError> + Sync + 'a;

/// The files after another, the next of which is being read on a thread of its own.
pub struct Ahead {
    read: Receiver<Result<Checkpoint, AutopsyError>>,
    spare: Sender<Vec<u8>>,
}

impl Ahead {
    /// Begins to read. The thread ends with the last file, with the first that cannot be read, or
    /// when this is dropped.
    pub fn new<'scope>(
        scope: &'scope Scope<'scope, '_>,
        files: &'scope [Saved],
        open: &'scope Open<'scope>,
    ) -> Self {
        // Without a buffer: what is read waits for being taken before the next is begun.
        let (done, read) = sync_channel(0);
        let (spare, spares) = channel();
        scope.spawn(move || {
            for file in files {
                let buffer = spares.try_recv().unwrap_or_default();
                let checkpoint = open(file, buffer);
                let failed = checkpoint.is_err();
                if done.send(checkpoint).is_err() || failed {
                    return;
                }
            }
        });
        Self { read, spare }
    }

    /// Lends memory that an earlier file no longer needs.
    pub fn reuse(&self, checkpoint: Checkpoint) {
        // Nobody needs it any more when all files are read.
        let _ = self.spare.send(checkpoint.into_buffer());
    }
}

impl Iterator for Ahead {
    type Item = Result<Checkpoint, AutopsyError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read.recv().ok()
    }
}
