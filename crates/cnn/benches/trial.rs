//! What a whole trial costs beside its training steps: three networks, medians of interleaved
//! rounds, one thread. Arguments are names of networks and a number of rounds.
//!
//! A trial is 28,740 training images and 13 censuses of 1,437. An image of a census counts as a
//! third of one in training, as it has no backward pass: a trial that lost nothing would run at 100%
//! of the rate of its steps. `steps` are the training of the same trial and nothing else, `censuses`
//! the same with the censuses, `trial` records all that a study asks for. `bench` is the rate of the
//! bench `training`, whose images are others.

mod clock;
mod steps;

use cnn::CnnError;
use cnn::architecture::Architecture;
use cnn::census::{Observatory, grid};
use cnn::data::{Images, Split, Subset};
use cnn::network::Network;
use cnn::optimizer::Optimizer;
use cnn::random::{Stream, Streams, shuffle};
use cnn::settings::TrialSettings;
use cnn::trial;

use clock::now;
use steps::Training;

const ROUNDS: usize = 7;

/// Name, and the layers before the classifier.
const NETS: [(&str, &str); 3] = [
    (
        "study",
        "conv 16 3x3, relu, conv 32 3x3, relu, max_pool 2, conv 32 3x3, relu",
    ),
    (
        "norm",
        "conv 16 3x3, batch_norm, relu, conv 32 3x3, batch_norm, relu, max_pool 2, conv 32 3x3, \
         batch_norm, relu",
    ),
    (
        "local",
        "conv 16 3x3, relu, local 32 3x3, relu, max_pool 2, conv 32 3x3, relu",
    ),
];

fn main() -> Result<(), CnnError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = arguments.iter().find_map(|argument| argument.parse().ok());
    let is_net = |argument: &String| NETS.iter().any(|(name, _)| name == argument);
    let all = !arguments.iter().any(is_net);
    for (name, layers) in NETS {
        if !all && !arguments.iter().any(|argument| argument == name) {
            continue;
        }
        let layers: Vec<&str> = layers.split(", ").collect();
        let settings = settings(&[&layers[..], &["global_average_pool", "linear 10"]].concat());
        let images = settings.data.load(None)?;
        let batch = settings.schedule.batch_size;
        let mut bench = Training::new(&settings.architecture, images.shape, batch);
        let mut columns = [const { Vec::new() }; 4];
        for _ in 0..rounds.unwrap_or(ROUNDS) {
            let seconds = [
                timed(|| {
                    (0..settings.steps(&images)).for_each(|_| bench.step());
                    Ok(())
                })?,
                timed(|| plain(&settings, &images, false))?,
                timed(|| plain(&settings, &images, true))?,
                timed(|| trial::run(&settings, 0, &images, &mut ()).map(drop))?,
            ];
            for (column, seconds) in columns.iter_mut().zip(seconds) {
                column.push(seconds);
            }
        }
        report(name, &settings, &images, &columns);
    }
    Ok(())
}

fn report(name: &str, settings: &TrialSettings, images: &Images, seconds: &[Vec<f64>; 4]) {
    let [bench, steps, censuses, trial] = seconds;
    let training = Split::training_len(images) as f64;
    let trained = settings.schedule.epochs as f64 * training;
    let counted = trained + census_steps(settings, images).len() as f64 * training / 3.0;
    let batches = settings.steps(images) as f64 * settings.schedule.batch_size as f64;
    // Shares of the time, round by round.
    let share = |of: &[f64], by: &[f64], factor: f64| {
        let shares = of.iter().zip(by).map(|(of, by)| 100.0 * factor * of / by);
        median(shares.collect())
    };
    println!(
        "{name}: steps {:.0} images/s; trial at {:.1}% of the rate of steps, {:.1}% of that of \
         bench; censuses at {:.1}%; recording takes {:.1}% of a trial",
        trained / median(steps.clone()),
        share(steps, trial, counted / trained),
        share(bench, trial, counted / batches),
        share(steps, censuses, counted / trained),
        100.0 - share(censuses, trial, 1.0),
    );
}

/// The default trial of these layers.
fn settings(layers: &[&str]) -> TrialSettings {
    let text = serde_json::json!({
        "data": { "set": "digits" },
        "architecture": layers,
        "optimizer": { "kind": "sgd", "momentum": 0.9 },
        "schedule": { "learning_rate": 0.05 },
    });
    serde_json::from_value(text).expect("settings")
}

fn census_steps(settings: &TrialSettings, images: &Images) -> Vec<u32> {
    let [annealing, end] = [settings.annealing_step(images), settings.steps(images)];
    grid(annealing as u32, end as u32)
}

/// The training of a trial, with its censuses or without, and nothing written down.
fn plain(settings: &TrialSettings, images: &Images, censuses: bool) -> Result<(), CnnError> {
    let schedule = &settings.schedule;
    let streams = Streams::new(0, settings.streams);
    let pixels = settings.data.pixels;
    let [training, _] = Split::draw(images, streams).subsets(images, pixels);
    let architecture: &Architecture = &settings.architecture;
    let mut network = Network::training(architecture, images.shape, schedule.batch_size)?;
    settings.initialization.apply(&mut network, streams)?;
    let mut optimizer = Optimizer::new(&settings.optimizer, &network)?;
    let mut observatory = Observatory::new(architecture, images.shape)?;
    let grid = census_steps(settings, images);
    let mut look = |step: u64, network: &Network, training: &Subset| {
        if censuses && grid.binary_search(&(step as u32)).is_ok() {
            observatory.take(network.graph.parameters(), training, step as u32)?;
        }
        Ok::<(), CnnError>(())
    };
    let steps_per_epoch = settings.steps_per_epoch(images);
    let mut step = 0;
    look(step, &network, &training)?;
    for epoch in 0..schedule.epochs {
        let mut order: Vec<usize> = (0..training.len()).collect();
        shuffle(
            &mut order,
            &mut streams.substream(Stream::Batches, epoch as u64),
        );
        for batch in order.chunks(schedule.batch_size) {
            network.load(&training, batch.iter().copied())?;
            network.graph.forward();
            network.graph.update_buffers();
            network.graph.backward(network.loss);
            optimizer.step(&mut network.graph, schedule.rate(step, steps_per_epoch));
            step += 1;
            look(step, &network, &training)?;
        }
    }
    Ok(())
}

fn timed(run: impl FnOnce() -> Result<(), CnnError>) -> Result<f64, CnnError> {
    let start = now();
    run()?;
    Ok(now() - start)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
