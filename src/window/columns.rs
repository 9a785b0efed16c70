//! The columns that are shown, and others in their place: files that are open are read again for them, beside the rows that are
//! there, whose picture stays until the others are complete.

use super::camera::Camera;
use super::chooser::Chooser;
use super::look::{Grouping, Shape};
use super::open::Opened;
use super::session::{Name, Session};
use crate::data::{Cut, Quantity, Reduction, Scale};
use crate::error::{Error, Result};
use crate::source::{Field, FieldKind, Selection};

/// Files, and which of their columns are shown.
pub(super) struct Shown {
    pub opened: Opened,
    pub selection: Selection,
}

/// What a column can be beside x and y.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Weights,
    Category,
}

impl Role {
    /// Whether a column can be that.
    fn takes(self, field: &Field) -> bool {
        match self {
            Self::Weights => field.kind.is_numeric(),
            Self::Category => field.kind.is_category(),
        }
    }

    /// The column that is that.
    pub fn of(self, selection: Selection) -> Option<usize> {
        match self {
            Self::Weights => selection.weights,
            Self::Category => selection.category,
        }
    }
}

impl Session {
    /// What is shown, or will be once it is read.
    pub fn chosen(&self) -> Option<&Shown> {
        self.reading.as_ref().or(self.shown.as_ref())
    }

    /// The columns that can be that, with their names; none where the points came from memory.
    pub fn columns(&self, role: Role) -> Vec<(usize, String)> {
        let fields = self.chosen().map_or(&[][..], |shown| shown.opened.fields());
        let named = fields.iter().enumerate().filter(|(_, field)| role.takes(field));
        named.map(|(column, field)| (column, field.name.clone())).collect()
    }

    /// Takes this column for the weights or the categories, or none.
    pub fn choose(&mut self, role: Role, column: Option<usize>) {
        let Some(shown) = self.chosen() else { return };
        // The other one stays.
        self.read_again(match role {
            Role::Weights => Selection { weights: column, ..shown.selection },
            Role::Category => Selection { category: column, ..shown.selection },
        });
    }

    /// Takes the next column for the weights or the categories; after the last one none.
    pub fn next_column(&mut self, role: Role) {
        let columns: Vec<usize> = self.columns(role).into_iter().map(|(column, _)| column).collect();
        if columns.is_empty() {
            let what = if role == Role::Weights { "weights" } else { "categories" };
            return self.notices.tell(format!("no columns to take {what} from"));
        }
        let now = self.chosen().and_then(|shown| role.of(shown.selection));
        let next = columns.into_iter().find(|column| now.is_none_or(|now| *column > now));
        self.choose(role, next);
    }

    /// Opens the list of columns.
    pub fn list_columns(&mut self) {
        match self.chosen() {
            Some(Shown { opened, selection }) => {
                self.chooser = Some(Chooser::again(opened.again(), *selection))
            }
            None => self.notices.tell("no file is open whose columns could be chosen"),
        }
    }

    /// Reads the files again for other columns. What is shown stays until all rows are there.
    pub fn read_again(&mut self, selection: Selection) {
        let Some(shown) = &self.shown else { return };
        if selection == shown.selection {
            self.reading = None;
            return self.studio.stay();
        }
        match self.begin(shown, selection) {
            Ok(reading) => self.reading = Some(reading),
            Err(error) => self.notices.alert(error.to_string()),
        }
    }

    /// Begins to read files for other columns, by a thread of its own: finding the columns may take a while.
    fn begin(&self, shown: &Shown, selection: Selection) -> Result<Shown> {
        let opened = shown.opened.again();
        if !opened.is_rereadable {
            return Err(Error::usage(
                "standard input cannot be read again: name the columns on the command line, with --category or --weights",
            ));
        }
        let reading = Shown { opened, selection };
        let time = reading.times(self.is_last_by_time)?;
        let (files, fields) = (shown.opened.files.clone(), shown.opened.fields().to_vec());
        let feed = self.studio.beside();
        feed.progress(Some(0.0));
        std::thread::spawn(move || {
            let read = || -> Result<()> {
                let mut fresh = Opened::new(files)?;
                if fresh.fields() != fields {
                    let name = fresh.name();
                    return Err(Error::data(format!("the columns of {name} have changed: open it again")));
                }
                fresh.input.take().map_or(Ok(()), |input| input.read(selection, time, feed.clone()))
            };
            read().unwrap_or_else(|error| feed.fail(&error));
        });
        Ok(reading)
    }

    /// Shows the rows that were read for other columns, once all of them are there.
    pub fn take_columns(&mut self) {
        let (Some(_), Some(asked)) = (&self.reading, &self.asked) else { return };
        let pixels = asked.pixels;
        match (self.state.ready, self.state.loading) {
            (Some(totals), _) => {
                self.reading.take().into_iter().for_each(|read| self.describe(read));
                self.keep_home(totals);
                let request = self.request(pixels);
                self.studio.exchange(request.clone());
                self.asked = Some(request);
                self.inspected.into_iter().for_each(|region| self.inspect(region));
            }
            // They could not be read.
            (None, None) => self.reading = None,
            (None, Some(_)) => {}
        }
    }

    /// Says what the rows are from now on, where that is something else than before.
    pub fn describe(&mut self, shown: Shown) {
        let Shown { opened, selection } = &shown;
        let before = self.shown.take().map(|before| before.selection);
        // Limits that were asked for hold for the first files.
        let limits = self.origin.is_none().then_some(self.look.limits());
        self.origin = Some(opened.origin(*selection));
        if before.is_none_or(|before| (before.x, before.y) != (selection.x, selection.y)) {
            self.describe_axes(opened, *selection);
            if before.is_some() {
                self.look_anew();
            }
        }
        self.look.weights = selection.weights.map(|column| opened.axis(column).text);
        if before.is_none_or(|before| before.category != selection.category) {
            self.describe_categories(opened, *selection);
        }
        self.describe_reduction(before.is_some_and(|before| before.weights == selection.weights));
        limits.into_iter().for_each(|limits| self.look.set_limits(limits));
        self.margins = Default::default();
        self.shown = Some(shown);
    }

    fn describe_axes(&mut self, opened: &Opened, selection: Selection) {
        // What was said on the command line holds for the first files.
        let label = |given: &mut Option<String>, name: Name| match given.take() {
            Some(text) => Name { text, ..name },
            None => name,
        };
        let (x, y) = (opened.axis(selection.x), opened.axis(selection.y));
        self.names = (label(&mut self.labels.0, x), label(&mut self.labels.1, y));
    }

    /// Forgets where the view was: the axes are others.
    fn look_anew(&mut self) {
        let fitting =
            |scale, name: &Name| if name.quantity == Quantity::Time { Scale::Linear } else { scale };
        let (x, y) = self.look.scales;
        self.look.scales = (fitting(x, &self.names.0), fitting(y, &self.names.1));
        (self.range, self.inspected) = (None, None);
        self.studio.inspect(None);
        // It moves to where the rows are as soon as that is known.
        self.camera = Camera::new(self.camera.region(), self.look.scales);
    }

    fn describe_categories(&mut self, opened: &Opened, selection: Selection) {
        // How categories are told apart was said of the column that was named.
        let is_named = opened.category() == selection.category;
        let grouping = if is_named { self.grouping.clone() } else { usual_grouping(opened, selection) };
        let name = selection.category.map(|column| opened.axis(column).text);
        self.categories = name.map(|name| Grouping { name, ..grouping });
        self.group(self.categories.clone());
    }

    /// What is made of the rows: what was asked for, of weights that stay what it was, and else what the commands make unless told.
    fn describe_reduction(&mut self, weights_stay: bool) {
        let is_weighted = self.look.weights.is_some();
        let usual = match self.look.shape {
            _ if !is_weighted => Reduction::Count,
            Shape::Rectangles => Reduction::Sum,
            Shape::Hexagons => Reduction::Mean,
        };
        let given = self.reduction.take().filter(|reduction| is_weighted || !reduction.needs_weights());
        let wanted = given.or(weights_stay.then_some(self.look.reduction));
        self.set_reduction(wanted.filter(|reduction| self.mixes(*reduction)).unwrap_or(usual));
    }
}

/// Whether the categories are numbers.
fn are_numbers(opened: &Opened, selection: Selection) -> bool {
    let field = selection.category.and_then(|column| opened.fields().get(column));
    field.is_some_and(|field| field.kind == FieldKind::Number)
}

/// Numbers are cut, as they need not be whole; what else can be a category is one as it is.
fn usual_grouping(opened: &Opened, selection: Selection) -> Grouping {
    const BINS: usize = 5;
    let cut = if are_numbers(opened, selection) { Cut::Bins(BINS) } else { Cut::Values };
    Grouping { cut, ..Grouping::default() }
}

impl Shown {
    /// Whether the categories are numbers, which can be cut.
    pub fn can_cut(&self) -> bool {
        are_numbers(&self.opened, self.selection)
    }

    /// The column of the times by which rows are let go, if they are.
    ///
    /// # Errors
    /// If there should be one and is not.
    pub fn times(&self, is_last_by_time: bool) -> Result<Option<usize>> {
        let time = self.opened.time(self.selection).filter(|_| is_last_by_time);
        if is_last_by_time && time.is_none() {
            return Err(Error::usage("--last of a time needs a column of times: name one with --time"));
        }
        Ok(time)
    }
}
