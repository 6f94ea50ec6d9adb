use super::super::connect;
use crate::layers::layers;
use crate::layers::tests::checkpoint;

fn doubt(tensors: &[(&str, &[usize])]) -> Option<String> {
    connect(layers(&checkpoint(tensors), None).unwrap(), false).unproven
}

#[test]
fn a_plain_list_and_widths_of_their_own_are_proofs() {
    // A list, equal widths or not, with and without norms.
    let list: [(&str, &[usize]); 5] = [
        ("features.0.weight", &[32, 1, 3, 3]),
        ("features.1.weight", &[32]),
        ("features.3.weight", &[32, 32, 3, 3]),
        ("features.4.weight", &[32]),
        ("classifier.weight", &[10, 32]),
    ];
    assert_eq!(doubt(&list), None);
    assert_eq!(
        doubt(&[
            ("0.weight", &[64, 8]),
            ("2.weight", &[64, 64]),
            ("4.weight", &[64, 64]),
            ("6.weight", &[8, 64])
        ]),
        None
    );
    // Names that tell nothing, each width its own.
    assert_eq!(
        doubt(&[
            ("conv1.weight", &[12, 1, 3, 3]),
            ("conv2.weight", &[24, 12, 3, 3]),
            ("fc1.weight", &[48, 24 * 49]),
            ("fc2.weight", &[10, 48])
        ]),
        None
    );
}

#[test]
fn what_may_be_added_is_no_chain() {
    // A residual tower with plain names.
    let tower = doubt(&[
        ("conv1.weight", &[16, 1, 3, 3]),
        ("conv2.weight", &[16, 16, 3, 3]),
        ("fc.weight", &[10, 16]),
    ]);
    assert!(
        tower
            .unwrap()
            .contains("`conv1` has as many units as `conv2`")
    );
    // A list without gaps may be a ModuleList whose entries are added up.
    let list: Vec<(String, Vec<usize>)> = (0..4)
        .map(|index| (format!("body.{index}.weight"), vec![32, 32]))
        .collect();
    let list: Vec<(&str, &[usize])> = list.iter().map(|(a, b)| (&a[..], &b[..])).collect();
    assert!(doubt(&list).is_some());
    // A long skip around a list with gaps.
    let skip = doubt(&[
        ("body.0.weight", &[32, 32, 3, 3]),
        ("body.2.weight", &[32, 32, 3, 3]),
        ("head.weight", &[32, 3, 3, 3]),
        ("tail.weight", &[3, 32, 3, 3]),
    ]);
    assert!(skip.is_some());
    // A gate, whose output multiplies what it reads.
    let gate = doubt(&[
        ("conv1.weight", &[16, 1, 3, 3]),
        ("gate1.weight", &[4, 16, 1, 1]),
        ("gate2.weight", &[16, 4, 1, 1]),
        ("last.weight", &[10, 16, 3, 3]),
    ]);
    assert!(gate.is_some());
    // Half of what is flattened may come from elsewhere.
    let concatenated = doubt(&[
        ("conv1.weight", &[12, 1, 3, 3]),
        ("conv2.weight", &[24, 12, 3, 3]),
        ("fc1.weight", &[48, 24 * 50]),
        ("fc2.weight", &[10, 48]),
    ]);
    assert!(concatenated.unwrap().contains("50 values"));
}
