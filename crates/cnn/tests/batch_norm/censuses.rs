//! What censuses say of networks with batch norms, in either mode.

use cnn::CnnError;
use cnn::census::Observatory;
use cnn::data::{Pixels, Split};
use cnn::network::Network;
use cnn::parameters::Role;
use cnn::random::Streams;
use cnn::trial::{self, Observer, Step};

use super::{AFTER, BEFORE, IMAGE, SGD, architecture, digits, network, settings, trained};

/// Each batch by its own statistics: what a training network shows batch by batch.
#[test]
fn a_census_in_train_mode_is_what_the_batches_show() {
    let (_, set) = digits(200);
    for layers in [BEFORE, AFTER] {
        let mut network = trained(layers, SGD, &set);
        let mut observatory = Observatory::in_train_mode(&architecture(layers), IMAGE, 48).unwrap();
        let census = observatory
            .take(network.graph.parameters(), &set, 30)
            .unwrap()
            .clone();
        let parameters = network.graph.parameters().to_vec();
        network = Network::training(&architecture(layers), IMAGE, 48).unwrap();
        network.graph.parameters_mut().copy_from_slice(&parameters);
        let mut largest: Vec<Vec<f32>> = network
            .layers
            .iter()
            .map(|layer| vec![f32::NEG_INFINITY; layer.filters])
            .collect();
        let mut loss = 0.0;
        for start in (0..set.len()).step_by(48) {
            let end = (start + 48).min(set.len());
            network.load(&set, start..end).unwrap();
            network.graph.forward();
            loss += f64::from(network.graph.values(network.loss)[0]) * (end - start) as f64;
            for (layer, largest) in network.layers.iter().zip(&mut largest) {
                let activity = network.graph.activity(layer.activation).unwrap();
                for (largest, &value) in largest.iter_mut().zip(activity) {
                    *largest = largest.max(value);
                }
            }
        }
        for (layer, largest) in census.layers.iter().zip(&largest) {
            assert_eq!(layer.largest, *largest);
        }
        assert_eq!(census.loss, loss / set.len() as f64);
        let mut eval = Observatory::new(&architecture(layers), IMAGE).unwrap();
        let eval = eval.take(&parameters, &set, 30).unwrap();
        assert_ne!(eval.layers[1].largest, census.layers[1].largest);
        assert_eq!(observatory.take(&parameters, &set, 30).unwrap(), &census);
        assert_eq!(network.graph.parameters(), parameters);
    }
}

/// Dead in train mode is without gradient at every batch; dead in eval mode says nothing of that.
#[test]
fn only_the_dead_of_train_mode_get_no_gradient() {
    let (_, set) = digits(200);
    let mut network = trained(BEFORE, SGD, &set);
    let [_, beta] = network.layers[0].norm.clone().unwrap();
    let mean = network
        .parameters
        .iter()
        .find(|own| own.role == Role::RunningMean)
        .unwrap();
    let mean = mean.range.clone();
    // Filter 2 is silent in either mode, filter 5 where the running mean is asked.
    network.graph.parameters_mut()[beta.start + 2] = -1e3;
    network.graph.parameters_mut()[mean.start + 5] = 1e6;
    let parameters = network.graph.parameters().to_vec();
    let layers = architecture(BEFORE);
    let mut observatories = [
        Observatory::new(&layers, IMAGE).unwrap(),
        Observatory::in_train_mode(&layers, IMAGE, 20).unwrap(),
    ];
    let dead: Vec<Vec<bool>> = observatories
        .iter_mut()
        .map(|observatory| {
            let census = observatory.take(&parameters, &set, 0).unwrap();
            (0..8)
                .map(|filter| census.layers[0].is_dead(filter))
                .collect()
        })
        .collect();
    assert!(dead[0][2] && dead[1][2] && dead[0][5] && !dead[1][5]);
    let mut has = [false; 8];
    for start in (0..set.len()).step_by(20) {
        network.load(&set, start..start + 20).unwrap();
        network.graph.forward();
        network.graph.backward(network.loss);
        let layer = &network.layers[0];
        for (index, gradient) in network.graph.parameter_grads()[layer.weight.clone()]
            .iter()
            .enumerate()
        {
            has[index % 8] |= *gradient != 0.0;
        }
        assert_eq!(network.graph.parameter_grads()[beta.start + 2], 0.0);
    }
    for filter in 0..8 {
        assert!(!(dead[1][filter] && has[filter]), "filter {filter}");
    }
    assert!(!has[2] && has[5]);
}

#[test]
fn a_trial_has_its_censuses_in_eval_mode() {
    struct Last(Vec<f32>);
    impl Observer for Last {
        fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
            self.0 = step.network.graph.parameters().to_vec();
            Ok(())
        }
    }
    // 160 training images, 5 steps an epoch.
    let (images, _) = digits(200);
    for layers in [BEFORE, AFTER] {
        let mut settings = settings(layers, SGD, 32);
        settings.initialization.beta = -0.5;
        let mut last = Last(Vec::new());
        let record = trial::run(&settings, 4, &images, &mut last).unwrap();
        assert_eq!(record, trial::run(&settings, 4, &images, &mut ()).unwrap());
        assert!(record.trial.train_loss.unwrap() < 2.3, "{:?}", record.trial);
        let split = Split::draw(&images, Streams::new(4, settings.streams));
        let [training, _] = split.subsets(&images, Pixels::Raw);
        let mut observatory = Observatory::new(&settings.architecture, IMAGE).unwrap();
        let census = observatory.take(&last.0, &training, 15).unwrap();
        assert_eq!(record.trial.train_loss, Some(census.loss));
        let largest = census.layers.iter().flat_map(|layer| &layer.largest);
        for (row, &largest) in record.filters.iter().zip(largest) {
            assert_eq!(row.largest_pre_activation, f64::from(largest));
        }
        // Running statistics have seen all 15 batches.
        let tensors = settings.architecture.parameters(IMAGE).unwrap();
        let mut counts = tensors.iter().filter(|own| own.role == Role::Batches);
        assert!(counts.all(|own| last.0[own.range.clone()] == [15.0]));
    }
}

#[test]
fn a_last_batch_without_variance_is_refused() {
    // 160 training images: 3 batches of 53 and one of 1.
    let (images, set) = digits(200);
    let problem = settings(AFTER, SGD, 53)
        .check(&images)
        .unwrap_err()
        .to_string();
    let expected = "schedule.batch_size = 53: makes a batch of one of the 160 training images";
    assert!(
        problem.starts_with(expected) && problem.contains("layer 7 (batch_norm)"),
        "{problem}"
    );
    settings(AFTER, SGD, 31).check(&images).unwrap();
    settings(BEFORE, SGD, 53).check(&images).unwrap();
    let mut observatory = Observatory::in_train_mode(&architecture(AFTER), IMAGE, 53).unwrap();
    let parameters = network(AFTER, 2).graph.parameters().to_vec();
    let problem = observatory
        .take(&parameters, &set, 0)
        .unwrap_err()
        .to_string();
    assert!(
        problem.contains("batch = 1") && problem.contains("no variance"),
        "{problem}"
    );
}
