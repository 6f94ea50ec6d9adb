use super::*;
use crate::layers::layers;
use crate::layers::tests::checkpoint;

fn network(tensors: &[(&str, &[usize])]) -> Network {
    connect(layers(&checkpoint(tensors), None).unwrap(), false, None)
}

fn names(network: &Network) -> Vec<&str> {
    network.layers.iter().map(|layer| &layer.name[..]).collect()
}

#[test]
fn the_classifier_comes_last_whatever_the_alphabet_says() {
    let network = network(&[
        ("classifier.weight", &[10, 32]),
        ("features.0.weight", &[16, 1, 3, 3]),
        ("features.10.weight", &[32, 32, 3, 3]),
        ("features.2.weight", &[32, 16, 3, 3]),
    ]);
    assert!(network.certain);
    assert_eq!(
        names(&network),
        ["features.0", "features.2", "features.10", "classifier"]
    );
    assert_eq!(network.readers[2], Some((3, Link::Channels)));
    assert_eq!(network.readers[3], None);
}

#[test]
fn flattening_multiplies_by_an_area() {
    let tensors: [(&str, &[usize]); 4] = [
        ("conv1.weight", &[12, 1, 3, 3]),
        ("conv2.weight", &[24, 12, 3, 3]),
        ("fc1.weight", &[48, 24 * 49]),
        ("fc2.weight", &[10, 48]),
    ];
    let network = network(&tensors);
    assert_eq!(
        network.readers[1],
        Some((2, Link::FlattenedByChannel { area: 49 }))
    );
    let link = network.readers[1].unwrap().1;
    let ranges: Vec<_> = link.ranges(24, 2, &network.layers[2], 0).collect();
    assert_eq!((ranges.len(), ranges[0].clone()), (1, 98..147));
    let link = Link::FlattenedByPosition { area: 3 };
    let ranges: Vec<_> = link.ranges(24, 2, &network.layers[2], 0).collect();
    assert_eq!(ranges, [2..3, 26..27, 50..51]);
}

#[test]
fn depthwise_units_are_read_by_their_own_group() {
    let network = network(&[
        ("a0.weight", &[4, 3, 1, 1]),
        ("a1.weight", &[8, 1, 3, 3]),
        ("a2.weight", &[5, 8, 1, 1]),
    ]);
    let (reader, link) = network.readers[0].unwrap();
    assert_eq!(link, Link::Groups { groups: 4 });
    let reads = |row| link.ranges(4, 1, &network.layers[reader], row).next();
    assert_eq!(
        [reads(1), reads(2), reads(3), reads(4)],
        [None, Some(0..9), Some(0..9), None]
    );
}

#[test]
fn doubt_is_admitted() {
    // Both orders of `a` and `b` chain.
    let both = network(&[("a.weight", &[8, 8]), ("b.weight", &[8, 8])]);
    assert!(!both.certain && both.readers.iter().all(Option::is_none));
    assert!(both.doubt.unwrap().contains("2 orders"));
    let heads = network(&[
        ("a.weight", &[8, 4]),
        ("b.weight", &[3, 8]),
        ("c.weight", &[2, 8]),
    ]);
    assert!(!heads.certain);
    let residual = network(&[
        ("conv1.weight", &[8, 3, 3, 3]),
        ("fc.weight", &[10, 8]),
        ("layer1.0.conv1.weight", &[8, 8, 3, 3]),
        ("layer1.0.conv2.weight", &[8, 8, 3, 3]),
    ]);
    assert!(!residual.certain);
    let read: Vec<_> = residual
        .readers
        .iter()
        .map(|reader| reader.map(|r| r.0))
        .collect();
    assert_eq!(read, [None, None, Some(3), None]);
}
