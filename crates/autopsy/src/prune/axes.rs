//! Along which axes of which tensors a layer's units lie.

use cnn::prune::Staying;

use super::cut::Cut;
use crate::AutopsyError;
use crate::chain::{Link, Network};
use crate::checkpoint::Checkpoint;
use crate::layers::{Layer, is_statistic_of};

/// The axis of a weight that counts units, as stored.
pub fn unit_axis(layer: &Layer) -> usize {
    layer.axes.as_ref().map_or(0, |axes| axes[0])
}

fn input_axis(layer: &Layer) -> usize {
    layer.axes.as_ref().map_or(1, |axes| axes[1])
}

/// What is to be cut from which tensors so that only the units `staying` of a layer are left.
pub fn cuts_of<'a>(
    file: &'a Checkpoint,
    network: &'a Network,
    index: usize,
    staying: &'a Staying,
) -> Result<Vec<(&'a str, Cut<'a>)>, AutopsyError> {
    let layer = &network.layers[index];
    if staying.len() == layer.units {
        return Ok(Vec::new());
    }
    let cut = |axis, each| Cut {
        axis,
        each,
        staying,
    };
    let mut cuts = vec![(&layer.weight[..], cut(unit_axis(layer), 1))];
    for tensor in file.tensors.iter().filter(|tensor| tensor.shape.len() == 1) {
        let name = &tensor.name;
        let belongs = |own: &Layer| own.companions.contains(name) || is_statistic_of(name, own);
        if belongs(layer) {
            cuts.push((name, cut(0, 1)));
        } else if tensor.len() == layer.units && !network.layers.iter().any(belongs) {
            return Err(AutopsyError::tensor(
                &file.path,
                name,
                format!(
                    "may belong to the units of `{}`, so that nothing can be removed safely",
                    layer.name
                ),
            ));
        }
    }
    if let Some((reader, link)) = network.readers[index] {
        let reader = &network.layers[reader];
        let each = match link {
            Link::FlattenedByChannel { area } => area,
            Link::Channels | Link::FlattenedByPosition { .. } | Link::Groups { .. } => 1,
        };
        cuts.push((&reader.weight, cut(input_axis(reader), each)));
    }
    Ok(cuts)
}
