//! Heatmaps of a table: its numbers are the cells.

#[cfg(feature = "figure")]
mod figure;

#[cfg(feature = "figure")]
pub(super) use figure::Origins;

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::Run;
use super::style::{Style, color_setters};
use crate::data::zeroed::zeroed;
use crate::data::{
    Aggregate, Axis, Coloring, Colormap, Fit, Grid, Matrix, Raster, Rect, Scale, Tally, Values,
};
use crate::error::{Error, Result};
use crate::shading::{Decimation, Interpolation, Resampling};

/// Draws a matrix: `seaborn.heatmap`, or with edges `matplotlib.pcolormesh`.
///
/// Unless told otherwise the first row is on top, the colormap is rocket (icefire with a [`center`](Heatmap::center)), and a missing value
/// leaves its cell empty.
///
/// ```
/// # #[cfg(feature = "figure")] {
/// # let folder = tempfile::tempdir().unwrap();
/// # let out = folder.path().join("out.png");
/// use heatbin::{Index, Matrix};
///
/// let (rows, columns) = (Index::new(["oak", "elm"]), Index::new(["2023", "2024", "2025"]).named("year"));
/// let matrix = Matrix::new(rows, columns, vec![1.0, 2.0, 3.5, 4.0, f64::NAN, 6.0])?;
/// heatbin::heatmap(matrix).annot(None).linewidths(0.5).cbar_label(Some("trees")).figure()?.save(out)?;
/// # }
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn heatmap(matrix: impl Into<Arc<Matrix>>) -> Heatmap {
    Heatmap::new(matrix.into())
}

/// A heatmap being described; see [`heatmap`]. Nothing is computed before [`aggregate`](Self::aggregate), [`run`](Self::run),
/// [`raster`](Self::raster) or [`figure`](Self::figure).
#[derive(Clone, Debug)]
#[must_use = "a heatmap does nothing until it is asked for its aggregate, raster or figure"]
pub struct Heatmap {
    matrix: Arc<Matrix>,
    style: Style,
    mask: Option<Mask>,
    /// The rows and columns that are drawn, if not all are.
    part: (Option<Range<usize>>, Option<Range<usize>>),
    edges: (Option<Vec<f64>>, Option<Vec<f64>>),
    scales: (Scale, Scale),
    origin: Option<Origin>,
    resampling: Resampling,
    #[cfg(feature = "figure")]
    look: figure::Look,
}

/// Cells that are not drawn, as if they were missing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Mask {
    /// The upper triangle and the diagonal: numpy's `triu`, for correlations.
    Upper,
    /// The lower triangle and the diagonal: numpy's `tril`.
    Lower,
    /// The rows for which this holds.
    Rows(Vec<bool>),
    /// The cells for which this holds, row by row: seaborn's `mask`.
    Cells(Vec<bool>),
}

/// Where the first row lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// On top, as in `seaborn.heatmap`.
    Upper,
    /// At the bottom, as in `matplotlib.pcolormesh`.
    Lower,
}

impl Heatmap {
    fn new(matrix: Arc<Matrix>) -> Self {
        let linear = Scale::Linear;
        #[cfg_attr(not(feature = "figure"), allow(unused_mut, reason = "labels belong to the figure"))]
        let mut style = Style::default();
        #[cfg(feature = "figure")]
        {
            style.labels.x.0.clone_from(&matrix.columns.name);
            style.labels.y.0.clone_from(&matrix.rows.name);
        }
        Self {
            matrix,
            style,
            mask: None,
            part: (None, None),
            edges: (None, None),
            scales: (linear, linear),
            origin: None,
            resampling: Resampling::default(),
            #[cfg(feature = "figure")]
            look: figure::Look::default(),
        }
    }

    color_setters!();

    /// Cells that are not drawn and have no say in the colour scale.
    pub fn mask(mut self, mask: Mask) -> Self {
        self.mask = Some(mask);
        self
    }

    /// Draws these rows alone, counted from 0. They look as among the others, but that limits of colours that are not given are those of
    /// the cells that are drawn; mask and edges are those of the whole matrix.
    ///
    /// ```
    /// use heatbin::{Index, Matrix};
    ///
    /// let matrix = Matrix::new(Index::numbered(3), Index::numbered(2), vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    /// let part = heatbin::heatmap(matrix).rows(1..3).columns(0..1).aggregate()?;
    /// // By columns, from the bottom.
    /// assert_eq!(part.values, heatbin::Values::Given(vec![5.0, 3.0]));
    /// # Ok::<(), heatbin::Error>(())
    /// ```
    pub fn rows(mut self, rows: Range<usize>) -> Self {
        self.part.0 = Some(rows);
        self
    }

    /// Draws these columns alone; see [`rows`](Self::rows).
    pub fn columns(mut self, columns: Range<usize>) -> Self {
        self.part.1 = Some(columns);
        self
    }

    /// Where the columns lie along x, ascending: an edge more than there are columns, or a number each for their middles. Then x is an
    /// axis of numbers. Edges are half way between the middles, and those at the ends as far out as the next are in (matplotlib's
    /// `shading='nearest'`).
    pub fn xedges(mut self, edges: Vec<f64>) -> Self {
        self.edges.0 = Some(edges);
        self
    }

    /// Where the rows lie along y; see [`xedges`](Self::xedges). The first row is at the bottom then unless
    /// [`origin`](Self::origin) says otherwise.
    pub fn yedges(mut self, edges: Vec<f64>) -> Self {
        self.edges.1 = Some(edges);
        self
    }

    /// The scale of x, which must have edges if it is not linear.
    pub fn xscale(mut self, scale: Scale) -> Self {
        self.scales.0 = scale;
        self
    }

    /// The scale of y, which must have edges if it is not linear.
    pub fn yscale(mut self, scale: Scale) -> Self {
        self.scales.1 = scale;
        self
    }

    /// Where the first row lies; on top, or where y has edges at the bottom, unless given.
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// What the pixels between the middles of cells show. Cells that have edges of their own are drawn as they are.
    pub fn interpolation(mut self, interpolation: Interpolation) -> Self {
        self.resampling.interpolation = interpolation;
        self
    }

    /// What a pixel shows of cells that are smaller: their mean unless given.
    pub fn decimation(mut self, decimation: Decimation) -> Self {
        self.resampling.decimation = decimation;
        self
    }

    /// The cells: their grid and values, without those that are masked. Of the rows of the tally there is one for each cell;
    /// those outside are masked.
    ///
    /// # Errors
    /// If the matrix has no values or too many cells, or mask or edges do not suit it.
    pub fn aggregate(&self) -> Result<Aggregate> {
        check_values(&self.matrix)?;
        let (rows, columns) = self.matrix.shape();
        let (drawn_rows, drawn_columns) = self.part()?;
        Grid::check_cells(drawn_rows.len().saturating_mul(drawn_columns.len()))?;
        let grid = Arc::new(Grid::Rect(self.rect()?));
        if self.resampling.interpolation != Interpolation::Nearest && self.edges != (None, None) {
            return Err(Error::usage(
                "interpolation needs cells of one size: leave the edges or the interpolation out",
            ));
        }
        let mask = self.mask.as_ref().map(|mask| mask.checked(rows, columns)).transpose()?;
        Ok(self.cells(grid, (drawn_rows, drawn_columns), mask))
    }

    /// The rows and columns that are drawn.
    pub(crate) fn part(&self) -> Result<(Range<usize>, Range<usize>)> {
        let (rows, columns) = self.matrix.shape();
        let part = |name, part: &Option<Range<usize>>, all: usize| match part {
            None => Ok(0..all),
            Some(part) if part.start < part.end && part.end <= all => Ok(part.clone()),
            Some(Range { start, end }) => Err(Error::usage(format!(
                "{name} {start} to {end} are no part of the table, which has {all}: name some from 0 to {all}"
            ))),
        };
        Ok((part("rows", &self.part.0, rows)?, part("columns", &self.part.1, columns)?))
    }

    /// Where the cells lie that are drawn.
    fn rect(&self) -> Result<Rect> {
        let (rows, columns) = self.matrix.shape();
        let (drawn_rows, drawn_columns) = self.part()?;
        let axis = |name, edges: &Option<Vec<f64>>, (bins, drawn): (usize, Range<usize>), scale| match edges {
            None if scale == Scale::Linear => Axis::linear(0.0, drawn.len() as f64, drawn.len()),
            None => Err(Error::usage(format!(
                "a log scale of {name} needs numbers to place the cells by: give their edges (--{name}-edges)"
            ))),
            Some(edges) => {
                let all = mesh_axis(edges, bins, scale).map_err(|error| error.at(format!("{name} edges")))?;
                if drawn.len() == bins {
                    return Ok(all);
                }
                Axis::from_edges(all.edges()[drawn.start..=drawn.end].to_vec(), scale)
            }
        };
        Ok(Rect {
            x: axis("x", &self.edges.0, (columns, drawn_columns), self.scales.0)?,
            y: axis("y", &self.edges.1, (rows, drawn_rows), self.scales.1)?,
        })
    }

    fn cells(
        &self,
        grid: Arc<Grid>,
        (rows, columns): (Range<usize>, Range<usize>),
        mask: Option<&Mask>,
    ) -> Aggregate {
        /// Columns that a thread fills: several lines of memory of each row are theirs alone.
        const COLUMNS: usize = 64;
        let mut values: Vec<f64> = zeroed(rows.len() * columns.len());
        let stretches = values.par_chunks_mut((COLUMNS * rows.len()).max(1)).enumerate();
        let tallies = stretches.map(|(nth, cells)| {
            let first = columns.start + COLUMNS * nth;
            self.fill(cells, (rows.clone(), first..columns.end.min(first + COLUMNS)), mask)
        });
        let sum = |mut a: Tally, b| {
            a += b;
            a
        };
        let tally = tallies.reduce(Tally::default, sum);
        Aggregate { grid, values: Values::Given(values), tally }
    }

    /// Writes the cells of some columns, each from the bottom.
    fn fill(
        &self,
        cells: &mut [f64],
        (rows, columns): (Range<usize>, Range<usize>),
        mask: Option<&Mask>,
    ) -> Tally {
        /// Rows that are turned into columns at once, so that what is written stays in the cache.
        const BAND: usize = 16;
        let (width, is_upper) = (self.matrix.shape().1, self.is_upper());
        let mut tally = Tally { rows: cells.len() as u64, ..Tally::default() };
        for start in rows.clone().step_by(BAND) {
            for (column, cells) in columns.clone().zip(cells.chunks_exact_mut(rows.len())) {
                for row in start..rows.end.min(start + BAND) {
                    let is_hidden = mask.is_some_and(|mask| mask.hides(row, column, width));
                    let value = if is_hidden { f64::NAN } else { self.matrix.get(row, column) };
                    let up = if is_upper { rows.end - 1 - row } else { row - rows.start };
                    cells[up] = value;
                    tally.outside += u64::from(is_hidden);
                    tally.missing += u64::from(value.is_nan() && !is_hidden);
                }
            }
        }
        tally.binned = tally.rows - tally.outside - tally.missing;
        tally
    }

    /// Whether the first row is on top.
    fn is_upper(&self) -> bool {
        let usual = if self.edges.1.is_some() { Origin::Lower } else { Origin::Upper };
        self.origin.unwrap_or(usual) == Origin::Upper
    }

    /// The cells and their colours.
    ///
    /// # Errors
    /// As [`aggregate`](Self::aggregate), or if the limits or the colormap make no sense.
    pub fn run(&self) -> Result<Run> {
        self.style.check()?;
        let aggregate = self.aggregate()?;
        let mut coloring = self.style.coloring.clone();
        if !self.style.has_own_colors {
            coloring.colormap = usual_colormap(&coloring)?;
        }
        let mut scale = coloring.fit(&aggregate.values)?;
        let (rows, columns) = self.matrix.shape();
        if coloring.fit == Fit::Data && self.part()? != (0..rows, 0..columns) {
            let all = self.cells(aggregate.grid.clone(), (0..rows, 0..columns), self.mask.as_ref());
            scale = coloring.extended(coloring.fit(&all.values)?, &aggregate.values);
        }
        Ok(Run::of_given(aggregate, scale, self.resampling))
    }

    /// The cells as an image of `width` × `height` pixels, without axes.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn raster(&self, width: u32, height: u32) -> Result<Raster> {
        self.run()?.raster(width, height)
    }
}

#[cfg(feature = "cli")]
impl super::Styled for Heatmap {
    fn style(&mut self) -> &mut Style {
        &mut self.style
    }
}

/// Refuses a matrix that has no value.
pub(crate) fn check_values(matrix: &Matrix) -> Result<()> {
    let (rows, columns) = matrix.shape();
    if rows == 0 || columns == 0 {
        return Err(Error::data(format!(
            "there is nothing to draw: the table has {rows} rows and {columns} columns of numbers"
        )));
    }
    if matrix.values().iter().all(|value| value.is_nan()) {
        return Err(Error::data("there is nothing to draw: all values are missing"));
    }
    Ok(())
}

/// seaborn's colormap where nobody chose one: with a centre, one that has two sides.
pub(crate) fn usual_colormap(coloring: &Coloring) -> Result<Colormap> {
    Colormap::named(if coloring.center.is_some() { "icefire" } else { "rocket" })
}

impl Mask {
    fn checked(&self, rows: usize, columns: usize) -> Result<&Self> {
        let (wanted, got) = match self {
            Self::Upper | Self::Lower => return Ok(self),
            Self::Rows(hidden) => (rows, hidden.len()),
            Self::Cells(hidden) => (rows * columns, hidden.len()),
        };
        if wanted == got {
            return Ok(self);
        }
        Err(Error::usage(format!("a mask of {got} does not suit {rows} rows and {columns} columns")))
    }

    fn hides(&self, row: usize, column: usize, columns: usize) -> bool {
        match self {
            Self::Upper => column >= row,
            Self::Lower => column <= row,
            Self::Rows(hidden) => hidden[row],
            Self::Cells(hidden) => hidden[row * columns + column],
        }
    }
}

/// The axis of so many cells by their edges or their middles.
fn mesh_axis(given: &[f64], bins: usize, scale: Scale) -> Result<Axis> {
    if given.len() == bins + 1 {
        return Axis::from_edges(given.to_vec(), scale);
    }
    if given.len() != bins {
        return Err(Error::usage(format!(
            "{} numbers for {bins} cells: give {} edges, or {bins} middles",
            given.len(),
            bins + 1
        )));
    }
    if bins == 1 {
        return Err(Error::usage("the middle of one cell does not say how wide it is: give its 2 edges"));
    }
    if let Some(pair) = given.windows(2).find(|pair| pair[0].is_nan() || pair[0] >= pair[1]) {
        return Err(Error::usage(format!("middles ascend, but {} comes before {}", pair[0], pair[1])));
    }
    if scale == Scale::Log && given[0] <= 0.0 {
        return Err(Error::usage(format!(
            "a log axis needs middles above 0, but they begin at {}",
            given[0]
        )));
    }
    // As matplotlib's `_interp_grid`, but half way on the axis that is drawn: on a log axis, its edges may lie below 0.
    let given: Vec<f64> = given.iter().map(|&middle| scale.forward(middle)).collect();
    let half: Vec<f64> = given.windows(2).map(|pair| (pair[1] - pair[0]) / 2.0).collect();
    let mut edges = vec![given[0] - half[0]];
    edges.extend(given.iter().zip(&half).map(|(middle, half)| middle + half));
    edges.push(given[bins - 1] + half[bins - 2]);
    Axis::from_edges(edges.into_iter().map(|edge| scale.inverse(edge)).collect(), scale)
}
