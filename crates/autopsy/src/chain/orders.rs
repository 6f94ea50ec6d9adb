//! Orders in which layers form a chain, found from names and shapes.

use super::{Link, link};
use crate::layers::{Layer, natural};

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
        .all(|pair| link(&layers[pair[0]], &layers[pair[1]]).is_some())
}

/// Layers whose names share a stem, in natural order.
type Stem = Vec<usize>;

/// All orders of stems that are chains; of these, those that need the fewest grouped
/// convolutions, which are the likelier by far.
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
    let groups = |order: &[usize]| {
        let is_grouped = |pair: &&[usize]| {
            let link = link(&layers[pair[0]], &layers[pair[1]]);
            matches!(link, Some(Link::Groups { .. }))
        };
        order.windows(2).filter(is_grouped).count()
    };
    let fewest = found.iter().map(|order| groups(order)).min();
    found.retain(|order| Some(groups(order)) == fewest);
    found
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
