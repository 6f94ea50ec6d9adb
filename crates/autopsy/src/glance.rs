//! Looks at every row of a file while it is being read: comparing takes about as long as getting
//! numbers from memory, and those just read are in the processor's cache.
//!
//! Where the rows lie is known when a file is read, not before. What is compared is what the same
//! places of the file before hold; where the rows lie elsewhere it is forgotten, and counted later.

use std::ops::Range;
use std::sync::Mutex;

use crate::checkpoint::{Checkpoint, Onlooker};
use crate::compare::{Moved, Pair};
use crate::layers::Layer;
use crate::row::Row;

/// What was counted of a layer.
pub struct Counted {
    /// By unit.
    pub rows: Vec<Row>,
    /// Which places of a row moved in any.
    pub moved: Moved,
}

/// Looks at a file beside the one before.
pub struct Glance<'a> {
    layers: &'a [Layer],
    old: &'a Checkpoint,
    /// In the order of the file.
    parts: Vec<Part>,
    /// What threads that look at nothing just now have counted.
    counted: Mutex<Vec<Vec<Option<Counted>>>>,
}

/// Rows of a layer.
struct Part {
    layer: usize,
    units: Range<usize>,
    place: Range<usize>,
}

/// Bytes of a piece: with those of the file before it is to fit into a core's own cache.
const PIECE: usize = 1 << 18;

impl<'a> Glance<'a> {
    /// Beside `old`, whose layers these are.
    pub fn new(layers: &'a [Layer], old: &'a Checkpoint) -> Self {
        let parts = layers.iter().enumerate().flat_map(|(index, layer)| {
            let place = old.place(&layer.weight);
            let row = layer.row() * layer.format.size();
            let units = if place.is_some() { layer.units } else { 0 };
            let start = place.map_or(0, |place| place.start);
            let several = (PIECE / row.max(1)).max(1);
            (0..units).step_by(several).map(move |first| {
                let units = first..units.min(first + several);
                Part {
                    layer: index,
                    place: start + units.start * row..start + units.end * row,
                    units,
                }
            })
        });
        let mut parts: Vec<Part> = parts.collect();
        parts.sort_by_key(|part| part.place.start);
        Self {
            layers,
            old,
            parts,
            counted: Mutex::default(),
        }
    }

    /// By layer what was counted, if its rows lie in `new` where they were looked at.
    pub fn counted(self, new: &Checkpoint) -> Vec<Option<Counted>> {
        let mut whole = uncounted(self.layers);
        for counted in self.counted.into_inner().unwrap_or_default() {
            for (whole, counted) in whole.iter_mut().zip(counted) {
                match (whole, counted) {
                    (Some(whole), Some(own)) => whole.join(own),
                    (whole @ None, own) => *whole = own,
                    (Some(_), None) => {}
                }
            }
        }
        for (layer, counted) in self.layers.iter().zip(&mut whole) {
            let [before, after] = [self.old, new].map(|file| file.place(&layer.weight));
            let row = layer.row();
            let all = |own: &Counted| own.rows.iter().all(|own| own.tally.count == row);
            if before.is_none() || before != after || !counted.as_ref().is_some_and(all) {
                *counted = None;
            }
        }
        whole
    }
}

fn uncounted(layers: &[Layer]) -> Vec<Option<Counted>> {
    layers.iter().map(|_| None).collect()
}

impl Counted {
    fn nothing(layer: &Layer) -> Self {
        Self {
            rows: vec![Row::default(); layer.units],
            moved: Moved::nowhere(layer.row()),
        }
    }

    /// Adds what another thread counted.
    fn join(&mut self, other: Self) {
        self.moved.join(&other.moved);
        for (own, other) in self.rows.iter_mut().zip(other.rows) {
            if own.tally.count == 0 {
                *own = other;
            }
        }
    }
}

impl Onlooker for Glance<'_> {
    fn ends(&self, length: usize) -> Vec<usize> {
        // A file of another length has its rows elsewhere.
        if length != self.old.buffer().len() {
            return Vec::new();
        }
        let places = self.parts.iter().map(|part| &part.place);
        places.flat_map(|place| [place.start, place.end]).collect()
    }

    fn look(&self, start: usize, piece: &[u8]) {
        let first = self.parts.partition_point(|part| part.place.start < start);
        let end = start + piece.len();
        let inside = self.parts[first..].iter();
        let inside = inside.take_while(|part| part.place.start < end);
        let mut inside = inside.filter(|part| part.place.end <= end).peekable();
        if inside.peek().is_none() || end > self.old.buffer().len() {
            return;
        }
        let spare = self.counted.lock().ok().and_then(|mut all| all.pop());
        let mut counted = spare.unwrap_or_else(|| uncounted(self.layers));
        for Part {
            layer: index,
            units,
            place,
        } in inside
        {
            let layer = &self.layers[*index];
            let own = counted[*index].get_or_insert_with(|| Counted::nothing(layer));
            let rows = Pair {
                format: layer.format,
                old: &self.old.buffer()[place.clone()],
                new: &piece[place.start - start..place.end - start],
            };
            let row = layer.row();
            for (at, unit) in units.clone().enumerate() {
                let pair = rows.slice(at * row, (at + 1) * row);
                own.rows[unit] = Row::count(pair, layer.companions.len(), &mut own.moved);
            }
        }
        if let Ok(mut all) = self.counted.lock() {
            all.push(counted);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::checkpoint::Memory;
    use crate::layers::layers;

    /// Two linear layers of 3 units that read 3, at these two places of the file.
    fn saved(folder: &Path, name: &str, places: [usize; 2], last: f32) -> PathBuf {
        let tensor = |name: &str, place: usize| {
            let (start, end) = (36 * place, 36 * place + 36);
            format!(
                r#""{name}.weight":{{"dtype":"F32","shape":[3,3],"data_offsets":[{start},{end}]}}"#
            )
        };
        let [first, second] = [("a", 0), ("b", 1)].map(|(name, own)| tensor(name, places[own]));
        let header = format!("{{{first},{second}}}");
        let mut file = (header.len() as u64).to_le_bytes().to_vec();
        file.extend(header.bytes());
        let mut numbers: Vec<f32> = (0..18).map(|i| i as f32 * 0.1).collect();
        numbers[17] = last;
        file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let path = folder.join(name);
        fs::write(&path, file).unwrap();
        path
    }

    #[test]
    fn what_is_seen_while_reading_is_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let save = |name, places, last| saved(folder.path(), name, places, last);
        let old = Checkpoint::open(&save("1.safetensors", [0, 1], 1.0)).unwrap();
        let layers = layers(&old, None).unwrap();
        let seen = |path: PathBuf| {
            let glance = Glance::new(&layers, &old);
            let memory = Memory {
                bytes: Vec::new(),
                onlooker: Some(&glance),
            };
            let new = Checkpoint::open_into(&path, memory).unwrap();
            glance.counted(&new)
        };
        let counted = seen(save("2.safetensors", [0, 1], 2.0));
        let equal = |layer: usize| {
            let rows = counted[layer].as_ref().unwrap().rows.iter();
            rows.map(|row| row.tally.equal).collect::<Vec<_>>()
        };
        assert_eq!((equal(0), equal(1)), (vec![3, 3, 3], vec![3, 3, 2]));
        let moved = |layer: usize, place| counted[layer].as_ref().unwrap().moved.any(place);
        assert!(!moved(0, 0..3) && !moved(1, 0..2) && moved(1, 2..3));
        // The same length, but other tensors at the same places: nothing is known.
        let swapped = seen(save("3.safetensors", [1, 0], 2.0));
        assert!(swapped.iter().all(Option::is_none));
        // Another file altogether.
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        assert!(seen(data.join("adam.pt")).iter().all(Option::is_none));
    }
}
