//! Images into a network.

use super::Network;
use crate::CnnError;
use crate::data::Subset;

impl Network {
    /// Fills in images of a set, by index, with their labels, and sets the batch to their number.
    /// Values and gradients of the step before are void afterwards.
    ///
    /// # Errors
    /// [`CnnError::Setting`] for no images, or more than the network was recorded for.
    pub fn load(
        &mut self,
        set: &Subset,
        indices: impl ExactSizeIterator<Item = usize>,
    ) -> Result<(), CnnError> {
        let count = indices.len();
        self.graph
            .set_batch(count)
            .map_err(|problem| CnnError::setting("batch", count, &problem.to_string()))?;
        let each = set.shape.iter().product::<usize>();
        for (place, index) in indices.enumerate() {
            let pixels = &mut self.graph.values_mut(self.images)[place * each..(place + 1) * each];
            pixels.copy_from_slice(set.image(index));
            self.graph.values_mut(self.labels)[place] = set.labels[index] as f32;
        }
        Ok(())
    }
}
