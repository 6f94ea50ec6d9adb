//! Whether an answer is the one expected.

use std::collections::BTreeSet;

use serde_json::Value;

/// The numbers of a list.
pub fn numbers(value: &Value) -> BTreeSet<u64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect()
}

/// Units that are called dead and are not among those expected: beyond the units that are named, as
/// many may be as the truth counts without naming them.
pub fn falsely_dead(given: &Value, expected: &Value) -> usize {
    let layers = given["layers"].as_array().into_iter().flatten();
    let mut wrong = 0;
    for layer in layers.filter(|layer| layer["is_output"] != true) {
        let known = numbers(&expected["units"][layer["name"].as_str().unwrap_or_default()]);
        let units = layer["units"].as_array().into_iter().flatten();
        let dead = units.filter(|unit| unit["verdict"] == "dead");
        wrong += dead
            .filter(|unit| {
                unit["unit"]
                    .as_u64()
                    .is_some_and(|unit| !known.contains(&unit))
            })
            .count();
    }
    let counted = expected["of"] == "units" && expected["code"] == "dead-units";
    let many = &expected[if counted { "count" } else { "unnamed" }];
    wrong.saturating_sub(many.as_u64().unwrap_or(0) as usize)
}

/// What is expected or given, in words.
pub fn places(value: &Value) -> String {
    if let Some(units) = value["units"].as_object().filter(|units| !units.is_empty()) {
        let layers = units.iter().map(|(layer, units)| {
            let units = numbers(units)
                .iter()
                .map(u64::to_string)
                .collect::<Vec<_>>();
            format!("{layer}: {}", units.join(" "))
        });
        return layers.collect::<Vec<_>>().join("; ");
    }
    match (&value["count"], &value["of"]) {
        (Value::Number(count), Value::String(of)) if count.as_u64() != Some(0) => {
            format!("{count} {of}")
        }
        _ => value["tensors"]
            .as_array()
            .map_or_else(String::new, |tensors| {
                let names = tensors.iter().filter_map(Value::as_str);
                names.collect::<Vec<_>>().join(", ")
            }),
    }
}

/// Whether the places given are those expected.
pub fn places_are_right(given: &Value, expected: &Value) -> bool {
    let tensors = |value: &Value| -> BTreeSet<String> {
        let names = value["tensors"].as_array().into_iter().flatten();
        names
            .filter_map(|own| own.as_str().map(str::to_owned))
            .collect()
    };
    if expected.get("tensors").is_some() && tensors(given) != tensors(expected) {
        return false;
    }
    if let Some(units) = expected["units"].as_object() {
        let given = given["units"].as_object().cloned().unwrap_or_default();
        let same = |layer: &String| given.get(layer).map(numbers) == units.get(layer).map(numbers);
        if given.len() != units.len() || !units.keys().all(same) {
            return false;
        }
    }
    expected
        .get("count")
        .is_none_or(|count| given["count"] == *count && given["of"] == expected["of"])
}

/// Whether code and places are those expected and no unit is called dead falsely.
pub fn is_right(told: &Value, expected: &Value) -> bool {
    let answer = &told["answer"];
    answer["code"] == expected["code"]
        && places_are_right(answer, expected)
        && falsely_dead(told, expected) == 0
}
