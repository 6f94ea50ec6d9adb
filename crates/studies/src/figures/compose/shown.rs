//! What a figure writes and leaves out, of tables that are made up.

use super::compose;
use crate::figures::spec::FigureSpec;
use crate::figures::synthetic::provenance;
use crate::table::Table;

/// A row over networks, or of one.
#[derive(Clone, Copy)]
struct Row {
    group: &'static str,
    measure: &'static str,
    step: i64,
    replicate: &'static str,
    value: f64,
    /// How far its interval reaches to both sides.
    around: f64,
    denominator: f64,
}

fn row(group: &'static str, measure: &'static str, step: i64, value: f64) -> Row {
    Row {
        group,
        measure,
        step,
        replicate: "",
        value,
        around: 0.01,
        denominator: 1.0,
    }
}

/// The picture of one panel of these rows.
fn picture(panel: &str, rows: &[Row]) -> String {
    let reals = |of: fn(&Row) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
    let texts = |of: fn(&Row) -> &'static str| rows.iter().map(|row| of(row).into()).collect();
    let table = Table::new("cells", "Made up.")
        .text("group", "", texts(|row| row.group))
        .text("measure", "", texts(|row| row.measure))
        .integer("step", "", rows.iter().map(|row| row.step).collect())
        .text("replicate", "", texts(|row| row.replicate))
        .real("value", "", reals(|row| row.value))
        .real("low95", "", reals(|row| row.value - row.around))
        .real("high95", "", reals(|row| row.value + row.around))
        .real("denominator", "", reals(|row| row.denominator));
    let text = format!(
        "title = \"x\"\nwidth = 89\ncaption = \"\"\n[[panels]]\ntable = \"cells\"\n{panel}"
    );
    let spec: FigureSpec = toml::from_str(&text).unwrap();
    let figure = compose(
        "x",
        &spec,
        &[table],
        &|_, _| None,
        String::new(),
        &provenance(),
    );
    figure.unwrap().svg
}

/// Whether something is written in a picture.
fn says(svg: &str, words: &str) -> bool {
    svg.contains(&format!(">\n{words}\n"))
}

#[test]
fn a_tile_says_two_numbers_that_happen_to_be_equal() {
    let rows = [row("a", "step", 0, 10.0), row("a", "died", 0, 10.0)];
    let panel = r#"
mark = "tiles"
where = { measure = "step" }
encoding.x = { field = "step" }
encoding.y = { field = "group" }
encoding.color = { field = "value", title = "step" }
layers = [{ mark = "text", where = { measure = "died" }, title = "died", percent = false }]
"#;
    assert!(says(&picture(panel, &rows), "10 died"));
    // The same share again says nothing.
    let shares = panel.replace("title = \"step\"", "scale = { percent = true }");
    let shares = shares.replace(", percent = false", "");
    assert!(!picture(&shares, &rows).contains("died\n"));
}

#[test]
fn areas_tell_zero_from_nothing() {
    let panel = r#"
mark = "areas"
missing = "none measured"
encoding.x = { field = "step" }
encoding.y = { field = "value", scale = { percent = true, domain = [0, 50] } }
encoding.color = { field = "measure" }
encoding.column = { field = "group" }
"#;
    let of = |value: f64| picture(panel, &[0, 9].map(|step| row("a", "dead", step, value)));
    assert!(says(&of(0.0), "0.0%") && says(&of(0.0004), "0.0%"));
    assert!(!of(0.2).contains(">\n0.0%\n"));
    let nothing = of(f64::NAN);
    assert!(says(&nothing, "none measured") && !says(&nothing, "0.0%"));
    // What goes beyond the axis is cut at the edge of the frame.
    let areas = |svg: &str| {
        let areas = svg.lines().filter(|line| line.starts_with("<polygon"));
        areas.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(areas(&of(0.9)), areas(&of(0.5)));
}

#[test]
fn a_panel_names_its_dots_and_leaves_out_shares_of_few() {
    let of = |group, denominator| Row {
        denominator,
        ..row(group, "back", 0, 0.5)
    };
    let network = Row {
        replicate: "1",
        ..of("b", f64::NAN)
    };
    let rows = [of("a", 2.0), of("b", 20.0), network];
    let panel = r#"
mark = "forest"
missing = "of few"
encoding.x = { field = "value" }
encoding.y = { field = "group" }
"#;
    let all = picture(panel, &rows);
    assert!(says(&all, "Single network") && !says(&all, "of few"));
    let pairs = picture(&format!("dots = \"Single pair\"\n{panel}"), &rows);
    assert!(says(&pairs, "Single pair") && !says(&pairs, "Single network"));
    let many = picture(&format!("least = {{ denominator = 20 }}\n{panel}"), &rows);
    assert_eq!(many.matches("of few").count(), 1);
    let none = picture(&format!("dots = false\n{panel}"), &rows);
    assert!(!says(&none, "Single network"));
}

#[test]
fn an_axis_ends_where_what_is_drawn_ends() {
    let picture = |mark: &str, around: f64| {
        let lost = |step| Row {
            around,
            ..row("a", "lost", step, 0.205)
        };
        let died = [0, 9].map(|step| row("a", "died", step, 0.2));
        let panel = format!(
            r#"
mark = "curves"
where = {{ measure = "died" }}
encoding.x = {{ field = "step" }}
encoding.y = {{ field = "value" }}
encoding.color = {{ field = "group" }}
layers = [{{ mark = "{mark}", where = {{ measure = "lost" }} }}]
"#
        );
        picture(&panel, &[died, [0, 9].map(lost)].concat())
    };
    assert_eq!(picture("line", 0.01), picture("line", 0.5));
    assert_ne!(picture("band", 0.01), picture("band", 0.5));
}

#[test]
fn bands_lie_below_all_lines() {
    let rows = ["a", "b"].map(|group| [0, 9].map(|step| row(group, "x", step, 0.2)));
    let panel = r#"
mark = "curves"
encoding.x = { field = "step" }
encoding.y = { field = "value" }
encoding.color = { field = "group" }
"#;
    let svg = picture(panel, &rows.concat());
    let band = svg.rfind("opacity=\"0.18\"").unwrap();
    let line = svg.rfind("stroke=\"#000000\" stroke-width=\"32\"").unwrap();
    assert!(band < line, "{svg}");
}
