//! The rows of a table that a panel shows, and what is said if they lack something.

use super::FigureError;
use super::spec::{Mark, PanelSpec, Where};
use crate::messages::hint;
use crate::table::Table;

/// Which panel of which figure is being drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'a> {
    /// The figure's name.
    pub figure: &'a str,
    /// The panel, counted from 0.
    pub panel: usize,
    /// Its kind.
    pub mark: Mark,
}

impl Site<'_> {
    /// An error that names figure and panel.
    pub fn error(&self, reason: &str) -> FigureError {
        FigureError {
            figure: self.figure.into(),
            reason: format!("panel {} ({}): {reason}", self.panel + 1, self.mark.name()),
        }
    }
}

impl Mark {
    /// As it is written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Forest => "forest",
            Self::Bars => "bars",
            Self::Areas => "areas",
            Self::Curves => "curves",
            Self::Tiles => "tiles",
            Self::Scatter => "scatter",
            Self::Raster => "raster",
        }
    }
}

/// Some rows of a table.
#[derive(Clone, Debug)]
pub(super) struct Rows<'a> {
    pub site: Site<'a>,
    table: &'a Table,
    kept: Vec<usize>,
}

impl<'a> Rows<'a> {
    /// The rows of a panel's table that are as `filter` and, in other columns, as the panel's own
    /// `where` says.
    ///
    /// # Errors
    /// If there is no such table, column or row, or no measure that is asked for.
    pub fn select(
        site: Site<'a>,
        spec: &PanelSpec,
        filter: &Where,
        tables: &'a [Table],
    ) -> Result<Self, FigureError> {
        let table = tables.iter().find(|table| table.name == spec.table);
        let table = table.ok_or_else(|| {
            let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
            let hint = hint(&spec.table, names);
            site.error(&format!("no table `{}`{hint}", spec.table))
        })?;
        let mut all = Self {
            site,
            table,
            kept: (0..table.rows()).collect(),
        };
        let own = spec.filter.iter().filter(|(c, _)| !filter.contains_key(*c));
        for (column, wanted) in own.chain(filter) {
            let cells = all.words(column)?;
            let whole = all.table.words(column).unwrap_or_default();
            for value in wanted.values() {
                if column == "measure" && !whole.iter().any(|cell| value.is(cell)) {
                    let value = value.to_string();
                    let mut known: Vec<&str> = Vec::new();
                    for cell in &whole {
                        if !known.contains(&cell.as_str()) {
                            known.push(cell);
                        }
                    }
                    let hint = hint(&value, known);
                    let name = &table.name;
                    return Err(site.error(&format!(
                        "`where.measure`: table `{name}` has no measure `{value}`{hint}"
                    )));
                }
            }
            let shown = |cell: &str| wanted.values().iter().any(|value| value.is(cell));
            let kept = all.kept.iter().zip(&cells).filter(|(_, cell)| shown(cell));
            all.kept = kept.map(|(row, _)| *row).collect();
            if all.kept.is_empty() {
                let values: Vec<String> = wanted.values().iter().map(ToString::to_string).collect();
                let (name, values) = (&table.name, values.join(", "));
                return Err(site.error(&format!(
                    "no row of table `{name}` is as `where` says: none of those left has \
                     {column} = {values}"
                )));
            }
        }
        if all.kept.is_empty() {
            return Err(site.error(&format!("table `{}` has no rows", table.name)));
        }
        Ok(all)
    }

    /// These rows and others of the same table, in its order.
    pub fn with(&self, others: &Self) -> Self {
        let mut kept = [self.kept.as_slice(), &others.kept].concat();
        kept.sort_unstable();
        kept.dedup();
        Self {
            kept,
            ..self.clone()
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether the table has a column.
    pub fn has(&self, column: &str) -> bool {
        self.table.has(column)
    }

    /// A column as it stands in CSV.
    ///
    /// # Errors
    /// If the table has none of that name.
    pub fn words(&self, column: &str) -> Result<Vec<String>, FigureError> {
        let whole = self.table.words(column);
        let whole = whole.map_err(|_| self.lacking(column))?;
        Ok(self.kept.iter().map(|row| whole[*row].clone()).collect())
    }

    /// A column of numbers; missing ones are NaN.
    ///
    /// # Errors
    /// If the table has none of that name, or it holds words.
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>, FigureError> {
        if !self.has(column) {
            return Err(self.lacking(column));
        }
        if let Ok(whole) = self.table.numbers(column) {
            return Ok(self.kept.iter().map(|row| whole[*row]).collect());
        }
        // A column of factors is text, also where each of its levels is a number.
        let words = self.words(column)?;
        let number = |word: &String| match word.as_str() {
            "" => Ok(f64::NAN),
            word => word.parse().map_err(|_| {
                self.site.error(&format!(
                    "column `{column}` of table `{}` holds `{word}`, which is no number; an axis \
                     of words is `scale = {{ type = \"ordinal\" }}`",
                    self.table.name
                ))
            }),
        };
        words.iter().map(number).collect()
    }

    /// A column of numbers, or NaN throughout if there is none.
    pub fn numbers_if_any(&self, column: &str) -> Result<Vec<f64>, FigureError> {
        if self.has(column) {
            self.numbers(column)
        } else {
            Ok(vec![f64::NAN; self.len()])
        }
    }

    /// The replicate of each row, empty where it is over networks.
    pub fn replicates(&self) -> Result<Vec<String>, FigureError> {
        if self.has("replicate") {
            self.words("replicate")
        } else {
            Ok(vec![String::new(); self.len()])
        }
    }

    /// The columns in which two of the rows differ, but for what was measured.
    pub fn differing(&self, one: usize, other: usize) -> Result<String, FigureError> {
        const MEASURED: [&str; 5] = ["value", "low95", "high95", "standard_deviation", "n"];
        let mut names = Vec::new();
        for column in &self.table.columns {
            let cells = self.words(&column.name)?;
            if !MEASURED.contains(&column.name.as_str()) && cells[one] != cells[other] {
                names.push(format!(
                    "`{}` ({}, {})",
                    column.name, cells[one], cells[other]
                ));
            }
        }
        if names.is_empty() {
            names.push("nothing".into());
        }
        Ok(names.join(", "))
    }

    fn lacking(&self, column: &str) -> FigureError {
        let names: Vec<&str> = self.table.columns.iter().map(|c| c.name.as_str()).collect();
        let hint = hint(column, names);
        let name = &self.table.name;
        self.site
            .error(&format!("table `{name}` has no column `{column}`{hint}"))
    }
}
