//! What locally connected layers refuse, and what they allow.

use cnn::network::Network;
use cnn::optimizer::{Optimizer, OptimizerSettings};
use cnn::prune::Pruning;
use cnn::trial;

use super::{IMAGE, LAYERS, architecture, digits, network, settings};

#[test]
fn what_mixes_units_or_cannot_be_asked_is_refused() {
    let problem = |layers: &[&str]| architecture(layers).check(IMAGE).unwrap_err().to_string();
    for pool in ["max_pool 2", "average_pool 2", "global_average_pool"] {
        let found = problem(&[
            "local 4 3x3",
            "batch_norm",
            pool,
            "relu",
            "flatten",
            "linear 10",
        ]);
        assert!(
            found.contains(&format!("layer 2 ({pool}): pooling would mix")),
            "{found}"
        );
    }
    let found = problem(&["local 4 9x9 padding 0", "relu", "flatten", "linear 10"]);
    assert!(found.contains("smaller than the kernel 9x9"), "{found}");
    let found = "local 4"
        .parse::<cnn::architecture::Layer>()
        .unwrap_err()
        .to_string();
    assert!(
        found.contains("write `local FILTERS HEIGHTxWIDTH`"),
        "{found}"
    );
    let (images, _) = digits(200);
    let mut settings = settings(LAYERS, 0.1);
    settings.probes = serde_json::from_str(r#"{"revivals": {"splits": 1}}"#).unwrap();
    let found = trial::run(&settings, 0, &images, &mut ())
        .unwrap_err()
        .to_string();
    assert!(
        found.contains("locally connected") || found.contains("batch norm"),
        "{found}"
    );
    settings.probes = serde_json::from_str(
        r#"{"stopped": {"every": 5, "intervals": [1], "by_filter": true}, "coasting": true}"#,
    )
    .unwrap();
    let record = trial::run(&settings, 0, &images, &mut ()).unwrap();
    let mut weights = record
        .probes
        .iter()
        .filter(|row| row.quantity == "weights" && row.layer == Some(1));
    // 16 positions of 6 filters; gamma and beta are of no single unit.
    assert_eq!(
        weights.next().unwrap().value,
        f64::from(16 * 6 * (5 * 9 + 1))
    );
}

/// What a local layer reads can lose dead filters, its own units cannot go.
#[test]
fn pruning_below_a_local_layer_changes_no_bit() {
    let (_, set) = digits(60);
    let mut whole = network(LAYERS, 8);
    for filter in [0, 3] {
        let place = whole.layers[0].bias.start + filter;
        whole.graph.parameters_mut()[place] = -100.0;
    }
    let layers = architecture(LAYERS);
    let pruning = Pruning::new(&layers, IMAGE, &[vec![0, 3], vec![], vec![]]).unwrap();
    let mut small = Network::training(&pruning.architecture, IMAGE, 8).unwrap();
    assert_eq!(small.parameters, pruning.parameters);
    small
        .graph
        .parameters_mut()
        .copy_from_slice(&pruning.of(whole.graph.parameters()));
    let settings: OptimizerSettings = serde_json::from_str(r#"{"kind": "adam"}"#).unwrap();
    let mut optimizer = Optimizer::new(&settings, &whole).unwrap();
    let mut other = optimizer.pruned(&pruning);
    for start in [0, 8, 16] {
        for (network, optimizer) in [(&mut whole, &mut optimizer), (&mut small, &mut other)] {
            network.load(&set, start..start + 8).unwrap();
            network.graph.forward();
            network.graph.update_buffers();
            network.graph.backward(network.loss);
            optimizer.step(&mut network.graph, 0.01);
        }
        assert_eq!(
            small.graph.values(small.logits),
            whole.graph.values(whole.logits)
        );
        assert_eq!(
            small.graph.parameters(),
            pruning.of(whole.graph.parameters())
        );
    }
    let refused = Pruning::new(&layers, IMAGE, &[vec![], vec![90], vec![]]);
    let problem = refused.unwrap_err().to_string();
    assert!(
        problem.contains("layer 3 (local 6 3x3): its filters"),
        "{problem}"
    );
}
