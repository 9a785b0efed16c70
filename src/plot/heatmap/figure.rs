//! The figure of a heatmap: names along its axes, numbers in its cells, lines between them.

use std::ops::Range;
use std::sync::Arc;

use super::Heatmap;
#[cfg(feature = "files")]
use crate::data::Values;
use crate::data::{Aggregate, Axis, Clusters, ColorScale, Grid, Matrix, Quantity, Rect};
use crate::error::{Error, Result};
use crate::figure::{Around, Aspect, Colorbar, Figure, FigureAxis};
use crate::plot::style::{Borders, Style, page_setters, table_setters};
use crate::plot::{Drawing, Run};

/// What only heatmaps have of looks.
#[derive(Clone, Debug)]
pub(super) struct Look {
    square: bool,
    /// What the numbers of x and y are, where there are edges.
    quantities: (Quantity, Quantity),
}

impl Default for Look {
    fn default() -> Self {
        Self { square: false, quantities: (Quantity::Number, Quantity::Number) }
    }
}

/// Where the cells of a drawing came from.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "files"), allow(dead_code, reason = "number files alone are written of the table"))]
pub(crate) struct Origins {
    matrix: Arc<Matrix>,
    /// The rows and columns of it that are drawn.
    part: (Range<usize>, Range<usize>),
    is_upper: bool,
    /// How its rows and columns were put in order.
    pub clusters: Option<Arc<Clusters>>,
}

impl Origins {
    /// Rows and columns that are drawn.
    #[cfg(feature = "cli")]
    pub fn shape(&self) -> (usize, usize) {
        (self.part.0.len(), self.part.1.len())
    }

    /// The matrix as it is drawn: without what was masked.
    #[cfg(feature = "files")]
    pub fn drawn(&self, values: &Values) -> Matrix {
        let (rows, columns) = (self.part.0.len(), self.part.1.len());
        let up = |row: usize| if self.is_upper { rows - 1 - row } else { row };
        let value = |nth: usize| values.get((nth % columns) * rows + up(nth / columns));
        let drawn = (0..rows * columns).map(value).collect();
        let (index, names) = (self.matrix.rows.part(&self.part.0), self.matrix.columns.part(&self.part.1));
        Matrix::new(index, names, drawn).expect("there are as many values as before")
    }
}

impl Heatmap {
    /// A heatmap that looks so.
    pub(in crate::plot) fn styled(matrix: Arc<Matrix>, style: Style) -> Self {
        Self { style, ..Self::new(matrix) }
    }

    page_setters!();
    table_setters!();

    /// Makes the cells square; of axes with edges, a unit of y as long as one of x.
    pub fn square(mut self, square: bool) -> Self {
        self.look.square = square;
        self
    }

    /// What the edges of x and of y are: numbers unless given, or times, in days since 1970.
    pub fn quantities(mut self, x: Quantity, y: Quantity) -> Self {
        self.look.quantities = (x, y);
        self
    }

    /// Lays out the figure.
    ///
    /// # Errors
    /// As [`run`](Self::run), or if the page is too small for its labels, or the cells for their numbers or the lines between them.
    pub fn figure(&self) -> Result<Drawing> {
        self.figure_among(Around::default(), None)
    }

    /// The figure with something around it, of cells that were put in order so.
    pub(in crate::plot) fn figure_among(
        &self,
        around: Around,
        clusters: Option<Arc<Clusters>>,
    ) -> Result<Drawing> {
        self.style.page.check()?;
        let run = self.run()?;
        let Run { aggregate: Aggregate { grid, values, .. }, scale, .. } = &run;
        let Grid::Rect(rect) = &**grid else { unreachable!("a matrix has rows and columns") };
        let mut figure = self.laid_out(rect, scale, around)?;
        if let Some(annot) = self.style.labels.annot {
            figure = figure.annotated(rect, values, scale, annot.style(values))?;
        }
        let Borders { width, color } = self.style.borders;
        if !width.is_finite() || width < 0.0 {
            return Err(Error::usage(format!(
                "linewidths must be a number of points, 0 or more, not {width}"
            )));
        }
        if width > 0.0 {
            figure = figure.with_cell_lines(rect, width, color)?;
        }
        let (matrix, part, is_upper) = (self.matrix.clone(), self.part()?, self.is_upper());
        Ok(Drawing::of_matrix(run, figure, Origins { matrix, part, is_upper, clusters }))
    }

    /// The page around cells of these colours, without reading one of them.
    #[cfg(feature = "window")]
    pub(crate) fn page(&self, scale: &ColorScale) -> Result<Figure> {
        self.laid_out(&self.rect()?, scale, Around::default())
    }

    fn laid_out(&self, rect: &Rect, scale: &ColorScale, around: Around) -> Result<Figure> {
        let mut page = self.style.page.clone();
        if self.look.square {
            page.aspect = Aspect::Equal;
        }
        let bar = |label| Colorbar { scale: scale.clone(), label, whole: false, marks: Vec::new() };
        // Given numbers are called nothing.
        let bar = self.style.labels.colorbar.of(String::new).map(bar);
        let (x, y) = self.axes(rect)?;
        Figure::with(page, x, y, Around { colorbar: bar, ..around })
    }

    fn axes(&self, rect: &Rect) -> Result<(FigureAxis, FigureAxis)> {
        let labels = &self.style.labels;
        let axis = |axis: &Axis, label: &String, quantity, names: Option<&[String]>| FigureAxis {
            range: axis.range(),
            scale: axis.scale(),
            quantity,
            label: label.clone(),
            names: names.unwrap_or_default().to_vec(),
            reversed: false,
        };
        let (rows, columns) = self.part()?;
        let (across, down) = (&self.matrix.columns.labels[columns], &self.matrix.rows.labels[rows]);
        let (across, down) =
            (self.edges.0.is_none().then_some(across), self.edges.1.is_none().then_some(down));
        let (x_quantity, y_quantity) = self.look.quantities;
        let x = axis(&rect.x, &labels.x.0, x_quantity, across);
        let y = axis(&rect.y, &labels.y.0, y_quantity, down);
        Ok((x, FigureAxis { reversed: self.is_upper(), ..y }))
    }
}
