//! Files into the window: from the command line, or dropped on it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::chooser::Chooser;
use super::session::{Name, Origin, Session};
use super::studio::{Feed, Wake};
use crate::data::Points;
use crate::error::{Error, Result};
use crate::source::{self, ReadOptions, Selection, Sink, Source};

/// Files to be shown: which, how they are read, and what of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub names: Vec<String>,
    pub options: ReadOptions,
    /// Columns as they were named, if they were.
    pub x: Option<String>,
    pub y: Option<String>,
}

/// Files whose columns are known.
#[derive(Clone)]
pub(crate) struct Opened {
    pub files: Files,
    pub source: Arc<dyn Source>,
}

/// Where threads leave what they opened.
pub(super) type Inbox = Arc<Mutex<Vec<Result<Opened>>>>;

impl Opened {
    /// Looks at the columns of files.
    ///
    /// # Errors
    /// If a file cannot be opened, or has no column of a name that was given.
    pub fn new(files: Files) -> Result<Self> {
        let source: Arc<dyn Source> = source::open(&files.names, &files.options)?.into();
        for name in [&files.x, &files.y].into_iter().flatten() {
            source::field(&*source, name)?;
        }
        Ok(Self { files, source })
    }

    /// The column of a name that was given.
    pub fn column(&self, name: &Option<String>) -> Option<usize> {
        name.as_ref().and_then(|name| source::field(&*self.source, name).ok())
    }

    /// How a command line names a column: as it was typed, by its name, or by its number where the name is not enough.
    fn called(&self, column: usize, typed: &Option<String>) -> String {
        if let Some(typed) = typed.as_ref().filter(|_| self.column(typed) == Some(column)) {
            return typed.clone();
        }
        let name = &self.source.fields()[column].name;
        match source::field(&*self.source, name) {
            Ok(found) if found == column => name.clone(),
            _ => column.to_string(),
        }
    }

    fn origin(&self, selection: Selection) -> Origin {
        let mut options = Vec::new();
        if let Some(delimiter) = self.files.options.delimiter {
            let shown = match delimiter {
                b'\t' => "tab".into(),
                b' ' => "space".into(),
                other => char::from(other).to_string(),
            };
            options.extend(["--delimiter".into(), shown]);
        }
        if let Some(header) = self.files.options.header {
            options.extend(["--header".into(), if header { "yes" } else { "no" }.into()]);
        }
        let column = |column: usize, typed| (self.called(column, typed), self.name(column).text);
        let (x, y) = (column(selection.x, &self.files.x), column(selection.y, &self.files.y));
        Origin { files: self.files.names.clone(), x: x.0, y: y.0, labels: (x.1, y.1), options }
    }

    fn name(&self, column: usize) -> Name {
        let field = &self.source.fields()[column];
        Name { text: field.name.clone(), quantity: field.kind.quantity() }
    }
}

impl Session {
    /// Shows files, or asks which columns.
    pub fn open(&mut self, opened: Opened) {
        let chosen = (opened.column(&opened.files.x), opened.column(&opened.files.y));
        match chosen {
            (Some(x), Some(y)) => self.show(&opened, Selection::new(x, y)),
            _ => self.chooser = Some(Chooser::new(opened)),
        }
    }

    /// Shows two columns: forgets what was shown, and reads them beside everything else.
    pub fn show(&mut self, opened: &Opened, selection: Selection) {
        if self.origin.is_some() || self.studio.rows() > 0 {
            self.studio.clear();
            self.inspected = None;
        }
        let (x, y) = (opened.name(selection.x), opened.name(selection.y));
        // What was said on the command line holds for the first files.
        let label = |given: &mut Option<String>, name: Name| match given.take() {
            Some(text) => Name { text, ..name },
            None => name,
        };
        self.names = (label(&mut self.labels.0, x), label(&mut self.labels.1, y));
        self.origin = Some(opened.origin(selection));
        self.margins = Default::default();
        let (source, feed) = (opened.source.clone(), self.studio.feed());
        std::thread::spawn(move || load(&*source, &selection, &feed));
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

/// Reads all rows into the window.
fn load(source: &dyn Source, selection: &Selection, feed: &Feed) {
    feed.progress(Some(0.0));
    let done = source.scan(selection, &Pour(feed));
    feed.progress(None);
    if let Err(error) = done {
        // A feed that is over says nothing: the window has gone on.
        feed.notice(error.to_string());
    }
}

/// From a source to the studio.
struct Pour<'a>(&'a Feed);

impl Sink for Pour<'_> {
    fn take(&self, points: Points<'_>) -> Result<()> {
        self.0.points(points.into_owned())
    }

    fn progress(&self, share: f64) {
        self.0.progress(Some(share as f32));
    }
}
