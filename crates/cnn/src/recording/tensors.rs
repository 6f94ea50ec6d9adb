//! The images of a trial as safetensors.

use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};

use crate::CnnError;
use crate::data::Subset;

/// The bytes of a file of both subsets, images as (N, C, H, W).
pub(super) fn bytes(
    path: &Path,
    training: &Subset,
    held_out: &Subset,
) -> Result<Vec<u8>, CnnError> {
    let [training_images, training_labels] = parts(training);
    let [held_out_images, held_out_labels] = parts(held_out);
    let stored = [
        ("training", training, training_images, training_labels),
        ("held_out", held_out, held_out_images, held_out_labels),
    ];
    let mut views = Vec::new();
    for (name, subset, images, labels) in &stored {
        let [height, width, channels] = subset.shape;
        let shape = vec![subset.len(), channels, height, width];
        let pairs = [
            ("images", Dtype::F32, shape, images),
            ("labels", Dtype::I64, vec![subset.len()], labels),
        ];
        for (part, dtype, shape, bytes) in pairs {
            let view = TensorView::new(dtype, shape, bytes);
            views.push((
                format!("{name}.{part}"),
                view.map_err(|error| refused(path, &error))?,
            ));
        }
    }
    safetensors::serialize(views, None).map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &safetensors::SafeTensorError) -> CnnError {
    CnnError::File {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}

/// The little-endian bytes of the images, channel first, and of the labels.
fn parts(subset: &Subset) -> [Vec<u8>; 2] {
    let channels = subset.shape[2];
    let mut images = Vec::with_capacity(4 * subset.pixels.len());
    for index in 0..subset.len() {
        let image = subset.image(index);
        for channel in 0..channels {
            let plane = image.iter().skip(channel).step_by(channels);
            images.extend(plane.flat_map(|pixel| pixel.to_le_bytes()));
        }
    }
    let labels = subset
        .labels
        .iter()
        .flat_map(|&label| i64::from(label).to_le_bytes());
    [images, labels.collect()]
}
