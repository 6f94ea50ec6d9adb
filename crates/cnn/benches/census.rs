//! What a census costs: its time as a multiple of a forward pass over the same images, and the
//! training steps of a trial beside it. One thread, median of several interleaved rounds.

mod clock;

use cnn::architecture::Architecture;
use cnn::census::Observatory;
use cnn::data::{DataSettings, Split};
use cnn::initialization::Initialization;
use cnn::network::Network;
use cnn::random::{StreamOffsets, Streams};

use clock::now;

const ROUNDS: usize = 9;
/// Passes over the images of one measurement, so that it is long beside the clock's tick.
const PASSES: usize = 10;
const BATCH: usize = 32;

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() -> Result<(), cnn::CnnError> {
    let data = DataSettings::default();
    let images = data.load(None)?;
    let streams = Streams::new(0, StreamOffsets::default());
    let [training, _] = Split::draw(&images, streams).subsets(&images, data.pixels);
    let architecture = Architecture::digits_cnn();
    let mut network = Network::training(&architecture, images.shape, BATCH)?;
    Initialization::default().apply(&mut network, streams)?;
    let parameters = network.graph.parameters().to_vec();
    let mut observatory = Observatory::new(&architecture, images.shape)?;

    let (mut forward, mut both, mut census) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (backward, times) in [(false, &mut forward), (true, &mut both)] {
            let start = now();
            for _ in 0..PASSES {
                for first in (0..training.len()).step_by(BATCH) {
                    network.load(&training, first..training.len().min(first + BATCH))?;
                    network.graph.forward();
                    if backward {
                        network.graph.backward(network.loss);
                    }
                }
            }
            times.push(now() - start);
        }
        let start = now();
        for _ in 0..PASSES {
            observatory.take(&parameters, &training, 0)?;
        }
        census.push(now() - start);
    }
    let (forward, both, census) = (median(forward), median(both), median(census));
    let rate = |seconds: f64| (PASSES * training.len()) as f64 / seconds;
    println!("forward             {:9.0} images/s", rate(forward));
    println!("forward + backward  {:9.0} images/s", rate(both));
    println!("census              {:9.0} images/s", rate(census));
    println!("census / forward    {:9.3}", census / forward);
    Ok(())
}
