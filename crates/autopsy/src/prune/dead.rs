//! The dead units by layer, for a program that knows how the network is connected.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::AutopsyError;
use crate::chain::Network;
use crate::checkpoint::Checkpoint;
use crate::history::History;
use crate::motion::Readers;
use crate::verdict::{LayerVerdicts, Unit, Verdict};

/// Version of the JSON.
pub const SCHEMA: u32 = 1;

/// Dead units by layer.
///
/// As JSON: `{"schema": 1, "file": PATH, "reason": TEXT or null, "layers": [{"name", "kind",
/// "weight", "units", "read_by", "dead": [..], "constant": [..], "perhaps_dead": [..]}]}`. Only
/// layers that have any are listed. Names are those of the file, but for the prefixes of wrappers
/// that are no part of the model (`module.`, `_orig_mod.`), so that `name` is the layer's name in
/// PyTorch's `model.named_modules()`.
#[derive(Clone, Debug, Serialize)]
pub struct Dead {
    /// Version of this form.
    pub schema: u32,
    /// The file that was to be pruned.
    pub file: PathBuf,
    /// Why nothing was removed; `None` if it was.
    pub reason: Option<String>,
    /// Layers with dead units.
    pub layers: Vec<DeadLayer>,
}

/// Dead units of a layer, by number.
#[derive(Clone, Debug, Serialize)]
pub struct DeadLayer {
    /// Its name.
    pub name: String,
    /// What it computes: a convolution, a transposed convolution, linear.
    pub kind: String,
    /// Name of its weight.
    pub weight: String,
    /// How many units it has.
    pub units: usize,
    /// The layer that reads it, if known.
    pub read_by: Option<String>,
    /// Dead and with an output of 0, so that removing them changes nothing.
    pub dead: Vec<usize>,
    /// Dead; nothing shows that their output is 0, so that it may be a constant which is needed.
    pub constant: Vec<usize>,
    /// Without a gradient, but who reads them is not known or it is not long ago.
    pub perhaps_dead: Vec<usize>,
}

impl Dead {
    /// The dead units of all layers that have any.
    pub(super) fn new(
        history: &History,
        verdicts: &[LayerVerdicts],
        file: &Checkpoint,
        reason: Option<&str>,
    ) -> Self {
        let glimpses = history.intervals.last().map(|last| &last.glimpses);
        let layers = verdicts
            .iter()
            .enumerate()
            .filter(|(_, own)| !own.is_output);
        let layers = layers.map(|(index, verdicts)| {
            let zero = |unit: &Unit| {
                let glimpse = glimpses.map(|all| all[index][unit.unit]);
                // A norm over channels counts its zeros in its mean.
                let norm = history.network.layers[index].norm.as_ref();
                norm.is_none_or(|norm| !norm.over_channels)
                    && glimpse.is_some_and(|own| own.readers == Readers::Stopped)
            };
            let with = |holds: &dyn Fn(&Unit) -> bool| -> Vec<usize> {
                let units = verdicts.units.iter().filter(|unit| holds(unit));
                units.map(|unit| unit.unit).collect()
            };
            let layer = &history.network.layers[index];
            DeadLayer {
                name: in_model(file, &layer.name),
                kind: verdicts.kind.clone(),
                weight: in_model(file, &layer.weight),
                units: layer.units,
                read_by: verdicts.read_by.as_ref().map(|name| in_model(file, name)),
                dead: with(&|unit| unit.verdict == Verdict::Dead && zero(unit)),
                constant: with(&|unit| unit.verdict == Verdict::Dead && !zero(unit)),
                perhaps_dead: with(&|unit| unit.verdict == Verdict::PerhapsDead),
            }
        });
        let any = |own: &DeadLayer| {
            !(own.dead.is_empty() && own.constant.is_empty() && own.perhaps_dead.is_empty())
        };
        Self {
            schema: SCHEMA,
            file: file.path.clone(),
            reason: reason.map(str::to_owned),
            layers: layers.filter(any).collect(),
        }
    }

    /// Writes the JSON.
    pub(super) fn write(&self, path: &Path) -> Result<(), AutopsyError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| AutopsyError::io(path, "write")(error.into()))?;
        cnn::checkpoint::replace(path, &text).map_err(AutopsyError::io(path, "write"))
    }
}

/// The name in the model: with the prefixes of the file that are attributes of it.
fn in_model(file: &Checkpoint, name: &str) -> String {
    let whole = file.stored_name(name);
    let mut own = &whole[..];
    for wrapper in ["_forward_module.", "module.", "_orig_mod."] {
        own = own.strip_prefix(wrapper).unwrap_or(own);
    }
    own.to_owned()
}

/// The ten lines of Python that remove the units of `dead.json` with Torch-Pruning, whose graph
/// follows sums, concatenations and groups.
pub const TORCH_PRUNING: &str = r#"import json, torch, torch_pruning as tp
model.eval()  # yours, with the weights of the file loaded; batch: an input it takes
modules = dict(model.named_modules())
for layer in json.load(open("dead.json"))["layers"]:
    module = modules[layer["name"]]
    linear = isinstance(module, torch.nn.Linear)
    cut = tp.prune_linear_out_channels if linear else tp.prune_conv_out_channels
    graph = tp.DependencyGraph().build_dependency(model, example_inputs=batch)
    graph.get_pruning_group(module, cut, idxs=layer["dead"]).prune()
torch.save(model, "small.pt")
"#;

/// Why nothing was removed, and what to do.
pub fn refusal(reason: &str, network: &Network, path: &Path) -> String {
    let names: Vec<&str> = network.layers.iter().map(|layer| &layer.name[..]).collect();
    let chain = if network.certain {
        names.join(",")
    } else {
        "A,B,C".to_owned()
    };
    format!(
        "nothing was removed: {reason}. If each layer is read by the next alone, say --chain \
         {chain}. Otherwise: the dead units by layer are in {}, and Torch-Pruning (pip install \
         torch-pruning) removes them, whatever is added to what:\n\n{}",
        path.display(),
        TORCH_PRUNING.replace("dead.json", &path.display().to_string())
    )
}
