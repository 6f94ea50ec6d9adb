//! Orders in which layers form a chain, found from names and shapes.

use super::{Link, follows, link};
use crate::layers::{Kind, Layer, natural};

/// What names and shapes tell of the order.
pub enum Found {
    /// One chain: the layers' places in order.
    Chain(Vec<usize>),
    /// A trunk that several heads read: for each layer the one that reads it.
    Heads(Vec<Option<usize>>),
    /// So many chains.
    Several(usize),
    /// No chain.
    None,
}

/// The most stems of names whose orders are tried: 720 orders.
const MOST_STEMS: usize = 6;

/// The order in which the layers form a chain. `ordered` says that they come in the order in
/// which the network was built.
pub fn chain(layers: &[Layer], ordered: bool) -> Found {
    let all: Vec<usize> = (0..layers.len()).collect();
    if ordered && is_chain(layers, &all) {
        return Found::Chain(all);
    }
    let stems = stems(layers);
    match &chains(layers, &stems)[..] {
        [order] => Found::Chain(order.clone()),
        [] => heads(layers, &stems).map_or(Found::None, Found::Heads),
        several => Found::Several(several.len()),
    }
}

fn is_chain(layers: &[Layer], order: &[usize]) -> bool {
    order
        .windows(2)
        .all(|pair| follows(&layers[pair[0]], &layers[pair[1]]))
}

/// Layers whose names share a stem, in natural order.
type Stem = Vec<usize>;

/// All orders of stems that are chains; of these, the likeliest.
fn chains(layers: &[Layer], stems: &[Stem]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    if stems.len() > MOST_STEMS {
        let mut order = stems.concat();
        order.sort_by(|&a, &b| natural(&layers[a].name, &layers[b].name));
        found.push(order);
    } else {
        permute(&mut Vec::new(), stems.len(), &mut |permutation| {
            found.push(
                permutation
                    .iter()
                    .flat_map(|&stem| stems[stem].clone())
                    .collect(),
            );
        });
    }
    found.retain(|order| is_chain(layers, order));
    // Keras numbers depthwise convolutions and those between them by themselves.
    if found.is_empty() && layers.iter().any(|own| own.kind == Kind::Depthwise) {
        found = Interleaved::find(layers, stems);
    }
    // Grouped convolutions and images made of linear units are the rarer; and names tell which
    // part comes first.
    let odd = |order: &[usize]| {
        let pairs = order.windows(2);
        let links = pairs.map(|pair| link(&layers[pair[0]], &layers[pair[1]]));
        let odd = links.filter(|own| matches!(own, None | Some(Link::Groups { .. })));
        (odd.count(), against_names(layers, order))
    };
    let fewest = found.iter().map(|order| odd(order)).min();
    found.retain(|order| Some(odd(order)) == fewest);
    found
}

/// Interleavings that are tried, at most.
const MOST_STEPS: usize = 10_000;

/// Chains in which each stem's layers keep their order, but others stand between them.
struct Interleaved<'a> {
    layers: &'a [Layer],
    stems: &'a [Stem],
    order: Vec<usize>,
    found: Vec<Vec<usize>>,
    steps: usize,
}

impl Interleaved<'_> {
    /// All of them; none if there are too many to try.
    fn find(layers: &[Layer], stems: &[Stem]) -> Vec<Vec<usize>> {
        let mut search = Interleaved {
            layers,
            stems,
            order: Vec::new(),
            found: Vec::new(),
            steps: 0,
        };
        search.go_on(&mut vec![0; stems.len()]);
        if search.steps > MOST_STEPS {
            search.found.clear();
        }
        search.found
    }

    fn go_on(&mut self, places: &mut Vec<usize>) {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return;
        }
        if self.order.len() == self.layers.len() {
            return self.found.push(self.order.clone());
        }
        for stem in 0..self.stems.len() {
            let Some(&next) = self.stems[stem].get(places[stem]) else {
                continue;
            };
            let last = self.order.last();
            if last.is_some_and(|&last| !follows(&self.layers[last], &self.layers[next])) {
                continue;
            }
            self.order.push(next);
            places[stem] += 1;
            self.go_on(places);
            places[stem] -= 1;
            self.order.pop();
        }
    }
}

/// Words that begin the names of what comes first, and last.
const ENDS: [&[&str]; 2] = [
    &["enc", "stem", "input", "feature", "backbone", "trunk"],
    &["dec", "head", "classif", "output", "tail", "logit"],
];

/// How many layers stand before one that their names put after them.
fn against_names(layers: &[Layer], order: &[usize]) -> usize {
    let end = |index: usize| {
        let lower = layers[index].name.to_lowercase();
        let has = |words: &[&str]| {
            let mut parts = lower.split(['.', '/']);
            parts.any(|part| words.iter().any(|word| part.starts_with(word)))
        };
        let [first, last] = ENDS.map(has);
        usize::from(last) + usize::from(!first)
    };
    let ends: Vec<usize> = order.iter().map(|&index| end(index)).collect();
    ends.windows(2).filter(|pair| pair[0] > pair[1]).count()
}

/// A trunk that several heads read: stems whose first layers read as many channels and form a
/// chain with what is left, each by itself.
fn heads(layers: &[Layer], stems: &[Stem]) -> Option<Vec<Option<usize>>> {
    // A list of layers that all read the same is a list of heads.
    let apart = |stem: &Stem| -> Vec<Stem> {
        let same = |&index: &usize| layers[index].inputs == layers[stem[0]].inputs;
        if stem.len() > 1 && stem.iter().all(same) && !is_chain(layers, stem) {
            stem.iter().map(|&index| vec![index]).collect()
        } else {
            vec![stem.clone()]
        }
    };
    let stems: Vec<Stem> = stems.iter().flat_map(apart).collect();
    let read = |stem: &Stem| layers[stem[0]].inputs;
    let found = stems.iter().map(read).find_map(|inputs| {
        let (heads, trunk): (Vec<Stem>, Vec<Stem>) =
            stems.iter().cloned().partition(|stem| read(stem) == inputs);
        if heads.len() < 2 || trunk.is_empty() {
            return None;
        }
        let one = |head: &Stem| -> Option<Vec<usize>> {
            let whole: Vec<Stem> = trunk.iter().chain([head]).cloned().collect();
            let [order] = &chains(layers, &whole)[..] else {
                return None;
            };
            order.ends_with(head).then(|| order.clone())
        };
        let orders: Vec<Vec<usize>> = heads.iter().map(one).collect::<Option<_>>()?;
        let depth =
            |(order, head): (&Vec<usize>, &Stem)| order[..order.len() - head.len()].to_vec();
        let trunks: Vec<Vec<usize>> = orders.iter().zip(&heads).map(depth).collect();
        trunks.iter().all(|own| *own == trunks[0]).then_some(orders)
    })?;
    let mut readers = vec![None; layers.len()];
    for pair in found.iter().flat_map(|order| order.windows(2)) {
        // The first of the heads stands for all.
        readers[pair[0]].get_or_insert(pair[1]);
    }
    Some(readers)
}

/// The stem of a layer's name: what precedes the first number of the first part that differs.
fn stem(name: &str, common: usize) -> &str {
    let own = &name[common..];
    let end = own
        .find(|c: char| c.is_ascii_digit() || c == '.' || c == '/')
        .unwrap_or(own.len());
    &own[..end]
}

/// The layers by the stems of their names, each in natural order.
fn stems(layers: &[Layer]) -> Vec<Stem> {
    let common = common_prefix(layers);
    let mut natural_order: Vec<usize> = (0..layers.len()).collect();
    natural_order.sort_by(|&a, &b| natural(&layers[a].name, &layers[b].name));
    let mut stems: Vec<(&str, Stem)> = Vec::new();
    for &index in &natural_order {
        let own = stem(&layers[index].name, common);
        match stems.iter_mut().find(|(stem, _)| *stem == own) {
            Some((_, members)) => members.push(index),
            None => stems.push((own, vec![index])),
        }
    }
    stems.into_iter().map(|(_, members)| members).collect()
}

fn permute(chosen: &mut Vec<usize>, count: usize, found: &mut impl FnMut(&[usize])) {
    if chosen.len() == count {
        return found(chosen);
    }
    for next in 0..count {
        if !chosen.contains(&next) {
            chosen.push(next);
            permute(chosen, count, found);
            chosen.pop();
        }
    }
}

/// Length of the parts that all names share.
fn common_prefix(layers: &[Layer]) -> usize {
    let first = layers.first().map_or("", |layer| &layer.name);
    let ends = first.match_indices(['.', '/']).map(|(place, _)| place + 1);
    let shared = |end: &usize| {
        layers
            .iter()
            .all(|layer| layer.name.starts_with(&first[..*end]))
    };
    ends.take_while(shared).last().unwrap_or(0)
}
