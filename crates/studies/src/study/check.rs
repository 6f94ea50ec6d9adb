//! Everything that is wrong with the files of a study, as far as it can be known before the first
//! trial.

use super::declared::predictions;
use super::{Study, StudyError};
use crate::analysis::{Analysis, AnalysisError, Columns, Design, Foreseen, Lock};
use crate::messages::{At, Problems};
use crate::prose::{self, Page};
use crate::results::Results;

impl Study {
    /// Everything that is wrong with tables, estimates, figures, captions and sentences, as far as
    /// that can be known from the full design and the recorded tables without their rows.
    pub fn check(&self, design: &Design, blank: &Results) -> Problems {
        let (foreseen, problems) = self.looked_at(design, Some(blank));
        // The same for every version of a study.
        let _ = self.foreseen.set(foreseen);
        problems
    }

    /// The same where study.toml has mistakes, so that the design is not known.
    pub fn check_alone(&self) -> Problems {
        let mut design = Design::default();
        for source in self.declarations().map(|one| &one.source) {
            match predictions(source).as_slice() {
                [] => {}
                known => design = design.judged(source, known),
            }
        }
        self.looked_at(&design, None).1
    }

    /// What is foreseen of a design, and what is wrong; queries are tried where there are tables.
    fn looked_at(&self, design: &Design, blank: Option<&Results>) -> (Foreseen, Problems) {
        let (analysis, mut problems) = Analysis::checked(&self.analysis, design);
        let mut foreseen = Foreseen::default();
        if let Some(analysis) = &analysis {
            let mut columns = Columns::default();
            if let Some(blank) = blank {
                let (given, found) = analysis.check_queries(&self.analysis, blank);
                problems.take(found.or(()));
                columns = given;
            }
            foreseen = analysis.foreseen(design, &columns);
            let found = analysis.check_figures(&self.analysis, &foreseen.shapes);
            problems.take(found.or(()));
        }
        self.check_templates(analysis.as_ref(), &foreseen, &mut problems);
        self.check_lock(&mut problems);
        (foreseen, problems)
    }

    /// What only the results show to be wrong, at its place in analysis.toml.
    pub(super) fn placed(&self, error: AnalysisError) -> StudyError {
        let source = &self.analysis;
        let Some(key) = error.key() else {
            return error.into();
        };
        let words = error.words();
        let (place, of) = key.split_once(": ").unwrap_or((key, ""));
        let mut at: Vec<At<'_>> = match place.split_once('.') {
            Some((section, name)) => vec![At::Key(section), At::Key(name)],
            None => vec![At::Key(place)],
        };
        let name = of.trim_matches('`');
        let named = |index: &usize| {
            let at = [At::Key("estimates"), At::Index(*index), At::Key("name")];
            source.inside(&at).is_some_and(|own| own.text == name)
        };
        if place == "estimates" {
            let all = self.analysis().map_or(0, |own| own.grammar.estimates.len());
            at.extend((0..all).find(named).map(At::Index));
        }
        let title = if of.is_empty() {
            words
        } else {
            format!("{of}: {words}")
        };
        Problems::from(source.error(&at, title)).into()
    }

    fn check_templates(
        &self,
        analysis: Option<&Analysis>,
        foreseen: &Foreseen,
        problems: &mut Problems,
    ) {
        let page = analysis.map_or_else(Page::default, |own| own.page(foreseen, &[], false));
        let figures = analysis.into_iter().flat_map(|own| &own.grammar.figures);
        for (name, figure) in figures {
            problems.take(prose::check(&self.caption(name, figure), &page));
        }
        if let Some(findings) = &self.findings {
            problems.take(prose::check(&prose::Source::of(findings), &page));
        }
    }

    /// What is declared must be readable when it is judged.
    fn check_lock(&self, problems: &mut Problems) {
        for source in self.declarations().filter_map(|one| one.lock.as_ref()) {
            let read = Lock::read(source).and_then(|lock| lock.analysis(source));
            problems.take(read);
        }
    }

    /// What differs between the locks and what analysis.toml says now, a sentence each; nothing
    /// where there is no lock.
    ///
    /// # Errors
    /// If one of the files cannot be read.
    pub fn amended(&self) -> Result<Vec<String>, Problems> {
        let analysis = self.analysis()?;
        let mut differences = Vec::new();
        for declaration in self.declarations() {
            if let Some(lock) = &declaration.lock {
                let known = predictions(&declaration.source);
                let now = Lock::of(&analysis, &known);
                let found = Lock::read(lock)?.differences(&now, &known).into_iter();
                differences.extend(found.map(|one| format!("{} differs: {one}", lock.name())));
            }
        }
        Ok(differences)
    }
}
