//! A table in the window: read by a thread of its own, and looked at in place of points.

use std::ops::Range;
use std::sync::Arc;

use super::Feed;
use super::camera::Camera;
use super::load::spawn;
use super::look::Look;
use super::open::typed;
use super::request::Region;
use super::session::{Name, Session};
use super::sheet::Sheet;
use crate::data::{Bounds, Matrix, Norm};
use crate::error::{Error, Result};
use crate::matrix;
use crate::plot::{check_values, heatmap};
use crate::source::{self, ReadOptions};

/// Hears of the share that is read, and may end the reading.
pub(crate) type Hearer<'a> = &'a (dyn Fn(f64) -> Result<()> + Sync);

/// A table that is to be read and shown.
pub(crate) struct Reading {
    /// Where it comes from, as a command line names it.
    pub origin: TableOrigin,
    pub read: Box<dyn FnOnce(Hearer<'_>) -> Result<Made> + Send>,
}

/// Where a table came from, as a command line names it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableOrigin {
    pub files: Vec<String>,
    /// Options that say how it is read and what is made of it.
    pub options: Vec<String>,
}

impl TableOrigin {
    /// Files that are read with these options; `making` says what is made of them.
    pub fn new(files: Vec<String>, options: &ReadOptions, making: Vec<String>) -> Self {
        Self { files, options: making.into_iter().chain(typed(options)).collect() }
    }
}

/// What was made of a table.
pub(crate) struct Made {
    pub matrix: Matrix,
    /// Rows and columns that are looked at first.
    pub rows: Range<usize>,
    pub columns: Range<usize>,
    /// What is not in it.
    pub notes: String,
}

/// The table that a session shows.
#[derive(Debug)]
pub(super) struct Table {
    /// `None` if it came from memory.
    pub origin: Option<TableOrigin>,
    /// Its cells, once they are read.
    pub sheet: Option<Arc<Sheet>>,
}

impl Reading {
    /// Files as they are: the columns of numbers of a table, or an array.
    ///
    /// # Errors
    /// If they cannot be opened.
    pub fn of_files(files: Vec<String>, options: &ReadOptions) -> Result<Self> {
        let opened = source::open_table(&files, options)?;
        let read = move |hearer: Hearer<'_>| {
            let columns: Vec<usize> = opened.columns().collect();
            let matrix = matrix::of_table(opened.read(&columns, hearer)?)?;
            let (rows, columns) = matrix.shape();
            Ok(Made { matrix, rows: 0..rows, columns: 0..columns, notes: String::new() })
        };
        Ok(Self { origin: TableOrigin::new(files, options, Vec::new()), read: Box::new(read) })
    }
}

/// Reads a table into a window by a thread of its own, with its progress; what is wrong is told there.
fn load(reading: Reading, feed: Feed) -> Result<()> {
    feed.progress(Some(0.0));
    spawn("heatbin load", move || {
        let hearer = |share: f64| {
            feed.progress(Some(share as f32));
            if feed.is_over() { Err(Error::interrupted()) } else { Ok(()) }
        };
        let done = (reading.read)(&hearer).and_then(|made| {
            let Made { matrix, rows, columns, notes } = made;
            check_values(&matrix)?;
            feed.sheet(Arc::new(Sheet::new(Arc::new(matrix)).looking_at(&rows, &columns)))?;
            notes.lines().for_each(|note| feed.notice(note.trim_start_matches("heatbin: ")));
            Ok(())
        });
        feed.progress(None);
        if let Err(error) = done {
            feed.notice(error.to_string());
        }
    })
}

impl Session {
    /// Shows a table: forgets what was shown, and reads it beside everything else.
    pub fn show_table(&mut self, reading: Reading) {
        self.lay_table(Some(reading.origin.clone()));
        if let Err(error) = load(reading, self.studio.feed()) {
            self.notices.alert(error.to_string());
        }
    }

    /// Shows a matrix that is in memory.
    pub fn show_matrix(&mut self, matrix: Arc<Matrix>) -> Result<()> {
        check_values(&matrix)?;
        self.lay_table(None);
        let sheet = Arc::new(Sheet::new(matrix));
        self.studio.feed().sheet(sheet.clone())?;
        self.look_at_sheet(sheet);
        Ok(())
    }

    /// Looks at some rows and columns first, of a matrix that is in memory.
    ///
    /// # Errors
    /// If there are not as many.
    pub fn look_first(&mut self, part: (Option<Range<usize>>, Option<Range<usize>>)) -> Result<()> {
        let Some(sheet) = self.table.as_mut().and_then(|table| table.sheet.as_mut()) else { return Ok(()) };
        // The builder of figures says what is wrong with a part.
        let mut plot = heatmap(sheet.matrix().clone());
        if let Some(rows) = &part.0 {
            plot = plot.rows(rows.clone());
        }
        if let Some(columns) = &part.1 {
            plot = plot.columns(columns.clone());
        }
        let (rows, columns) = plot.part()?;
        self.camera.look_at(sheet.span(&rows, &columns));
        Ok(())
    }

    fn lay_table(&mut self, origin: Option<TableOrigin>) {
        self.studio.clear();
        (self.table, self.origin) = (Some(Table { origin, sheet: None }), None);
        (self.inspected, self.surveyed, self.categories) = (None, None, None);
        (self.shown, self.reading) = (None, None);
        // Cells are those of the table; only their colours are chosen.
        let Look { decimation, mut coloring, .. } = self.look.clone();
        coloring.mincnt = None;
        if self.is_norm_usual {
            coloring.norm = Norm::Linear;
        }
        self.look = Look { decimation, coloring, ..Look::default() };
        self.margins = Default::default();
    }

    /// Takes the cells of the table once they are read.
    pub fn take_sheet(&mut self) {
        if self.table.as_ref().is_some_and(|table| table.sheet.is_none())
            && let Some(sheet) = self.studio.sheet()
        {
            self.look_at_sheet(sheet);
        }
    }

    fn look_at_sheet(&mut self, sheet: Arc<Sheet>) {
        let Some(table) = &mut self.table else { return };
        table.sheet = Some(sheet.clone());
        self.camera = Camera::within(sheet.region());
        self.camera.look_at(sheet.first());
        self.asked = None;
        let name = |given: &mut Option<String>, own: &str| Name {
            text: given.take().unwrap_or_else(|| own.to_owned()),
            ..Name::default()
        };
        let matrix = sheet.matrix();
        self.names =
            (name(&mut self.labels.0, &matrix.columns.name), name(&mut self.labels.1, &matrix.rows.name));
    }

    /// Shows points again, from now on.
    pub fn leave_table(&mut self) {
        if self.table.take().is_some() {
            self.studio.clear();
            (self.inspected, self.surveyed) = (None, None);
            self.camera = Camera::new(Region::of(Bounds::EMPTY), self.look.scales);
            if self.is_norm_usual {
                self.look.coloring.norm = Norm::Log;
            }
        }
    }

    /// The cells of the table that is shown.
    pub fn sheet(&self) -> Option<&Arc<Sheet>> {
        self.table.as_ref()?.sheet.as_ref()
    }

    /// Looks at whole cells: those that a figure can show.
    pub fn settle_on_cells(&mut self) {
        let Some(sheet) = self.sheet() else { return };
        let (seen, whole) = (self.camera.region(), sheet.whole(self.camera.region()));
        self.camera.hold();
        if whole != seen {
            self.camera.show(whole);
        }
    }
}
