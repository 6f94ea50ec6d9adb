use super::*;
use crate::data::{DataSettings, Images, Pixels, Split};
use crate::initialization::Initialization;
use crate::random::{StreamOffsets, Streams};

fn training(count: usize) -> Subset {
    let all = DataSettings::default().load(None).unwrap();
    let pixels = all.pixels[..count * 64].to_vec();
    let labels = all.labels[..count].to_vec();
    let images = Images::new(all.shape, all.classes, pixels, labels).unwrap();
    let split = Split::draw(&images, Streams::new(0, StreamOffsets::default()));
    let [training, _] = split.subsets(&images, Pixels::Raw);
    training
}

fn architecture(layers: &[&str]) -> Architecture {
    Architecture(layers.iter().map(|text| text.parse().unwrap()).collect())
}

/// Parameters with biases that leave some filters silent.
fn parameters(architecture: &Architecture, bias: f64) -> Vec<f32> {
    let mut network = Network::observing(architecture, [8, 8, 1], 1).unwrap();
    let initialization = Initialization {
        bias,
        ..Initialization::default()
    };
    let streams = Streams::new(2, StreamOffsets::default());
    initialization.apply(&mut network, streams).unwrap();
    network.graph.parameters().to_vec()
}

/// The census by its definition: one image at a time, every unit asked apart, on the plain ops.
fn brute_force(architecture: &Architecture, parameters: &[f32], set: &Subset) -> Census {
    let mut network = Network::observing(architecture, set.shape, 1).unwrap();
    network.graph.parameters_mut().copy_from_slice(parameters);
    let mut census = Observatory::new(architecture, set.shape).unwrap().census;
    census.layers.iter_mut().for_each(LayerCensus::clear);
    let (mut right, mut loss, mut logits) = (0, 0.0, Vec::new());
    for index in 0..set.len() {
        network.load(set, std::iter::once(index)).unwrap();
        network.graph.forward();
        let graph = &network.graph;
        for (layer, counts) in network.layers.iter().zip(&mut census.layers) {
            let z = graph.value(layer.pre_activation.unwrap()).into_owned();
            for filter in 0..layer.filters {
                let mut on_image = false;
                for position in 0..layer.positions {
                    let unit = position * layer.filters + filter;
                    let z = *z.iter().nth(unit).unwrap();
                    counts.largest[filter] = counts.largest[filter].max(z);
                    if z > 0.0 {
                        on_image = true;
                        counts.active_positions[filter] += 1;
                        counts.active_units[unit] = 1;
                    }
                }
                counts.active_images[filter] += u64::from(on_image);
            }
        }
        let row = graph.values(network.logits).to_vec();
        let best = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let answer = row.iter().position(|&logit| logit == best);
        right += usize::from(answer == Some(set.labels[index] as usize));
        loss += f64::from(graph.values(network.loss)[0]);
        logits.push(row);
    }
    for class in 0..logits[0].len() {
        let of_class = || logits.iter().map(|row| f64::from(row[class]));
        let (low, high) = (
            of_class().fold(f64::MAX, f64::min),
            of_class().fold(f64::MIN, f64::max),
        );
        census.logit_spread = census.logit_spread.max(high - low);
    }
    census.images = set.len();
    census.accuracy = right as f64 / set.len() as f64;
    census.loss = loss / set.len() as f64;
    if census.logit_spread < 0.01 {
        census.outcome = Outcome::Collapsed;
    }
    census
}

#[test]
fn equals_its_definition() {
    let set = training(130);
    let networks = [
        (
            &[
                "conv 19 3x3",
                "relu",
                "max_pool 2",
                "conv 7 3x3 stride 2",
                "relu",
                "flatten",
                "linear 6",
                "relu",
                "linear 10",
            ][..],
            -0.2,
        ),
        (
            &[
                "conv 6 3x3",
                "leaky_relu 0.01",
                "max_pool 2",
                "global_average_pool",
                "linear 10",
            ],
            -0.1,
        ),
        (
            &["conv 4 3x3", "max_pool 2", "relu", "flatten", "linear 10"],
            0.0,
        ),
        (
            &[
                "conv 4 3x3",
                "relu",
                "conv 4 3x3",
                "prelu",
                "global_average_pool",
                "linear 10",
            ],
            -0.3,
        ),
        (
            &["conv 4 3x3", "relu", "global_average_pool", "linear 10"],
            -9.0,
        ),
    ];
    let mut silent = 0;
    for (layers, bias) in networks {
        let architecture = architecture(layers);
        let parameters = parameters(&architecture, bias);
        let mut observatory = Observatory::new(&architecture, set.shape).unwrap();
        // Twice on one graph.
        observatory.take(&parameters, &set, 0).unwrap();
        let census = observatory.take(&parameters, &set, 0).unwrap().clone();
        let expected = brute_force(&architecture, &parameters, &set);
        assert!((census.loss - expected.loss).abs() < 1e-6);
        assert_eq!(census.outcome, expected.outcome, "{layers:?}");
        assert_eq!(census.accuracy, expected.accuracy);
        assert_eq!(census.logit_spread, expected.logit_spread);
        for (counts, expected) in census.layers.iter().zip(&expected.layers) {
            assert_eq!(counts.largest, expected.largest);
            assert_eq!(counts.active_images, expected.active_images);
            assert_eq!(counts.active_positions, expected.active_positions);
            assert_eq!(counts.active_units, expected.active_units);
            let units: usize = (0..counts.filters())
                .map(|f| counts.active_units_of(f))
                .sum();
            assert_eq!(units, counts.count_active_units());
            silent += (0..counts.filters())
                .filter(|&f| counts.is_silent(f))
                .count();
        }
    }
    assert!(silent >= 5, "{silent} silent filters");
}

#[test]
fn divergence_is_asked_before_anything_else() {
    let set = training(60);
    let architecture = architecture(&["conv 4 3x3", "relu", "global_average_pool", "linear 10"]);
    let parameters = parameters(&architecture, 0.0);
    let mut observatory = Observatory::new(&architecture, set.shape).unwrap();
    for (place, value) in [(0, f32::NAN), (38, f32::INFINITY), (60, f32::NEG_INFINITY)] {
        let mut broken = parameters.clone();
        broken[place] = value;
        let census = observatory.take(&broken, &set, 7).unwrap();
        assert_eq!((census.outcome, census.accuracy), (Outcome::Diverged, 0.1));
        assert!(census.logit_spread.is_nan() && census.dead_layer().is_none());
    }
    // A NaN is never silent, and the graph remembers nothing of it.
    let mut broken = parameters.clone();
    broken[0] = f32::NAN;
    let census = observatory.take(&broken, &set, 0).unwrap();
    assert!(!census.layers[0].is_silent(0) && !census.layers[0].is_dead(0));
    let fresh = Observatory::new(&architecture, set.shape)
        .unwrap()
        .take(&parameters, &set, 0)
        .unwrap()
        .clone();
    assert_eq!(observatory.take(&parameters, &set, 0).unwrap(), &fresh);
}

#[test]
fn suspicions_are_confirmed_or_refuted_as_a_census_would() {
    let set = training(130);
    let layers = [
        "conv 4 3x3",
        "relu",
        "conv 3 3x3",
        "relu",
        "global_average_pool",
        "linear 10",
    ];
    let architecture = architecture(&layers);
    let mut observatory = Observatory::new(&architecture, set.shape).unwrap();
    for bias in [0.0, -0.3, -1.0, -50.0] {
        let parameters = parameters(&architecture, bias);
        let census = observatory.take(&parameters, &set, 0).unwrap();
        let dead = |layer: &LayerCensus| (0..layer.filters()).all(|f| layer.is_dead(f));
        let expected: Vec<_> = census.layers.iter().map(dead).collect();
        let collapsed_by_census = census.outcome == Outcome::Collapsed;
        for _ in 0..2 {
            let (mut layers, mut collapsed) = ([true; 2], true);
            observatory
                .confirm(&parameters, &set, &mut layers, &mut collapsed)
                .unwrap();
            // With one suspicion holding, all batches were seen and the other is exact too.
            if expected.contains(&true) || collapsed_by_census {
                assert_eq!(
                    (&layers[..], collapsed),
                    (&expected[..], collapsed_by_census)
                );
            } else {
                assert!(!collapsed && layers == [false; 2]);
            }
        }
    }
}

/// A convolution of constant filters under an activation: filter f has the pre-activation
/// `biases[f]` everywhere, the last one a large negative or positive one by the pixel.
fn constant_filters(activation: &str, biases: &[f32]) -> (Architecture, Vec<f32>) {
    let filters = biases.len() + 1;
    let conv = format!("conv {filters} 3x3");
    let layers = [&conv, activation, "global_average_pool", "linear 10"];
    let architecture = architecture(&layers);
    let mut parameters = parameters(&architecture, 0.0);
    let network = Network::training(&architecture, [8, 8, 1], 1).unwrap();
    let layer = &network.layers[0];
    parameters[layer.weight.clone()].fill(0.0);
    // The middle of the kernel, so that the pixel itself decides.
    parameters[layer.weight.start + 4 * filters + filters - 1] = 1e4;
    let last = layer.bias.start + biases.len();
    parameters[layer.bias.start..last].copy_from_slice(biases);
    parameters[last] = -150.0;
    (architecture, parameters)
}

#[test]
fn dead_or_saturated_is_where_no_gradient_can_come() {
    let set = training(60);
    // Biases with `d` dead, `s` silent, `+` saturated, `.` none of these; the filter that the
    // pixel decides comes last.
    let cases: [(&str, &[f32], &str); 10] = [
        ("relu", &[-1.0, -0.0, 0.5], "dd.."),
        ("leaky_relu 0.01", &[-1.0, 0.0, 0.5], "ss.."),
        ("prelu", &[-200.0, 0.5], "s.."),
        ("elu", &[-104.5, -50.0, 0.5], "ds.."),
        ("selu", &[-104.5, -50.0, 0.5], "ds.."),
        ("gelu", &[-6.2, -6.1, 0.5], "ds.."),
        ("gelu_tanh", &[-5.1, -5.0, 0.5], "ds.."),
        ("silu", &[-89.0, -50.0, 0.5], "ds.."),
        ("softplus", &[-104.5, -50.0, 0.5], "ds.."),
        ("tanh", &[-9.1, -8.9, 8.9, 9.1], "ds.++"),
    ];
    for (activation, biases, expected) in cases {
        let (architecture, parameters) = constant_filters(activation, biases);
        let mut observatory = Observatory::new(&architecture, set.shape).unwrap();
        observatory.take(&parameters, &set, 0).unwrap();
        let census = observatory.take(&parameters, &set, 0).unwrap();
        let layer = &census.layers[0];
        let mut network = Network::training(&architecture, set.shape, set.len()).unwrap();
        network.graph.parameters_mut().copy_from_slice(&parameters);
        network.load(&set, 0..set.len()).unwrap();
        network.graph.forward();
        network.graph.backward(network.loss);
        let (weight, bias) = (&network.layers[0].weight, &network.layers[0].bias);
        let gradients = network.graph.parameter_grads();
        for (filter, expected) in expected.chars().enumerate() {
            let mut own = gradients[weight.clone()]
                .iter()
                .skip(filter)
                .step_by(layer.filters())
                .chain([&gradients[bias.start + filter]]);
            let frozen = own.all(|gradient| *gradient == 0.0);
            let (dead, silent, saturated) = (
                layer.is_dead(filter),
                layer.is_silent(filter),
                layer.is_saturated(filter),
            );
            let found = match (dead, silent, saturated) {
                (true, true, false) => 'd',
                (false, true, false) => 's',
                (false, false, true) => '+',
                (false, false, false) => '.',
                _ => '?',
            };
            assert_eq!(found, expected, "{activation}, filter {filter}");
            assert_eq!(frozen, dead || saturated, "{activation}, filter {filter}");
        }
    }
}
