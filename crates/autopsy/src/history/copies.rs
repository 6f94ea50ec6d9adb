//! Files that are copies of the one before.

use super::Reading;
use crate::order::Saved;

impl Reading {
    /// A file that repeats the one before, although nothing says that steps were made, is a copy:
    /// `last.pt` beside `epoch-5.pt`.
    pub(super) fn leave_out_copies(&mut self, files: &mut Vec<Saved>) {
        for interval in (0..self.still.len()).rev() {
            let [before, after] = [&self.clocks[interval], &self.clocks[interval + 1]];
            let made = [after.made_since(before), after.batches_since(before)];
            if self.still[interval] && !made.iter().flatten().any(|&steps| steps > 0.0) {
                let copy = files.remove(interval + 1);
                self.notes.push(format!(
                    "{} holds the same weights as {}, and nothing in them says that a step lies \
                     between: it is taken for a copy and left out",
                    copy.path.display(),
                    files[interval].path.display()
                ));
                self.intervals.remove(interval);
                self.steps.remove(interval);
                self.census.forget(interval);
            }
        }
    }
}
