use super::*;

const SHARES: [f64; 8] = [0.0, 0.1, 0.0, 0.3, f64::NAN, 0.05, 0.2, 0.1];

fn both() -> [Inference; 2] {
    let bootstrap = Bootstrap::new(8, 0);
    [
        Inference::resampled(bootstrap.clone()),
        Inference::student(bootstrap),
    ]
}

#[test]
fn both_say_the_same_values_and_t_reaches_further() {
    let [resampled, student] = both();
    let (one, other) = (
        resampled.mean_of_shares(&SHARES),
        student.mean_of_shares(&SHARES),
    );
    assert!((one.value - other.value).abs() < 1e-15);
    assert!(other.interval95.high > one.interval95.high && other.interval95.low > 0.0);
    let (one, other) = (resampled.mean(&SHARES), student.mean(&SHARES));
    assert!((one.value - other.value).abs() < 1e-15);
    assert!(other.interval997.low < one.interval997.low);
    // The jackknife of a mean is the mean's own t.
    let list = SHARES.to_vec();
    let found = student.of([&list], |on| mean_at(&SHARES, on));
    assert!((found.interval95.low - other.interval95.low).abs() < 1e-12);
    let log = student.of_positive([&list], |on| mean_at(&SHARES, on));
    assert!((log.value - found.value).abs() < 1e-15 && log.interval997.low > 0.0);
    let share = student.of_share([&list], |on| mean_at(&SHARES, on));
    assert!((share.value - found.value).abs() < 1e-15);
    assert!(share.interval997.low > 0.0 && share.interval997.high < 1.0);
}

#[test]
fn where_nothing_happens_the_limit_is_of_networks() {
    let [resampled, student] = both();
    let none: Vec<Part> = (0..20).map(|replicate| (replicate, 0.0, 80.0)).collect();
    assert!((student.limit_of_networks(&none) - 0.1684).abs() < 5e-5);
    assert!(resampled.limit_of_networks(&none).is_nan());
    assert!(!student.ratio(&none).interval95.is_defined());
    let all: Vec<Part> = (0..20).map(|replicate| (replicate, 8.0, 8.0)).collect();
    assert!((student.limit_of_networks(&all) - 0.8316).abs() < 5e-5);
    assert!(student.limit_of_networks(&[(0, 1.0, 2.0)]).is_nan());
    assert!(student.limit_of_networks(&[]).is_nan());
}

#[test]
fn where_a_side_agrees_the_difference_may_be_none() {
    let [_, student] = both();
    let (none, rare) = ([0.0; 8], [0.0, 0.0, 0.0125, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let found = student.difference(Of::Shares, &rare, &none, false);
    assert!(
        found.interval95.low < 0.0 && found.interval95.high > 0.0,
        "{found:?}"
    );
    let paired = student.difference(Of::Proportions, &rare, &none, true);
    assert!(paired.interval95.low < 0.0 && paired.interval95.high > 0.0);
    let often: Vec<f64> = (1..9).map(|one| f64::from(one) / 80.0).collect();
    let found = student.difference(Of::Shares, &often, &rare, false);
    assert!(found.interval95.low > 0.0 && found.interval997.is_defined());
}

#[test]
fn a_difference_of_shares_ends_where_shares_do() {
    let [_, student] = both();
    let (all, nearly) = ([1.0; 8], [0.0, 0.0, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0]);
    for of in [Of::Shares, Of::Proportions] {
        for paired in [false, true] {
            let found = student.difference(of, &all, &nearly, paired);
            assert!(
                found.value < 1.0 && found.interval997.high == 1.0,
                "{found:?}"
            );
        }
    }
    let found = student.difference(Of::Numbers, &all, &nearly, false);
    assert!(found.interval997.high > 1.0);
}

#[test]
fn a_size_ends_at_0() {
    let [_, student] = both();
    let list = [0.0, 0.9, 0.0, 0.0, 0.0, 0.1, 0.0, 0.0].to_vec();
    let mean = |on: &Replicates| mean_at(&list, on);
    let (any, size) = (student.of([&list], mean), student.of_size([&list], mean));
    assert!(any.interval95.low < 0.0 && any.interval997.low < 0.0);
    assert_eq!((size.interval95.low, size.interval997.low), (0.0, 0.0));
    assert_eq!(size.interval95.high, any.interval95.high);
    assert_eq!(size.value, any.value);
}

#[test]
fn few_networks_have_points() {
    let [_, student] = both();
    let few = &SHARES[..4];
    for bounds in [
        student.mean(few),
        student.mean_of_shares(few),
        student.ratio(&[(0, 1.0, 2.0), (1, 0.0, 2.0), (2, 1.0, 4.0)]),
        student.difference(Of::Numbers, &SHARES, few, false),
        student.of([&few.to_vec()], |on| mean_at(few, on)),
    ] {
        assert!(bounds.value.is_finite() && !bounds.interval95.is_defined());
    }
    let enough = student.difference(Of::Numbers, &SHARES, &SHARES[3..], false);
    assert!(!enough.interval95.is_defined());
}
