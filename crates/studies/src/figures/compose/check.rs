//! What of a figure's specification is wrong whatever its tables will hold.

use crate::figures::block::Side;
use crate::figures::spec::{Channel, FigureSpec, LayerMark, Mark, PanelSpec, ScaleType};
use crate::messages::hint;

/// Something that a specification asks for and that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key below `figures.NAME`: `panels[1].encoding.x.field`; panels count from 0 here.
    pub key: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`: {}", self.key, self.reason)
    }
}

/// All that can be said before there is a result: tables and columns that are not there, words
/// that a kind does not have, axes without length. `tables` are names with their columns, where
/// these are known.
pub fn check(spec: &FigureSpec, tables: &[(&str, Option<Vec<&str>>)]) -> Vec<Problem> {
    let mut found = Found(Vec::new());
    if spec.panels.is_empty() {
        found.add("panels", "a figure has at least one panel".into());
    }
    if spec.across == Some(0) {
        found.add("across", "at least one panel stands beside the edge".into());
    }
    for (index, panel) in spec.panels.iter().enumerate() {
        let at = |key: &str| format!("panels[{index}].{key}");
        found.panel(panel, tables, &at);
    }
    found.0
}

/// The columns by which a panel tells its marks apart; nothing where several may stand at one
/// place.
pub fn places(panel: &PanelSpec) -> Option<Vec<&str>> {
    if panel.mark == Mark::Scatter {
        return None;
    }
    let value = panel.value_side();
    let sides = [Side::X, Side::Y].into_iter();
    let sides = sides.filter(|side| value != Some(*side));
    let axes = sides.map(|side| panel.channel(side));
    let color = panel.encoding.color.iter().filter(|_| !panel.shaded());
    let frames = panel.encoding.row.iter().chain(&panel.encoding.column);
    let channels = axes.chain(color).chain(frames);
    Some(
        channels
            .flat_map(|own| own.field.names())
            .map(String::as_str)
            .collect(),
    )
}

struct Found(Vec<Problem>);

impl Found {
    fn add(&mut self, key: &str, reason: String) {
        self.0.push(Problem {
            key: key.into(),
            reason,
        });
    }

    fn panel(
        &mut self,
        panel: &PanelSpec,
        tables: &[(&str, Option<Vec<&str>>)],
        at: &dyn Fn(&str) -> String,
    ) {
        self.columns(panel, tables, at);
        for (name, channel) in panel.encoding.channels() {
            self.channel(channel, name, &at(&format!("encoding.{name}")));
        }
        let height = panel.height.unwrap_or(30.0);
        if !(4.0..=240.0).contains(&height) {
            self.add(
                &at("height"),
                format!("4 to 240 mm fit on a page, not {height}"),
            );
        }
        for (index, layer) in panel.layers.iter().enumerate() {
            let key = at(&format!("layers[{index}].mark"));
            let tiles = panel.mark == Mark::Tiles;
            if (layer.mark == LayerMark::Text) != tiles {
                let own = if tiles {
                    "text"
                } else {
                    "line, band, interval"
                };
                let (mark, panel) = (layer.mark.name(), panel.mark.name());
                let reason = format!("a layer of {panel} is {own}, not {mark}");
                self.add(&key, reason);
            }
        }
        for (index, rule) in panel.rules.iter().enumerate() {
            let given = [rule.x.is_some(), rule.y.is_some(), rule.diagonal];
            if given.into_iter().filter(|given| *given).count() != 1 {
                let key = at(&format!("rules[{index}]"));
                self.add(&key, "has one of `x`, `y` and `diagonal`".into());
            }
        }
        let shade = panel.encoding.color.as_ref();
        if panel.mark == Mark::Tiles && shade.is_none() {
            let reason = "tiles are shaded by a number: `{ field = \"value\" }`";
            self.add(&at("encoding.color"), reason.into());
        }
        for (side, name) in [(Side::X, "x"), (Side::Y, "y")] {
            if panel.value_side() == Some(side) && panel.channel(side).scale.negative {
                let key = at(&format!("encoding.{name}.scale.negative"));
                self.add(&key, "values with intervals keep their sign".into());
            }
            let ordinal = panel.scale_type(side) == ScaleType::Ordinal;
            let key = at(&format!("encoding.{name}.scale.type"));
            if panel.value_side() == Some(side) && ordinal {
                self.add(&key, "the axis of values is not one of levels".into());
            }
            let rows = match panel.mark {
                Mark::Tiles => true,
                Mark::Forest | Mark::Raster => side == Side::Y,
                _ => false,
            };
            if rows && !ordinal {
                let mark = panel.mark.name();
                self.add(&key, format!("this axis of {mark} is always of levels"));
            }
        }
    }

    /// The table and every column that is named.
    fn columns(
        &mut self,
        panel: &PanelSpec,
        tables: &[(&str, Option<Vec<&str>>)],
        at: &dyn Fn(&str) -> String,
    ) {
        let Some((_, known)) = tables.iter().find(|(name, _)| *name == panel.table) else {
            let names: Vec<&str> = tables.iter().map(|(name, _)| *name).collect();
            let hint = hint(&panel.table, names);
            self.add(&at("table"), format!("no table `{}`{hint}", panel.table));
            return;
        };
        let Some(known) = known else { return };
        let mut wanted: Vec<(String, &str)> = Vec::new();
        for column in panel.filter.keys() {
            wanted.push((at("where"), column));
        }
        for column in panel.least.keys() {
            wanted.push((at("least"), column));
        }
        for (index, layer) in panel.layers.iter().enumerate() {
            for column in layer.filter.keys() {
                wanted.push((at(&format!("layers[{index}].where")), column));
            }
            let own = layer.ends.iter().flatten().chain(&layer.field);
            for column in own {
                wanted.push((at(&format!("layers[{index}]")), column));
            }
        }
        for (name, channel) in panel.encoding.channels() {
            let key = at(&format!("encoding.{name}.field"));
            for field in channel.field.names() {
                wanted.push((key.clone(), field));
            }
            if let Some(above) = &channel.above {
                wanted.push((at(&format!("encoding.{name}.above.field")), &above.field));
            }
        }
        for (key, column) in wanted {
            if !known.contains(&column) {
                let hint = hint(column, known.iter().copied());
                let table = &panel.table;
                self.add(
                    &key,
                    format!("table `{table}` has no column `{column}`{hint}"),
                );
            }
        }
    }

    fn channel(&mut self, channel: &Channel, name: &str, key: &str) {
        if channel.field.names().is_empty() {
            self.add(&format!("{key}.field"), "names at least one column".into());
        }
        if channel.above.is_some() && name != "x" {
            let reason = "only x has a second scale".into();
            self.add(&format!("{key}.above"), reason);
        }
        if let Some([low, high]) = channel.scale.domain {
            let log = channel.scale.kind == Some(ScaleType::Log);
            let (key, named) = (format!("{key}.scale.domain"), format!("[{low}, {high}]"));
            if !(low.is_finite() && high.is_finite() && low < high) {
                self.add(
                    &key,
                    format!("goes from a number to a larger one, not {named}"),
                );
            } else if log && low <= 0.0 {
                self.add(&key, format!("starts above 0 on a log scale, not {named}"));
            }
        }
    }
}

impl LayerMark {
    /// As it is written.
    fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Band => "band",
            Self::Interval => "interval",
            Self::Text => "text",
        }
    }
}
