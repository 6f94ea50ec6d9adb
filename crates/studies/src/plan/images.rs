//! The images of cells.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cnn::CnnError;
use cnn::data::{DataSettings, Images, Pixels};

use crate::grid::Cell;

/// Images, each set read once.
pub(super) struct Loaded<'a> {
    data_dir: Option<&'a Path>,
    sets: BTreeMap<String, Arc<Images>>,
}

impl<'a> Loaded<'a> {
    pub(super) fn new(data_dir: Option<&'a Path>) -> Self {
        Self {
            data_dir,
            sets: BTreeMap::new(),
        }
    }

    /// The images of a cell.
    pub(super) fn of(&mut self, cell: &Cell) -> Result<Arc<Images>, CnnError> {
        let settings = DataSettings {
            pixels: Pixels::default(),
            ..cell.settings.data.clone()
        };
        let key = serde_json::to_string(&settings).unwrap_or_default();
        if let Some(images) = self.sets.get(&key) {
            return Ok(Arc::clone(images));
        }
        let images = Arc::new(settings.load(self.data_dir)?);
        self.sets.insert(key, Arc::clone(&images));
        Ok(images)
    }

    /// The images of each cell.
    pub(super) fn all(&mut self, cells: &[Cell]) -> Result<Vec<Arc<Images>>, CnnError> {
        cells.iter().map(|cell| self.of(cell)).collect()
    }
}
