use super::*;
use crate::architecture::Architecture;
use crate::census::Observatory;
use crate::trial::tests::{digits, settings};

/// A network of 11 and 4 filters, so that some are taken side by side and some alone.
fn architecture(function: &str) -> Architecture {
    let layers = [
        "conv 11 3x3",
        function,
        "max_pool 2",
        "conv 4 3x3",
        function,
    ];
    let end = ["global_average_pool", "linear 10"];
    let layers = layers.iter().chain(&end).map(|text| text.parse().unwrap());
    Architecture(layers.collect())
}

fn random_parameters(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state) / f64::from(u32::MAX) - 0.6) as f32
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn it_is_what_one_image_after_the_other_gives() {
    let images = digits(200);
    let streams = crate::random::Streams::new(3, crate::random::StreamOffsets::default());
    let split = crate::data::Split::draw(&images, streams);
    let [training, _] = split.subsets(&images, crate::data::Pixels::Raw);
    for function in ["relu", "leaky_relu 0.1", "tanh", "gelu"] {
        let architecture = architecture(function);
        let mut one = Network::observing(&architecture, [8, 8, 1], 1).unwrap();
        let parameters = random_parameters(one.graph.parameters().len());
        let mut observatory = Observatory::new(&architecture, [8, 8, 1]).unwrap();
        let mut activity = Activity::new(&one, &[64, 100, 512]);
        for _ in 0..2 {
            activity.clear();
            let look = |network: &Network| activity.add(network);
            observatory.watch(&parameters, &training, 0, look).unwrap();
        }
        one.graph.parameters_mut().copy_from_slice(&parameters);
        for (prefix, count) in [(Some(0), 64), (Some(1), 100), (Some(2), 160), (None, 160)] {
            let found = prefix.map_or(&activity.whole[..], |index| activity.prefix(index));
            for (index, found) in found.iter().enumerate() {
                let layer = one.layers[index].clone();
                assert_eq!(found.images, count as u64);
                assert_eq!(found.outputs(), (count * layer.positions) as u64);
                for filter in 0..layer.filters {
                    let (mut sum, mut sizes) = (0.0, 0.0);
                    let (mut active, mut active_images, mut near) = (0, 0, 0);
                    let (mut largest, mut size, mut before) = (f32::MIN, 0.0_f32, f32::MIN);
                    for image in 0..count {
                        one.load(&training, std::iter::once(image)).unwrap();
                        one.graph.forward();
                        let own = |node| one.graph.values(node).iter().skip(filter);
                        let z = own(layer.pre_activation.unwrap()).step_by(layer.filters);
                        let z: Vec<f32> = z.copied().collect();
                        for &y in own(layer.activation).step_by(layer.filters) {
                            sum += f64::from(y);
                            sizes += f64::from(y.abs());
                            near += u64::from(y.abs() <= 0.05);
                            largest = largest.max(y);
                            size = size.max(y.abs());
                        }
                        active += z.iter().filter(|&&z| z > 0.0).count() as u64;
                        active_images += u64::from(z.iter().any(|&z| z > 0.0));
                        before = z.iter().fold(before, |all, &z| all.max(z));
                    }
                    let outputs = found.outputs() as f64;
                    assert_eq!(found.mean(filter).to_bits(), (sum / outputs).to_bits());
                    assert_eq!(found.mean_size(filter), sizes / outputs);
                    assert_eq!(found.largest[filter], largest);
                    assert_eq!(found.largest_size(filter), size);
                    assert_eq!(found.near_zero[filter], near);
                    assert_eq!(found.active_outputs[filter], active);
                    assert_eq!(found.active_images[filter], active_images);
                    let dead = layer.function.zero_derivative_up_to();
                    let dead = dead.is_some_and(|end| before <= end && before <= 0.0);
                    assert_eq!(found.is_dead(filter), dead, "{function} {index} {filter}");
                }
                let scores = found.dormancy();
                let mean = scores.iter().sum::<f64>() / scores.len() as f64;
                assert!((mean - 1.0).abs() < 1e-12, "{mean}");
            }
        }
    }
}

#[test]
fn a_layer_without_any_output_is_dormant() {
    let layers = Architecture::digits_cnn();
    let network = Network::counting(&layers, [8, 8, 1], 1).unwrap();
    let mut layer = LayerActivity::new(&network.layers[0]);
    layer.image(&[0.0; 64 * 16], &[0.0; 64 * 16]);
    assert_eq!(layer.dormancy(), [0.0; 16]);
    assert!((0..16).all(|filter| layer.is_dead(filter)));
}

#[test]
fn a_trial_looks_three_times_and_agrees_with_its_census() {
    use crate::record::Part;
    let images = digits(400);
    for (epochs, looks) in [(8, 3), (5, 3), (3, 2)] {
        let record = crate::trial::run(&settings(2.0, epochs), 0, &images, &mut ()).unwrap();
        let rows = &record.activity;
        assert_eq!(rows.len(), (looks * 2 + 2) * 24);
        let mut dead = 0;
        for row in rows {
            assert_eq!(row.step, record.trial.steps - 10 * row.epochs_left);
            let expected = match row.subset {
                Part::First64 => 64,
                Part::First512 | Part::Training => 320,
                Part::HeldOut => 80,
            };
            assert_eq!(row.images_seen, expected);
            let whole = matches!(row.subset, Part::Training | Part::HeldOut);
            assert!(!whole || row.epochs_left == 0);
            assert!(row.mean_output == row.mean_size && row.largest_output == row.largest_size);
            if row.subset != Part::Training {
                continue;
            }
            let at = |own: &&crate::record::FilterRow| {
                (own.layer, own.filter) == (row.layer, row.filter)
            };
            let filter = record.filters.iter().find(at).unwrap();
            let share = |count: u64, of: u64| count as f64 / of as f64;
            let images = share(row.images_active.into(), row.images_seen.into());
            assert_eq!(images, filter.active_images);
            assert_eq!(
                share(row.outputs_active, row.outputs_seen),
                filter.active_positions
            );
            assert_eq!(row.dead, filter.dead_at_end);
            assert_eq!(row.largest_output, filter.largest_pre_activation.max(0.0));
            dead += usize::from(row.dead);
        }
        assert!(dead > 0 && dead < 24, "{dead}");
    }
}
