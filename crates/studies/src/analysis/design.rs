//! What is known of a design before its first trial.

use std::collections::BTreeMap;

use cnn::architecture::Layer;

use super::level::Level;
use crate::frames::{Frame, FrameError};
use crate::grid::Cell;
use crate::messages::Source;
use crate::predictions::Prediction;
use crate::table::Values;

/// What is known of a design before its first trial: its columns, their levels and how they are
/// combined.
#[derive(Clone, Debug, Default)]
pub struct Design {
    /// The levels of each column that the design makes, by name; those of the version that is run
    /// among them.
    pub levels: BTreeMap<String, Vec<Level>>,
    /// The full design: a row a cell with the columns in front of results, or the trials themselves
    /// where results come from elsewhere. No rows where the design is not known.
    pub trials: Frame,
    /// Whether the trials have their recorded columns.
    pub recorded: bool,
    /// Layers with an activation, of the network that has fewest and of that which has most.
    pub layers: Option<(usize, usize)>,
    /// Whether some network is trained, and so looked at more than once.
    pub trained: bool,
    /// Seeds of the cell that has most; 0 where that is not known.
    pub replicates: u32,
    /// study.toml and its amendments, each with its predictions in their order.
    pub declared: Vec<(Source, Vec<Prediction>)>,
}

impl Design {
    /// A design of the cells `full`, which are those of the full study; levels of `also`, a version
    /// of it, are known too.
    ///
    /// # Errors
    /// If two of its columns share a name.
    pub fn of(full: &[Cell], also: &[Cell]) -> Result<Self, FrameError> {
        let mut design = Self::default();
        for cell in full.iter().chain(also) {
            design.level("arm", Level::new(&cell.arm));
            for (name, value) in &cell.columns {
                design.level(name, Level::from(value));
            }
        }
        design.trials = Frame::new(columns(full))?;
        let layers = full
            .iter()
            .map(|cell| activations(&cell.settings.architecture.0));
        let layers: Vec<usize> = layers.collect();
        design.layers = layers
            .iter()
            .min()
            .copied()
            .zip(layers.iter().max().copied());
        design.replicates = full.iter().map(|cell| cell.replicates).max().unwrap_or(0);
        design.trained = full.iter().any(|cell| cell.settings.schedule.epochs > 0);
        Ok(design)
    }

    /// With the predictions of a specification or amendment, behind those that it has.
    #[must_use]
    pub fn judged(mut self, file: &Source, predictions: &[Prediction]) -> Self {
        self.declared.push((file.clone(), predictions.to_vec()));
        self
    }

    /// Adds a level of a column.
    pub fn level(&mut self, column: &str, level: Level) {
        let levels = self.levels.entry(column.to_owned()).or_default();
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
}

/// Layers with an activation, those within blocks among them.
fn activations(layers: &[Layer]) -> usize {
    let count = |layer: &Layer| match layer {
        Layer::Activation(_) => 1,
        Layer::Residual(block) => activations(block),
        _ => 0,
    };
    layers.iter().map(count).sum()
}

/// A row a cell: what stands in front of results.
fn columns(cells: &[Cell]) -> Vec<(String, Values)> {
    let whole = |of: &dyn Fn(usize) -> usize| {
        Values::Integer((0..cells.len()).map(|at| Some(of(at) as i64)).collect())
    };
    let arms = cells.iter().map(|cell| cell.arm.clone());
    let mut columns = vec![
        ("trial".to_owned(), whole(&|at| at)),
        ("arm".to_owned(), Values::Text(arms.collect())),
        ("cell".to_owned(), whole(&|at| at)),
        ("replicate".to_owned(), whole(&|_| 0)),
    ];
    let names = cells.first().map_or(&[][..], |cell| &cell.columns);
    for (at, (name, first)) in names.iter().enumerate() {
        let values = cells.iter().map(|cell| &cell.columns[at].1);
        columns.push((name.clone(), first.column(values)));
    }
    columns
}
