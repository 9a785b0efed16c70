//! Files into the window: from the command line, or dropped on it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::chooser::Chooser;
use super::columns::Shown;
use super::session::{Name, Origin, Session};
use super::studio::Wake;
use super::table::Reading;
use super::{Feed, follow, load};
use crate::data::Quantity;
use crate::error::{Error, Result};
use crate::source::{self, Delimiter, Field, Follow, ReadOptions, Selection, Source};

/// Files to be shown: which, how they are read, and what of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub names: Vec<String>,
    pub options: ReadOptions,
    /// Columns as they were named, if they were.
    pub x: Option<String>,
    pub y: Option<String>,
    pub weights: Option<String>,
    pub category: Option<String>,
    /// The column of times, by which rows are let go.
    pub time: Option<String>,
    /// Whether rows are wanted that are written from now on.
    pub follow: bool,
}

/// Files whose columns are known.
pub(crate) struct Opened {
    pub(super) files: Files,
    name: String,
    fields: Vec<Field>,
    /// Whether rows that were read can be read once more.
    pub(super) is_rereadable: bool,
    /// `None` once it is being read.
    pub(super) input: Option<Input>,
}

/// What rows come from.
pub(super) enum Input {
    Source(Box<dyn Source>),
    Live(Box<Follow>),
}

/// Where threads leave what they opened.
pub(super) type Inbox = Arc<Mutex<Vec<Result<Opened>>>>;

impl Opened {
    /// Looks at the columns of files.
    ///
    /// # Errors
    /// If a file cannot be opened, or has no column of a name that was given.
    pub fn new(files: Files) -> Result<Self> {
        let input = match (files.follow, &*files.names) {
            (false, names) => Input::Source(source::open(names, &files.options)?),
            (true, [name]) => Input::Live(Box::new(Follow::open(name, &files.options, &|| false)?)),
            (true, names) => {
                return Err(Error::usage(format!("one file can be followed, or '-', not {}", names.len())));
            }
        };
        let (name, fields, is_rereadable) = match &input {
            Input::Source(source) => (source.name(), source.fields(), source.rereadable()),
            Input::Live(live) => (live.name().to_owned(), live.fields(), files.names != ["-"]),
        };
        let fields = fields.to_vec();
        let opened = Self { files, name, fields, is_rereadable, input: Some(input) };
        let Files { x, y, weights, category, time, .. } = &opened.files;
        for name in [x, y, weights, category, time].into_iter().flatten() {
            source::column(opened.fields(), name, opened.name())?;
        }
        opened.check()?;
        Ok(opened)
    }

    /// Whether the columns that were named can be read.
    fn check(&self) -> Result<()> {
        let (Some(x), Some(y)) = self.named() else { return Ok(()) };
        let selection =
            Selection { weights: self.weights(), category: self.category(), ..Selection::new(x, y) };
        match &self.input {
            Some(Input::Source(source)) => source.check(&selection),
            Some(Input::Live(live)) => live.check(&selection),
            None => Ok(()),
        }
    }

    /// The same files, to be opened again when they are read.
    pub fn again(&self) -> Self {
        let Self { files, name, fields, is_rereadable, .. } = self;
        let (files, name, fields) = (files.clone(), name.clone(), fields.clone());
        Self { files, name, fields, is_rereadable: *is_rereadable, input: None }
    }

    /// What messages call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The columns that were named.
    pub fn named(&self) -> (Option<usize>, Option<usize>) {
        (self.column(&self.files.x), self.column(&self.files.y))
    }

    /// The column of weights that was named.
    pub fn weights(&self) -> Option<usize> {
        self.column(&self.files.weights)
    }

    /// The column of categories that was named.
    pub fn category(&self) -> Option<usize> {
        self.column(&self.files.category)
    }

    /// The column that says how old a row is: the one that was named, or that of x and y that holds times.
    pub fn time(&self, selection: Selection) -> Option<usize> {
        let is_time = |column: &usize| self.fields()[*column].kind.quantity() == Quantity::Time;
        self.column(&self.files.time).or_else(|| [selection.x, selection.y].into_iter().find(is_time))
    }

    /// The column of a name that was given.
    fn column(&self, name: &Option<String>) -> Option<usize> {
        name.as_ref().and_then(|name| source::column(self.fields(), name, "").ok())
    }

    /// How a command line names a column: as it was typed, by its name, or by its number where the name is not enough.
    fn called(&self, column: usize, typed: &Option<String>) -> String {
        if let Some(typed) = typed.as_ref().filter(|_| self.column(typed) == Some(column)) {
            return typed.clone();
        }
        let name = &self.fields()[column].name;
        match source::column(self.fields(), name, "") {
            Ok(found) if found == column => name.clone(),
            _ => column.to_string(),
        }
    }

    /// What the command line reads.
    pub(super) fn origin(&self, selection: Selection) -> Origin {
        let column = |column: usize, typed| (self.called(column, typed), self.axis(column).text);
        let (x, y) = (column(selection.x, &self.files.x), column(selection.y, &self.files.y));
        let weights = selection.weights.map(|weights| column(weights, &self.files.weights).0);
        let category = selection.category.map(|category| column(category, &self.files.category).0);
        let (files, labels, options) = (self.files.names.clone(), (x.1, y.1), typed(&self.files.options));
        Origin { files, weights, category, x: x.0, y: y.0, labels, options }
    }

    /// The same files as a table; `None` if they cannot be read anew.
    pub fn as_table(&self) -> Option<Result<Reading>> {
        let Files { names, options, .. } = &self.files;
        self.can_be_table().then(|| Reading::of_files(names.clone(), options))
    }

    /// Whether there are columns for x and y.
    fn can_be_points(&self) -> bool {
        self.fields().iter().filter(|field| field.kind.is_numeric()).count() >= 2
    }

    /// Whether they can be read anew, as a table.
    pub fn can_be_table(&self) -> bool {
        self.is_rereadable && !self.files.follow
    }

    /// A column in words.
    pub(super) fn axis(&self, column: usize) -> Name {
        let field = &self.fields()[column];
        Name { text: field.name.clone(), quantity: field.kind.quantity() }
    }
}

/// The options of a command line that say how to read.
pub(super) fn typed(options: &ReadOptions) -> Vec<String> {
    let mut line = Vec::new();
    if let Some(delimiter) = options.delimiter {
        let shown = match delimiter {
            Delimiter::Byte(b'\t') => "tab".into(),
            Delimiter::Byte(b' ') => "space".into(),
            Delimiter::Byte(other) => char::from(other).to_string(),
            Delimiter::Whitespace => "whitespace".into(),
        };
        line.extend(["--delimiter".into(), shown]);
    }
    if let Some(decimal) = options.decimal {
        line.extend(["--decimal".into(), char::from(decimal).to_string()]);
    }
    if let Some(comment) = options.comment {
        line.extend(["--comment".into(), char::from(comment).to_string()]);
    }
    if let Some(header) = options.header {
        line.extend(["--header".into(), if header { "yes" } else { "no" }.into()]);
    }
    line
}

impl Input {
    /// Reads rows by a thread of its own.
    ///
    /// # Errors
    /// As [`load`] and [`follow`].
    pub fn read(self, selection: Selection, time: Option<usize>, feed: Feed) -> Result<()> {
        match self {
            Self::Source(source) => load(source, selection, time, feed),
            Self::Live(live) => follow(*live, selection, time, feed),
        }
    }
}

impl Session {
    /// Shows files, or asks which columns; as a table where there are not two to choose from.
    pub fn open(&mut self, opened: Opened) {
        match opened.named() {
            (Some(x), Some(y)) => {
                let (weights, category) = (opened.weights(), opened.category());
                let selection = Selection { weights, category, ..Selection::new(x, y) };
                self.show(opened, selection);
            }
            // What has not two columns of numbers is a table, if it is anything: an array of many columns in an archive.
            (None, None) if !opened.can_be_points() => match opened.as_table() {
                Some(Ok(reading)) => self.show_table(reading),
                _ => self.chooser = Some(Chooser::new(opened)),
            },
            _ => self.chooser = Some(Chooser::new(opened)),
        }
    }

    /// Shows two columns: forgets what was shown, and reads them beside everything else. Files that are shown already are read again for
    /// other columns.
    pub fn show(&mut self, mut opened: Opened, selection: Selection) {
        self.leave_table();
        // Rows without a category are seen where categories are not looked at.
        let selection = selection.with_uncategorized();
        let Some(input) = opened.input.take() else { return self.read_again(selection) };
        if self.origin.is_some() || self.studio.rows() > 0 {
            self.studio.clear();
            self.inspected = None;
        }
        (self.shown, self.reading) = (None, None);
        let shown = Shown { opened, selection };
        let time = shown.times(self.is_last_by_time);
        self.describe(shown);
        let started = time.and_then(|time| input.read(selection, time, self.studio.feed()));
        started.unwrap_or_else(|error| self.notices.alert(error.to_string()));
    }

    /// Opens a file on a thread of its own: finding its columns may take a while.
    pub fn open_later(&self, path: PathBuf) {
        let (inbox, wake): (Inbox, Wake) = (self.inbox.clone(), self.wake.clone());
        std::thread::spawn(move || {
            let name = path.to_str().map(str::to_owned);
            let name = name.ok_or_else(|| Error::io("read", &path, "its name is not UTF-8; rename it"));
            let opened = name.and_then(|name| Opened::new(Files { names: vec![name], ..Files::default() }));
            inbox.lock().unwrap_or_else(PoisonError::into_inner).push(opened);
            wake();
        });
    }

    /// Takes what was opened since.
    pub fn take_opened(&mut self) {
        let opened = std::mem::take(&mut *self.inbox.lock().unwrap_or_else(PoisonError::into_inner));
        for opened in opened {
            match opened {
                Ok(opened) => {
                    self.range = None;
                    self.open(opened);
                }
                Err(error) => self.notices.alert(error.to_string()),
            }
        }
    }
}
