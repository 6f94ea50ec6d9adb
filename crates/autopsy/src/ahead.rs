//! Opens every checkpoint while the one before it is being worked on.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::Scope;

use crate::AutopsyError;
use crate::checkpoint::{Beside, Checkpoint, Memory};
use crate::glance::{Counted, Glance};
use crate::layers::Layer;
use crate::order::Saved;

/// Makes a checkpoint, in memory that an earlier one no longer needs.
pub type Open<'a> = dyn Fn(&Saved, Memory<'_>) -> Result<Checkpoint, AutopsyError> + Sync + 'a;

/// A file that was read, with units along the first axis of all weights.
pub struct Arrived {
    /// It, with what lies beside it.
    pub checkpoint: Arc<Checkpoint>,
    /// By layer what moved in its rows since the file before, where that was counted already.
    pub counted: Vec<Option<Counted>>,
    /// What of the files beside it cannot be read, and why.
    pub problem: Option<AutopsyError>,
}

impl Arrived {
    /// Reads what lies beside a file, and arranges it.
    pub fn new(mut checkpoint: Checkpoint, beside: &Beside, layers: &[Layer]) -> Self {
        arrange(&mut checkpoint, layers);
        let problem = beside.attach(&mut checkpoint).err();
        Self {
            checkpoint: Arc::new(checkpoint),
            counted: Vec::new(),
            problem,
        }
    }
}

/// Brings units to the first axis wherever they are not.
fn arrange(checkpoint: &mut Checkpoint, layers: &[Layer]) {
    for layer in layers {
        if let Some(axes) = &layer.axes {
            checkpoint.permute(&layer.weight, &layer.shape, axes);
        }
    }
}

/// The files after the first, the next of which is being read on a thread of its own.
pub struct Ahead {
    read: Receiver<Result<Arrived, AutopsyError>>,
    spare: Sender<Vec<u8>>,
}

impl Ahead {
    /// Begins to read what comes after `old`, each beside the one before. The thread ends with the
    /// last file, with the first that cannot be read, or when this is dropped.
    pub fn new<'scope>(
        scope: &'scope Scope<'scope, '_>,
        files: impl Iterator<Item = (&'scope Saved, &'scope Beside)> + Send + 'scope,
        mut old: Arc<Checkpoint>,
        layers: &'scope [Layer],
        open: &'scope Open<'scope>,
    ) -> Self {
        // Without a buffer: what is read waits for being taken before the next is begun.
        let (done, read) = sync_channel(0);
        let (spare, spares) = channel();
        scope.spawn(move || {
            for (file, beside) in files {
                let glance = Glance::new(layers, &old);
                let memory = Memory {
                    bytes: spares.try_recv().unwrap_or_default(),
                    onlooker: Some(&glance),
                };
                let arrived = open(file, memory).map(|new| {
                    let mut arrived = Arrived::new(new, beside, layers);
                    arrived.counted = glance.counted(&arrived.checkpoint);
                    arrived
                });
                let failed = arrived.is_err();
                if let Ok(arrived) = &arrived {
                    // Before it is sent: who is done with the file before then owns that alone.
                    old = Arc::clone(&arrived.checkpoint);
                }
                if done.send(arrived).is_err() || failed {
                    return;
                }
            }
        });
        Self { read, spare }
    }

    /// Lends memory that an earlier file no longer needs.
    pub fn reuse(&self, checkpoint: Arc<Checkpoint>) {
        if let Some(checkpoint) = Arc::into_inner(checkpoint) {
            // Nobody needs it any more when all files are read.
            let _ = self.spare.send(checkpoint.into_buffer());
        }
    }
}

impl Iterator for Ahead {
    type Item = Result<Arrived, AutopsyError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read.recv().ok()
    }
}
