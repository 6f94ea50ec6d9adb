//! Made-up results of the true shape, for tests only.

use crate::aggregate::Frame;
use crate::figures::synthetic::provenance;
use crate::study::Results;
use crate::table::Values;

const REPLICATES: i64 = 4;

/// Six arms of two rates and four replicates. Three filters of the first layer are dead in each
/// network, ten of the second and third, of which one comes back each epoch: with own parameters
/// unchanged where the optimizer keeps nothing, else half of them by their inputs.
pub fn results() -> Results {
    let mut trial = 0;
    let (mut trials, mut replicates, mut arms) = (Vec::new(), Vec::new(), Vec::new());
    let (mut rates, mut layers, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let (mut filters, mut quantities, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let names = [
        "plain",
        "momentum",
        "l2-weights",
        "l2-everything",
        "adam",
        "permuted",
    ];
    for (index, arm) in names.into_iter().enumerate() {
        for rate in [0.25, 0.5] {
            for replicate in 0..REPLICATES {
                let keeps = index > 0 && arm != "permuted";
                let mut push = |layer: i64, step: i64, filter, quantity: &str, value: f64| {
                    trials.push(Some(trial));
                    replicates.push(Some(replicate));
                    arms.push(arm.to_owned());
                    rates.push(rate);
                    layers.push(Some(layer));
                    steps.push(Some(step));
                    filters.push(filter);
                    quantities.push(quantity.to_owned());
                    values.push(value);
                };
                for layer in 0..3 {
                    let (dead, revived) = if layer > 0 {
                        (10.0, 1.0)
                    } else {
                        (3.0, f64::from(u8::from(index > 1)))
                    };
                    let unchanged = if keeps { 0.0 } else { revived };
                    for epoch in 1..5 {
                        let step = 45 * epoch;
                        push(layer, step, None, "dead", dead);
                        push(layer, step, None, "revived", revived);
                        push(layer, step, None, "revived_unchanged", unchanged);
                        push(layer, step, None, "changed", f64::from(u8::from(keeps)));
                        if keeps && revived > 0.0 {
                            let inputs = if epoch % 2 == 0 { 1.0 } else { 0.25 };
                            push(layer, step + 3, Some(epoch), "own", 0.5);
                            push(layer, step + 3, Some(epoch), "inputs", inputs);
                        }
                    }
                    push(layer, 900, None, "filters_dead", dead);
                    push(layer, 900, None, "filters_revived", revived);
                    push(
                        layer,
                        900,
                        None,
                        "filters_changed",
                        f64::from(u8::from(keeps)),
                    );
                }
                trial += 1;
            }
        }
    }
    let columns = [
        ("trial", Values::Integer(trials)),
        ("arm", Values::Text(arms)),
        ("replicate", Values::Integer(replicates)),
        ("learning_rate", Values::Real(rates)),
        ("step", Values::Integer(steps)),
        ("layer", Values::Integer(layers)),
        ("filter", Values::Integer(filters)),
        ("quantity", Values::Text(quantities)),
        ("value", Values::Real(values)),
    ];
    let columns = columns
        .into_iter()
        .map(|(name, values)| (name.to_owned(), values));
    let mut provenance = provenance();
    provenance.replicates = REPLICATES as u32;
    Results {
        provenance,
        trials: Frame::default(),
        censuses: Frame::default(),
        filters: Frame::default(),
        probes: Frame::new(columns.collect()).unwrap(),
    }
}
