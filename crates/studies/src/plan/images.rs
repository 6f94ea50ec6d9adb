//! The images of cells.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use cnn::data::{DataSettings, Images, Pixels};

use super::Plan;
use crate::grid::Cell;
use crate::messages::causes;
use crate::provenance::Data;

/// What to do where no data directory was given.
const HINT: &str = "; `--data-dir DIR` says where they are";

/// Images, each set read once; or what is wrong with them.
pub(super) struct Loaded<'a> {
    data_dir: Option<&'a Path>,
    sets: BTreeMap<String, Result<Arc<Images>, String>>,
}

impl<'a> Loaded<'a> {
    pub(super) fn new(data_dir: Option<&'a Path>) -> Self {
        Self {
            data_dir,
            sets: BTreeMap::new(),
        }
    }

    /// The images of a cell.
    pub(super) fn of(&mut self, cell: &Cell) -> Result<Arc<Images>, String> {
        let settings = DataSettings {
            pixels: Pixels::default(),
            ..cell.settings.data.clone()
        };
        let key = serde_json::to_string(&settings).unwrap_or_default();
        let data_dir = self.data_dir;
        let read = || read(&settings, data_dir);
        self.sets.entry(key).or_insert_with(read).clone()
    }

    /// The images of each cell; or what is wrong with them, each mistake once.
    pub(super) fn all(&mut self, cells: &[Cell]) -> Result<Vec<Arc<Images>>, BTreeSet<String>> {
        let (mut all, mut wrong) = (Vec::with_capacity(cells.len()), BTreeSet::new());
        for cell in cells {
            match self.of(cell) {
                Ok(images) => all.push(images),
                Err(problem) => {
                    wrong.insert(problem);
                }
            }
        }
        if wrong.is_empty() {
            Ok(all)
        } else {
            Err(wrong)
        }
    }
}

fn read(settings: &DataSettings, data_dir: Option<&Path>) -> Result<Arc<Images>, String> {
    let images = settings.load(data_dir).map_err(|error| {
        let undirected =
            data_dir.is_none() && settings.set.reads().is_some() && settings.check().is_ok();
        causes(&error) + if undirected { HINT } else { "" }
    });
    images.map(Arc::new)
}

impl Plan {
    /// The images that come from a data directory, each set once.
    pub fn data(&self) -> Vec<Data> {
        let mut data: Vec<Data> = Vec::new();
        for (cell, images) in self.cells.iter().zip(&self.images) {
            let set = &cell.settings.data.set;
            let own = Data {
                set: set.name().into(),
                digest: images.digest.clone(),
            };
            if set.reads().is_some() && !data.contains(&own) {
                data.push(own);
            }
        }
        data
    }
}
