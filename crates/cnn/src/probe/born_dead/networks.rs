//! Networks with one input, eight at a time: one a lane.

use rand::distr::Distribution;

use crate::random::{self, Beta21, Generator, Normals, Stream, Streams};

/// Networks that go through the layers together.
const LANES: usize = 8;

/// One number of each of them.
type Lanes = [f32; LANES];

/// Inputs at which a network with biases is looked at: k / 20 sqrt 3 for k from -20 to 20.
const INPUTS: usize = 41;

/// Standard deviation of RAI's normal draws, times sqrt(`fan_in`).
const RAI_DEVIATION: f64 = 0.6007;

/// Per hidden layer the number of networks whose first dead layer it is; Gaussian weights without
/// biases. The draws of eight networks end with the layer at which the last of them is dead.
pub(super) fn he(draws: u32, hidden: u32, width: u32, streams: Streams) -> Vec<u32> {
    let width = width as usize;
    let mut normals = Normals::new(streams.substream(Stream::Probes, 0));
    let mut inputs = vec![[[0.0; LANES]; 2]; width];
    let mut outputs = inputs.clone();
    let mut first_dead = vec![0; hidden as usize];
    for start in (0..draws).step_by(LANES) {
        let mut alive = [false; LANES];
        alive[..LANES.min((draws - start) as usize)].fill(true);
        inputs[0] = [[1.0; LANES], [-1.0; LANES]];
        for (layer, first_dead) in first_dead.iter_mut().enumerate() {
            let fan_in = if layer == 0 { 1 } else { width };
            let deviation = (2.0 / fan_in as f64).sqrt() as f32;
            for output in &mut outputs {
                let mut sums = [[0.0; LANES]; 2];
                for input in &inputs[..fan_in] {
                    let weights: Lanes = normals.draw();
                    for (sums, input) in sums.iter_mut().zip(input) {
                        add_products(sums, &weights, input);
                    }
                }
                *output = sums.map(|sums| sums.map(|sum| (deviation * sum).max(0.0)));
            }
            std::mem::swap(&mut inputs, &mut outputs);
            for (alive, largest) in alive.iter_mut().zip(largest(inputs.as_flattened())) {
                *first_dead += u32::from(*alive && largest <= 0.0);
                *alive &= largest > 0.0;
            }
            if !alive.contains(&true) {
                break;
            }
        }
    }
    first_dead
}

/// As [`he`], with randomized asymmetric initialization.
pub(super) fn rai(draws: u32, hidden: u32, width: u32, streams: Streams) -> Vec<u32> {
    let shape = [hidden as usize, width as usize];
    let mut normals = Normals::new(streams.substream(Stream::Probes, 0));
    let mut generator = streams.substream(Stream::Probes, 1);
    let mut rows = Vec::new();
    let mut all = Pass::new(shape, std::array::from_fn::<_, INPUTS, _>(input));
    let mut some = Pass::new(shape, [0, 10, 20, 30, 40].map(input));
    let mut first_dead = vec![0; hidden as usize];
    for start in (0..draws).step_by(LANES) {
        rows.clear();
        for layer in 0..hidden {
            let fan_in = if layer == 0 { 1 } else { width };
            for _ in 0..width {
                rai_row(fan_in, &mut normals, &mut generator, &mut rows);
            }
        }
        // A layer that is alive at some inputs is alive at all.
        let mut dead = some.first_dead(&rows);
        if dead.iter().any(Option::is_some) {
            dead = all.first_dead(&rows);
        }
        let drawn = LANES.min((draws - start) as usize);
        for layer in dead[..drawn].iter().flatten() {
            first_dead[*layer] += 1;
        }
    }
    first_dead
}

/// The k-th of all inputs.
fn input(k: usize) -> f32 {
    ((k as f64 / 20.0 - 1.0) * 3.0_f64.sqrt()) as f32
}

/// Adds one unit's weights and then its bias, of eight networks.
fn rai_row(fan_in: u32, normals: &mut Normals, generator: &mut Generator, rows: &mut Vec<Lanes>) {
    let deviation = (RAI_DEVIATION / f64::from(fan_in).sqrt()) as f32;
    let start = rows.len();
    for _ in 0..=fan_in {
        let draws: Lanes = normals.draw();
        rows.push(draws.map(|draw| deviation * draw));
    }
    let replaced: [(usize, f64); LANES] = std::array::from_fn(|_| {
        let entry = random::below(generator, fan_in + 1) as usize;
        (entry, Beta21.sample(generator))
    });
    for (lane, (entry, replacement)) in replaced.into_iter().enumerate() {
        rows[start + entry][lane] = replacement as f32;
    }
}

/// Eight networks with biases at `N` inputs.
struct Pass<const N: usize> {
    /// Hidden layers and their width.
    shape: [usize; 2],
    points: [f32; N],
    inputs: Vec<[Lanes; N]>,
    outputs: Vec<[Lanes; N]>,
}

impl<const N: usize> Pass<N> {
    fn new(shape: [usize; 2], points: [f32; N]) -> Self {
        Self {
            shape,
            points,
            inputs: vec![[[0.0; LANES]; N]; shape[1]],
            outputs: vec![[[0.0; LANES]; N]; shape[1]],
        }
    }

    /// Per network its first hidden layer that is 0 at all of the inputs; `rows` holds the weights
    /// and then the bias of each unit, layer by layer.
    fn first_dead(&mut self, rows: &[Lanes]) -> [Option<usize>; LANES] {
        let Self {
            inputs, outputs, ..
        } = self;
        let [hidden, width] = self.shape;
        let mut first_dead = [None; LANES];
        inputs[0] = self.points.map(|point| [point; LANES]);
        let mut rows = rows;
        for layer in 0..hidden {
            let fan_in = if layer == 0 { 1 } else { width };
            for output in outputs.iter_mut() {
                let (row, rest) = rows.split_at(fan_in + 1);
                rows = rest;
                output.fill(row[fan_in]);
                for (weights, input) in row.iter().zip(&inputs[..fan_in]) {
                    for (sums, input) in output.iter_mut().zip(input) {
                        add_products(sums, weights, input);
                    }
                }
                for value in output.as_flattened_mut() {
                    *value = value.max(0.0);
                }
            }
            std::mem::swap(inputs, outputs);
            for (first_dead, largest) in first_dead.iter_mut().zip(largest(inputs.as_flattened())) {
                if largest <= 0.0 {
                    *first_dead = first_dead.or(Some(layer));
                }
            }
        }
        first_dead
    }
}

#[inline]
fn add_products(sums: &mut Lanes, weights: &Lanes, inputs: &Lanes) {
    for ((sum, weight), input) in sums.iter_mut().zip(weights).zip(inputs) {
        *sum += weight * input;
    }
}

fn largest(outputs: &[Lanes]) -> Lanes {
    let mut largest = [0.0; LANES];
    for output in outputs {
        for (largest, &value) in largest.iter_mut().zip(output) {
            *largest = if value > *largest { value } else { *largest };
        }
    }
    largest
}
