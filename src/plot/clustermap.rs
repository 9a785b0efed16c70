//! Heatmaps whose rows and columns are put in the order of a clustering.

mod beside;
mod branches;

use std::sync::Arc;

use super::Drawing;
use super::heatmap::{Heatmap, check_values};
use super::style::{Style, color_setters, page_setters, table_setters};
use crate::data::{Clustered, Clusters, Index, Linkage, Matrix};
use crate::error::{Error, Result};
use crate::figure::Around;
use crate::matrix::{self, Clustering, LinkageMethod, MatrixAxis, Metric, Scaling};
use beside::Categories;

/// Draws a matrix with its rows and columns in the order of a hierarchical clustering, and the trees beside them: `seaborn.clustermap`.
///
/// Unless told otherwise rows and columns are clustered by average linkage of Euclidean distances, the colormap is rocket, the labels of the
/// rows stand at the right and the colorbar in the left top corner.
///
/// ```
/// # let folder = tempfile::tempdir().unwrap();
/// # let out = folder.path().join("out.png");
/// use heatbin::{Index, LinkageMethod, Matrix, MatrixAxis, Scaling};
///
/// let rows = Index::new(["oak", "elm", "ash"]);
/// let matrix = Matrix::new(rows, Index::new(["height", "girth"]), vec![31.0, 4.2, 12.0, 1.1, 29.0, 3.9])?;
/// let map = heatbin::clustermap(matrix).method(LinkageMethod::Complete);
/// let drawing = map.scale(Some((Scaling::ZScore, MatrixAxis::Columns))).figure()?;
/// assert_eq!(drawing.clusters().unwrap().rows.order, [1, 0, 2]);
/// drawing.save(out)?;
/// # Ok::<(), heatbin::Error>(())
/// ```
pub fn clustermap(matrix: impl Into<Arc<Matrix>>) -> Clustermap {
    Clustermap::new(matrix.into())
}

/// A clustered heatmap being described; see [`clustermap`]. Nothing is computed before [`clusters`](Self::clusters) or
/// [`figure`](Self::figure).
#[derive(Clone, Debug)]
#[must_use = "a clustermap does nothing until it is asked for its clusters or figure"]
pub struct Clustermap {
    matrix: Arc<Matrix>,
    style: Style,
    clustering: Clustering,
    scaling: Option<(Scaling, MatrixAxis)>,
    rows: Side,
    columns: Side,
}

/// What was asked of the rows, or of the columns.
#[derive(Clone, Debug)]
struct Side {
    /// Whether they are clustered.
    is_clustered: bool,
    /// Their tree, if it was made already.
    linkage: Option<Linkage>,
    /// How many flat clusters the tree is cut into at most.
    most: Option<usize>,
    /// The depth of the tree, as a share of the page.
    ratio: f64,
    categories: Option<Categories>,
}

impl Default for Side {
    fn default() -> Self {
        Self { is_clustered: true, linkage: None, most: None, ratio: 0.2, categories: None }
    }
}

impl Clustermap {
    fn new(matrix: Arc<Matrix>) -> Self {
        let mut style = Style::default();
        style.labels.x.0.clone_from(&matrix.columns.name);
        style.labels.y.0.clone_from(&matrix.rows.name);
        style.page.figsize = (7.0, 7.0);
        Self {
            matrix,
            style,
            clustering: Clustering::default(),
            scaling: None,
            rows: Side::default(),
            columns: Side::default(),
        }
    }

    color_setters!();
    page_setters!();
    table_setters!();

    /// What is meant by the distance of two clusters; average linkage unless given.
    pub fn method(mut self, method: LinkageMethod) -> Self {
        self.clustering.method = method;
        self
    }

    /// What is meant by the distance of two rows or columns; Euclidean unless given.
    pub fn metric(mut self, metric: Metric) -> Self {
        self.clustering.metric = metric;
        self
    }

    /// Turns the branches of the trees so that neighbours are as near as the trees allow: see
    /// [`matrix::optimal_ordering`](crate::matrix::optimal_ordering).
    pub fn optimal_ordering(mut self, optimal: bool) -> Self {
        self.clustering.optimal_ordering = optimal;
        self
    }

    /// Makes the values of each row or each column comparable first, for the clustering and for the colours.
    pub fn scale(mut self, scaling: Option<(Scaling, MatrixAxis)>) -> Self {
        self.scaling = scaling;
        self
    }

    /// Whether the rows, and whether the columns, are clustered; both unless given. Others stay in their order.
    pub fn cluster(mut self, rows: bool, columns: bool) -> Self {
        (self.rows.is_clustered, self.columns.is_clustered) = (rows, columns);
        self
    }

    /// A tree of the rows that was made already.
    pub fn row_linkage(mut self, linkage: Linkage) -> Self {
        self.rows.linkage = Some(linkage);
        self
    }

    /// A tree of the columns that was made already.
    pub fn col_linkage(mut self, linkage: Linkage) -> Self {
        self.columns.linkage = Some(linkage);
        self
    }

    /// Cuts the tree of the rows, and that of the columns, into at most so many flat clusters, whose branches get a colour each: none that is
    /// like a colour of the strips ([`row_colors`](Self::row_colors)), and greys in turn where the strips have most hues.
    pub fn clusters_at_most(mut self, rows: Option<usize>, columns: Option<usize>) -> Self {
        (self.rows.most, self.columns.most) = (rows, columns);
        self
    }

    /// A category for each row, with what they are: a strip of colours beside the rows, and a legend. An empty one has no colour.
    pub fn row_colors(
        mut self,
        title: impl Into<String>,
        categories: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.rows.categories = Some(Categories::new(title.into(), categories));
        self
    }

    /// A category for each column, as [`row_colors`](Self::row_colors).
    pub fn col_colors(
        mut self,
        title: impl Into<String>,
        categories: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.columns.categories = Some(Categories::new(title.into(), categories));
        self
    }

    /// How deep the trees of the rows and of the columns are, as shares of the width and of the height of the page; 0.2 unless given.
    pub fn dendrogram_ratio(mut self, rows: f64, columns: f64) -> Self {
        (self.rows.ratio, self.columns.ratio) = (rows, columns);
        self
    }

    /// The values that are clustered and drawn: the matrix, or what scaling makes of it.
    fn values(&self) -> Result<Arc<Matrix>> {
        check_values(&self.matrix)?;
        match self.scaling {
            None => Ok(self.matrix.clone()),
            Some((scaling, axis)) => scaling.apply(&self.matrix, axis).map(Arc::new),
        }
    }

    /// Clusters the rows and the columns.
    ///
    /// # Errors
    /// As [`matrix::cluster`](crate::matrix::cluster), or if there is nothing to cluster, or it cannot be scaled.
    pub fn clusters(&self) -> Result<Clusters> {
        self.clusters_of(&*self.values()?)
    }

    fn clusters_of(&self, values: &Matrix) -> Result<Clusters> {
        let clustered = |side: &Side, axis: MatrixAxis| {
            let labels = axis.labels(values);
            if side.most == Some(0) {
                return Err(Error::usage("a tree is cut into 1 cluster or more, not into 0"));
            }
            match &side.linkage {
                Some(linkage) if linkage.observations() != labels.len() => Err(Error::usage(format!(
                    "a tree of {} leaves is not one of {} {}s",
                    linkage.observations(),
                    labels.len(),
                    axis.one()
                ))),
                Some(linkage) => Ok(Clustered::by(linkage.clone(), side.most)),
                None if !side.is_clustered => Ok(Clustered::unordered(labels.len())),
                None if labels.len() == 1 => {
                    let (one, option) = (axis.one(), axis.option());
                    Err(Error::data(format!(
                        "there is one {one}, and none to cluster it with: leave {one}s in their order ({option})"
                    )))
                }
                None => Ok(Clustered::by(matrix::cluster(values, axis, &self.clustering)?, side.most)),
            }
        };
        self.clustering.check()?;
        Ok(Clusters {
            rows: clustered(&self.rows, MatrixAxis::Rows)?,
            columns: clustered(&self.columns, MatrixAxis::Columns)?,
        })
    }

    /// Clusters the rows and columns and lays out the figure.
    ///
    /// # Errors
    /// As [`clusters`](Self::clusters), or if the page is too small for its labels and trees.
    pub fn figure(&self) -> Result<Drawing> {
        self.style.check()?;
        self.style.page.check()?;
        for side in [&self.rows, &self.columns] {
            if !(0.0..=0.8).contains(&side.ratio) {
                return Err(Error::usage(format!(
                    "a tree takes a share of the page from 0 to 0.8, not {}",
                    side.ratio
                )));
            }
        }
        let values = self.values()?;
        let clusters = self.clusters_of(&values)?;
        let mut around = self.beside(&clusters)?;
        if !self.style.labels.colorbar.is_shown() {
            around.legend = None;
        }
        let drawn = reordered(&values, &clusters);
        Heatmap::styled(drawn.into(), self.style.clone()).figure_among(around, Some(Arc::new(clusters)))
    }

    /// The trees, the strips and the legend.
    fn beside(&self, clusters: &Clusters) -> Result<Around> {
        let (width, height) = self.style.page.figsize;
        let size = (72.0 * width, 72.0 * height);
        beside::around((&self.rows, &clusters.rows), (&self.columns, &clusters.columns), size)
    }
}

#[cfg(feature = "cli")]
impl super::Styled for Clustermap {
    fn style(&mut self) -> &mut Style {
        &mut self.style
    }
}

/// The rows and columns in the order in which they are drawn.
fn reordered(values: &Matrix, clusters: &Clusters) -> Matrix {
    let (rows, columns) = (&clusters.rows.order, &clusters.columns.order);
    let cells = rows.iter().flat_map(|&row| columns.iter().map(move |&column| values.get(row, column)));
    let labels = |index: &Index, order: &[usize]| {
        Index::new(order.iter().map(|&place| index.labels[place].as_str())).named(index.name.clone())
    };
    let (row_labels, column_labels) = (labels(&values.rows, rows), labels(&values.columns, columns));
    Matrix::new(row_labels, column_labels, cells.collect()).expect("as many values as before")
}
