//! What the design of a study reads from a data directory.

use super::Study;
use crate::grid;

impl Study {
    /// The files that its networks learn from, a text for each data set; none of a study that runs
    /// with what is inside the program, or whose design has mistakes (which are told when it is
    /// planned).
    pub fn needs(&self) -> Vec<String> {
        let written = self.written().ok();
        let cells = written.and_then(|written| grid::cells(&written, false, &[]).ok());
        let mut needs: Vec<String> = Vec::new();
        for cell in cells.into_iter().flatten() {
            let reads = cell.settings.data.set.reads();
            needs.extend(reads.filter(|own| !needs.contains(own)));
        }
        needs
    }
}
