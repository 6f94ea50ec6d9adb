use super::*;

fn outcome(claim: Claim, kind: Kind, (low95, high95): (f64, f64)) -> Outcome {
    let prediction = Prediction {
        id: "p".into(),
        kind,
        sentence: String::new(),
        source: String::new(),
        estimate: "e".into(),
        claim,
        minimum_replicates: 8,
    };
    let estimate = Estimate {
        name: "e".into(),
        description: String::new(),
        value: f64::midpoint(low95, high95),
        n: 16,
        low95,
        high95,
        low997: low95 - 0.1,
        high997: high95 + 0.1,
        events: None,
        opportunities: None,
    };
    judge(&prediction, &estimate).outcome
}

#[test]
fn the_whole_interval_decides() {
    let at_least = Claim::AtLeast(0.4);
    assert_eq!(
        outcome(at_least, Kind::Exploratory, (0.45, 0.5)),
        Outcome::Supported
    );
    assert_eq!(
        outcome(at_least, Kind::Primary, (0.45, 0.5)),
        Outcome::Undecided
    );
    assert_eq!(
        outcome(at_least, Kind::Primary, (0.1, 0.2)),
        Outcome::Refuted
    );
    assert_eq!(
        outcome(Claim::AtMost(0.4), Kind::Primary, (0.1, 0.2)),
        Outcome::Supported
    );
    let within = Claim::Within([-0.01, 0.01]);
    assert_eq!(
        outcome(within, Kind::Exploratory, (-0.005, 0.01)),
        Outcome::Supported
    );
    assert_eq!(
        outcome(within, Kind::Exploratory, (0.0, 0.02)),
        Outcome::Undecided
    );
    assert_eq!(
        outcome(within, Kind::Exploratory, (0.02, 0.03)),
        Outcome::Refuted
    );
    assert_eq!(
        outcome(at_least, Kind::Primary, (f64::NAN, 1.0)),
        Outcome::Undecided
    );
    assert_eq!(
        outcome(at_least, Kind::Primary, (f64::NAN, 0.1)),
        Outcome::Refuted
    );
}

#[test]
fn a_strict_claim_is_not_shown_by_an_interval_that_ends_at_its_threshold() {
    let judged = |claim, ends| outcome(claim, Kind::Exploratory, ends);
    assert_eq!(judged(Claim::Above(0.0), (0.1, 0.2)), Outcome::Supported);
    assert_eq!(judged(Claim::Above(0.0), (0.0, 0.2)), Outcome::Undecided);
    assert_eq!(judged(Claim::Above(0.0), (0.0, 0.0)), Outcome::Refuted);
    assert_eq!(judged(Claim::Below(0.0), (-0.2, -0.1)), Outcome::Supported);
    assert_eq!(judged(Claim::Below(0.0), (-0.2, 0.0)), Outcome::Undecided);
    assert_eq!(judged(Claim::Below(0.0), (0.0, 0.1)), Outcome::Refuted);
}

#[test]
fn undecided_has_a_reason() {
    let prediction = Prediction {
        id: "p".into(),
        kind: Kind::Primary,
        sentence: String::new(),
        source: String::new(),
        estimate: "e".into(),
        claim: Claim::AtLeast(0.4),
        minimum_replicates: 8,
    };
    let estimate = Estimate {
        name: "e".into(),
        description: String::new(),
        value: 0.4,
        n: 16,
        low95: 0.35,
        high95: 0.45,
        low997: 0.3,
        high997: 0.5,
        events: None,
        opportunities: None,
    };
    let reason = |estimate: Estimate| judge(&prediction, &estimate).reason;
    let sides = reason(estimate.clone()).unwrap();
    assert!(sides.contains("both sides"));
    let few = Estimate {
        n: 2,
        ..estimate.clone()
    };
    assert_eq!(reason(few).unwrap(), "2 replicates, 8 needed");
    let open = Estimate {
        low997: f64::NAN,
        ..estimate.clone()
    };
    assert!(reason(open).unwrap().contains("too few working networks"));
    let undefined = Estimate {
        value: f64::NAN,
        low997: f64::NAN,
        ..estimate.clone()
    };
    assert!(reason(undefined).unwrap().contains("undefined"));
    let clear = Estimate {
        low997: 0.41,
        ..estimate
    };
    assert_eq!(reason(clear), None);
}

#[test]
fn an_exact_claim_needs_its_opportunities_and_falls_by_one_event() {
    let mut prediction = Prediction {
        id: "p".into(),
        kind: Kind::Exploratory,
        sentence: String::new(),
        source: String::new(),
        estimate: "e".into(),
        claim: Claim::Never(50),
        minimum_replicates: 0,
    };
    let mut estimate = Estimate {
        name: "e".into(),
        description: String::new(),
        value: 0.0,
        n: 16,
        low95: f64::NAN,
        high95: f64::NAN,
        low997: f64::NAN,
        high997: f64::NAN,
        events: Some(0),
        opportunities: Some(50),
    };
    let judged = |p: &Prediction, e: &Estimate| judge(p, e).outcome;
    assert_eq!(judged(&prediction, &estimate), Outcome::Supported);
    prediction.minimum_replicates = 17;
    assert_eq!(judged(&prediction, &estimate), Outcome::Undecided);
    prediction.minimum_replicates = 0;
    estimate.opportunities = Some(49);
    assert_eq!(judged(&prediction, &estimate), Outcome::Undecided);
    estimate.events = Some(1);
    assert_eq!(judged(&prediction, &estimate), Outcome::Refuted);
}

#[test]
fn an_estimate_that_does_not_exist_is_named() {
    let prediction = Prediction {
        id: "p".into(),
        kind: Kind::Primary,
        sentence: String::new(),
        source: String::new(),
        estimate: "lost".into(),
        claim: Claim::AtMost(1.0),
        minimum_replicates: 0,
    };
    let error = judge_all(&[prediction], &[]).unwrap_err();
    assert!(error.to_string().contains("`lost`"));
}
