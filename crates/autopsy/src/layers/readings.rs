//! Which axis of a weight counts what: all ways to read it, and which of them holds.

use super::names::{digits, module};
use super::{Kind, Layout};
use crate::checkpoint::Tensor;

/// One way to read a weight's axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub kind: Kind,
    pub layout: Layout,
    pub units: usize,
    pub inputs: usize,
    /// Stored axes in the order units, inputs, taps.
    pub axes: Vec<usize>,
}

/// A weight of the file and what is known of its units.
pub struct Candidate<'a> {
    pub weight: &'a Tensor,
    /// Length of its bias, or of the norm right behind it.
    pub length: Option<usize>,
    /// The ways to read it that are left.
    pub readings: Vec<Reading>,
}

impl<'a> Candidate<'a> {
    /// All ways that the length of its bias or norm allows; where it fits none it is not its own.
    pub fn new(weight: &'a Tensor, length: Option<usize>, told: Option<Layout>) -> Self {
        let mut readings = readings(weight);
        let told = |own: &Reading| told.is_none_or(|layout| family(own.layout) == family(layout));
        keep(&mut readings, told);
        if let Some(length) = length {
            keep(&mut readings, |own| own.units == length);
        }
        Self {
            weight,
            length,
            readings,
        }
    }

    fn leaf(&self) -> &str {
        module(&self.weight.name).1
    }

    /// The layout that is left, if it is one.
    fn layout(&self) -> Option<Layout> {
        let first = self.readings.first()?.layout;
        let same = self
            .readings
            .iter()
            .all(|own| family(own.layout) == family(first));
        same.then_some(first)
    }

    /// Whether the length of a bias or norm alone leaves one layout.
    fn is_proven(&self) -> bool {
        self.length.is_some() && self.layout().is_some()
    }
}

/// MLX keeps PyTorch's order of units.
fn family(layout: Layout) -> Layout {
    match layout {
        Layout::Mlx => Layout::PyTorch,
        own => own,
    }
}

/// Keeps what holds, if anything does.
fn keep(readings: &mut Vec<Reading>, holds: impl Fn(&Reading) -> bool) {
    if readings.iter().any(&holds) {
        readings.retain(holds);
    }
}

fn readings(weight: &Tensor) -> Vec<Reading> {
    let shape = &weight.shape;
    let rank = shape.len();
    let read = |kind: Kind, layout: Layout, unit: usize, input: usize| {
        let taps = (0..rank).filter(|&axis| axis != unit && axis != input);
        let (first, second) = match kind {
            // Units are counted along input channel and multiplier together.
            Kind::Depthwise => (input, unit),
            _ => (unit, input),
        };
        let (units, inputs) = match kind {
            Kind::Depthwise => (shape[input] * shape[unit], 1),
            _ => (shape[unit], shape[input]),
        };
        Reading {
            kind,
            layout,
            units,
            inputs,
            axes: [first, second].into_iter().chain(taps).collect(),
        }
    };
    let last = rank - 1;
    if rank == 2 {
        return vec![
            read(Kind::Linear, Layout::PyTorch, 0, 1),
            read(Kind::Linear, Layout::TensorFlow, 1, 0),
        ];
    }
    vec![
        read(Kind::Convolution, Layout::PyTorch, 0, 1),
        read(Kind::Transposed, Layout::PyTorch, 1, 0),
        read(Kind::Convolution, Layout::Mlx, 0, last),
        read(Kind::Convolution, Layout::TensorFlow, last, last - 1),
        read(Kind::Transposed, Layout::TensorFlow, last - 1, last),
        read(Kind::Depthwise, Layout::TensorFlow, last, last - 1),
    ]
}

/// The layout that a name tells.
fn named(leaf: &str) -> Option<Layout> {
    match leaf {
        "kernel" | "depthwise_kernel" | "pointwise_kernel" => Some(Layout::TensorFlow),
        "weight" | "weight_v" | "weight_orig" | "original" | "original1" => Some(Layout::PyTorch),
        _ => None,
    }
}

/// Leaves one way to read each weight, or more where nobody knows. What biases and norms allow
/// comes first, then names, then what is proven of the file's other weights.
pub fn settle(candidates: &mut [Candidate<'_>]) {
    let is_linear = |own: &Candidate<'_>| own.weight.shape.len() == 2;
    // Square layers of GPT-2's Conv1D are like its others.
    let proven = |candidates: &[Candidate<'_>], leaf: Option<&str>| {
        let like = candidates
            .iter()
            .filter(|own| is_linear(own) && own.is_proven());
        let like = like.filter(|own| leaf.is_none_or(|leaf| own.leaf() == leaf));
        let mut layouts = like.filter_map(Candidate::layout);
        let first = layouts.next()?;
        layouts.all(|own| own == first).then_some(first)
    };
    for index in 0..candidates.len() {
        let own = &candidates[index];
        let (leaf, linear) = (own.leaf().to_owned(), is_linear(own));
        let square = linear && own.length.is_some() && own.readings.len() > 1;
        let like = linear.then(|| proven(candidates, Some(&leaf))).flatten();
        let layout = like
            .filter(|_| square || named(&leaf).is_none())
            .or(named(&leaf));
        if let Some(layout) = layout {
            keep(&mut candidates[index].readings, |own| {
                family(own.layout) == layout
            });
        }
    }
    let of_rank = |candidates: &[Candidate<'_>], linear: bool| {
        let mut known = candidates.iter().filter(|own| is_linear(own) == linear);
        known.find_map(Candidate::layout)
    };
    let by_rank = [false, true].map(|linear| of_rank(candidates, linear));
    let any = candidates.iter().find_map(Candidate::layout);
    for own in &mut *candidates {
        if own.layout().is_none()
            && let Some(layout) = by_rank[usize::from(is_linear(own))].or(any)
        {
            keep(&mut own.readings, |own| {
                family(own.layout) == family(layout)
            });
        }
    }
    let mlx = is_mlx(candidates);
    for own in &mut *candidates {
        keep(&mut own.readings, |own| {
            (own.layout == Layout::Mlx) == mlx || own.kind == Kind::Linear
        });
        depthwise(own);
    }
    directions(candidates);
}

/// Whether convolutions hold their inputs along the last axis, as MLX's do: then more of them
/// read as many channels as others have units.
fn is_mlx(candidates: &[Candidate<'_>]) -> bool {
    let images = candidates.iter().filter(|own| own.weight.shape.len() > 2);
    let images: Vec<&[usize]> = images
        .filter(|own| own.layout().is_some_and(|own| own != Layout::TensorFlow))
        .map(|own| &own.weight.shape[..])
        .collect();
    let units: Vec<usize> = images.iter().map(|shape| shape[0]).collect();
    let fitting = |axis: &dyn Fn(&[usize]) -> usize| {
        // One channel is read by depthwise ones too.
        let read = images
            .iter()
            .filter(|shape| shape[1] > 1)
            .map(|shape| axis(shape));
        read.filter(|inputs| units.contains(inputs)).count()
    };
    fitting(&|shape| shape[shape.len() - 1]) > fitting(&|shape| shape[1])
}

/// Keras calls the weight of a depthwise convolution `kernel` as well.
fn depthwise(own: &mut Candidate<'_>) {
    let lower = own.weight.name.to_lowercase();
    let shape = &own.weight.shape;
    let says = lower.contains("depthwise");
    // A multiplier of 1: of the other readings a bias leaves but one with a single input.
    let single = shape.len() > 2 && shape[shape.len() - 1] == 1 && own.length.is_some();
    let only = |kind: Kind| own.readings.iter().all(|reading| reading.kind != kind);
    let is = says || (single && only(Kind::Convolution));
    keep(&mut own.readings, |own| (own.kind == Kind::Depthwise) == is);
}

/// Whether weights of several axes are transposed convolutions, list by list: where biases leave
/// both, the direction in which more of them read what the one before puts out, then the one of
/// the others, then the one that the name says.
fn directions(candidates: &mut [Candidate<'_>]) {
    let list = |name: &str| {
        let (grandparent, own) = module(module(name).0);
        (grandparent.to_owned(), digits(own).0.to_owned())
    };
    let mut done = vec![false; candidates.len()];
    for start in 0..candidates.len() {
        let own = list(&candidates[start].weight.name);
        let members: Vec<usize> = (start..candidates.len())
            .filter(|&index| !done[index] && candidates[index].weight.shape.len() > 2)
            .filter(|&index| list(&candidates[index].weight.name) == own)
            .collect();
        for &index in &members {
            done[index] = true;
        }
        let pick = |index: usize, transposed: bool| {
            let readings = &candidates[index].readings;
            let fits = |own: &&Reading| (own.kind == Kind::Transposed) == transposed;
            readings.iter().find(fits).or(readings.first())
        };
        let score = |transposed: bool| {
            let follow = members.windows(2).filter(|pair| {
                let both = pick(pair[0], transposed).zip(pick(pair[1], transposed));
                both.is_some_and(|(own, next)| own.units == next.inputs)
            });
            let proven = members.iter().filter(|&&index| {
                let readings = &candidates[index].readings;
                readings
                    .iter()
                    .all(|own| (own.kind == Kind::Transposed) == transposed)
            });
            let names = members.iter().filter(|&&index| {
                let lower = candidates[index].weight.name.to_lowercase();
                let says = ["deconv", "transpose", "upconv", "convt"];
                says.iter().any(|word| lower.contains(word)) == transposed
            });
            (follow.count(), proven.count(), names.count())
        };
        // Where nothing tells, a convolution is not transposed.
        let transposed = score(true) > score(false);
        for index in members {
            keep(&mut candidates[index].readings, |own| {
                (own.kind == Kind::Transposed) == transposed
            });
        }
    }
}
