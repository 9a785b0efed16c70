//! From what is to be drawn to where it stands.
//!
//! Margins depend on the labels, the labels on the ticks, the ticks on the length of the axes, and that on the margins. So
//! margins start at nothing and grow until all labels fit; they only grow, so that ends.

use crate::data::{Norm, Quantity, Scale};
use crate::error::{Error, Result};
use crate::figure::font::{self, Block, CAP_HEIGHT, DESCENT};
use crate::figure::layout::{Bar, Layout, Pixels, Placed, TICK, TICK_GAP, TICK_TEXT};
use crate::figure::legend::{self, Arranged};
use crate::figure::page::{Aspect, Page};
use crate::figure::panels::{self, Panels, PlacedPanel};
use crate::figure::side::{PlacedSide, Side, SideBox};
use crate::figure::ticks::{Direction, Ruler, Tick, Ticks, names};
use crate::figure::{Around, Colorbar, FigureAxis, Legend};

/// Sizes of the texts, in points.
const LABEL_TEXT: f64 = 10.0;
const TITLE_TEXT: f64 = 12.0;
/// Width of lines, in points, before it is rounded to device pixels.
const LINE: f64 = 0.8;
/// Between tick labels and the axis label, and between a note and the plot box.
const LABEL_GAP: f64 = 4.5;
const NOTE_GAP: f64 = 4.0;
const TITLE_GAP: f64 = 8.0;
/// Between the plot box and the colorbar.
const BAR_GAP: f64 = 9.0;
/// The most that a legend's names take, as a share of the page.
const LEGEND_ROOM: f64 = 0.3;
/// The most that a name along an axis takes, as a share of the page.
const NAME_ROOM: f64 = 0.35;
/// Above and below a colorbar in the corner between side boxes; its length is at least that.
const CORNER_GAPS: (f64, f64) = (14.0, 10.0);
const SHORTEST_BAR: f64 = 36.0;
/// What stays free along the sides of the page.
const EDGE: f64 = 6.0;
/// The smallest plot box.
const SMALLEST: f64 = 36.0;

/// Places everything.
///
/// # Errors
/// If the page is too small for its labels.
pub(crate) fn layout(page: &Page, x: &FigureAxis, y: &FigureAxis, around: &Around) -> Result<Layout> {
    // Bars beside the cells had rather no 0 than no figure.
    let spared =
        |margins| if around.sides.is_empty() { Err(margins) } else { attempt(page, (x, y), around, false) };
    attempt(page, (x, y), around, true).or_else(spared).map_err(|margins| {
        // What fits one page may not fit a slightly larger one, which has other ticks: so the advice is tried first.
        let panels = around.panels.as_ref().unwrap_or(&panels::ONE);
        let mut advised = Page { figsize: enough(&margins, panels), ..page.clone() };
        while let Err(margins) = attempt(&advised, (x, y), around, false) {
            let (width, height) = enough(&margins, panels);
            advised.figsize = (width.max(advised.figsize.0 + 0.1), height.max(advised.figsize.1 + 0.1));
        }
        let tenths = |inches: f64| (inches * 10.0).round() / 10.0;
        Error::usage(format!(
            "a figsize of {} × {} inches leaves no room for the plot: with these labels it must be at least \
             {} × {}, or bare",
            page.figsize.0,
            page.figsize.1,
            tenths(advised.figsize.0),
            tenths(advised.figsize.1)
        ))
    })
}

/// Lets the margins grow until everything fits, or says how large they would have to be. Boxes beside the plot are `set_apart` as far
/// as their labels need, or lose those that would touch others.
fn attempt(
    page: &Page,
    (x, y): (&FigureAxis, &FigureAxis),
    around: &Around,
    set_apart: bool,
) -> std::result::Result<Layout, Margins> {
    let mut draft = Draft::new(page, x, y, around);
    let mut margins = Margins::default();
    loop {
        let (width, height) = draft.room(&margins);
        let shaped = draft.shaped(width.max(SMALLEST), height.max(SMALLEST));
        let all = draft.together(shaped, (margins.across, margins.down));
        let mut marks = draft.marks(shaped, all.1);
        if set_apart {
            draft.set_apart(&marks, shaped);
        } else {
            draft.thin_out(&mut marks, shaped);
        }
        let needed = margins.larger(draft.margins(&marks, shaped, all));
        if !needed.exceeds(&margins) {
            if width < SMALLEST || height < SMALLEST {
                return Err(margins);
            }
            return Ok(draft.place(&margins, marks));
        }
        margins = needed;
    }
}

/// A page for these margins and the smallest plot boxes, in inches, rounded up.
fn enough(margins: &Margins, panels: &Panels) -> (f64, f64) {
    let inches = |points: f64, boxes: usize, gap: f64| {
        let boxes = boxes as f64;
        ((points + boxes * (SMALLEST + 1.0) + (boxes - 1.0) * gap) / 72.0 * 10.0).ceil() / 10.0
    };
    (
        inches(margins.sides(), panels.columns(), margins.across),
        inches(margins.ends(), panels.rows(), margins.down),
    )
}

/// Points between the plot box and the sides of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Margins {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    /// Between two plot boxes side by side, and one below the other.
    across: f64,
    down: f64,
}

impl Margins {
    fn sides(&self) -> f64 {
        self.left + self.right
    }

    fn ends(&self) -> f64 {
        self.top + self.bottom
    }

    /// Whether any is larger by more than can be seen; without that, the growth might end only at the limit of f64.
    fn exceeds(&self, other: &Self) -> bool {
        const SEEN: f64 = 0.01;
        let pairs = [
            (self.left, other.left),
            (self.top, other.top),
            (self.right, other.right),
            (self.bottom, other.bottom),
            (self.across, other.across),
            (self.down, other.down),
        ];
        pairs.iter().any(|(mine, theirs)| mine - theirs > SEEN)
    }

    fn larger(&self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
            across: self.across.max(other.across),
            down: self.down.max(other.down),
        }
    }
}

/// Ticks for one size of the plot box.
struct Marks {
    x: Ticks,
    y: Ticks,
    bar: Ticks,
    /// Whether the colorbar stands in the corner between the side boxes.
    cornered: bool,
    /// Those of each side box.
    sides: Vec<Ticks>,
}

/// What is to be placed.
struct Draft<'a> {
    page: &'a Page,
    width: f64,
    height: f64,
    pixel: f64,
    line: u32,
    x: &'a FigureAxis,
    y: &'a FigureAxis,
    bar: Option<&'a Colorbar>,
    legend: Option<&'a Legend>,
    /// Their gaps grow as the margins do.
    sides: Vec<SideBox>,
    panels: &'a Panels,
    y_right: bool,
    x_label: Block,
    y_label: Block,
    bar_label: Block,
    title: Block,
}

impl<'a> Draft<'a> {
    fn new(page: &'a Page, x: &'a FigureAxis, y: &'a FigureAxis, around: &'a Around) -> Self {
        let (bar, legend) = (around.colorbar.as_ref(), around.legend.as_ref());
        let pixel = page.point();
        let (width, height) = page.pixels();
        let (width, height) = (f64::from(width) * pixel, f64::from(height) * pixel);
        let (across, up) = (width - 2.0 * EDGE, height - 2.0 * EDGE);
        let draft = Self {
            page,
            width,
            height,
            pixel,
            line: ((LINE / pixel).round() as u32).max(1),
            x,
            y,
            bar,
            legend,
            sides: around.sides.clone(),
            panels: around.panels.as_ref().unwrap_or(&panels::ONE),
            y_right: around.y_right,
            x_label: Block::fit(&x.label, LABEL_TEXT, across),
            y_label: Block::fit(&y.label, LABEL_TEXT, up),
            bar_label: Block::fit(bar.map_or("", |bar| &bar.label), LABEL_TEXT, up),
            title: Block::fit(page.title.as_deref().unwrap_or(""), TITLE_TEXT, across),
        };
        match (bar, draft.corner_length()) {
            (Some(bar), Some(length)) => {
                Self { bar_label: Block::fit(&bar.label, LABEL_TEXT, length), ..draft }
            }
            _ => draft,
        }
    }

    /// The room for each plot box.
    fn room(&self, margins: &Margins) -> (f64, f64) {
        let (columns, rows) = (self.panels.columns() as f64, self.panels.rows() as f64);
        let width = self.width - margins.sides() - (columns - 1.0) * margins.across;
        let height = self.height - margins.ends() - (rows - 1.0) * margins.down;
        (width / columns, height / rows)
    }

    /// The size of all plot boxes together.
    fn together(&self, (width, height): (f64, f64), (across, down): (f64, f64)) -> (f64, f64) {
        let (columns, rows) = (self.panels.columns() as f64, self.panels.rows() as f64);
        (columns * width + (columns - 1.0) * across, rows * height + (rows - 1.0) * down)
    }

    /// The marks of a plot box of this size beside a colorbar of this height.
    fn marks(&self, (width, height): (f64, f64), tall: f64) -> Marks {
        let x = self.ticks(self.x, Direction::Across, width);
        let y = self.ticks(self.y, Direction::Up, height);
        let bar = |length: f64| {
            self.bar.map_or_else(Ticks::default, |bar| {
                let (down, up) = arrows(bar, length);
                bar_ticks(bar, length - down - up, TICK_TEXT)
            })
        };
        let cornered = self.corner_length().map(&bar).filter(|ticks| self.fits_corner(ticks));
        Marks {
            sides: self.sides.iter().map(SideBox::ticks).collect(),
            x,
            y,
            cornered: cornered.is_some(),
            bar: cornered.unwrap_or_else(|| bar(tall)),
        }
    }

    /// Sets side boxes so far from the plot box that their labels do not touch those of its axes.
    fn set_apart(&mut self, marks: &Marks, (width, height): (f64, f64)) {
        for (side, ticks) in self.sides.iter_mut().zip(&marks.sides) {
            let (beside, length) = if side.side.is_level() { (&marks.y, height) } else { (&marks.x, width) };
            side.gap = side.gap.max(side.clearance(ticks, beside, length));
        }
    }

    /// Takes the first labels of side boxes away that would touch those of the plot box's axes.
    fn thin_out(&self, marks: &mut Marks, (width, height): (f64, f64)) {
        for (side, ticks) in self.sides.iter().zip(&mut marks.sides) {
            let (beside, length) = if side.side.is_level() { (&marks.y, height) } else { (&marks.x, width) };
            if side.clearance(ticks, beside, length) > side.gap {
                ticks.major[0].label.clear();
            }
        }
    }

    /// The length of a colorbar in the corner between the side boxes, if there is room for one.
    fn corner_length(&self) -> Option<f64> {
        let length = self.reach(Side::Top) - CORNER_GAPS.0 - CORNER_GAPS.1;
        (self.y_right && self.bar.is_some() && length >= SHORTEST_BAR).then_some(length)
    }

    /// Whether a colorbar with these ticks is no wider than the corner.
    fn fits_corner(&self, ticks: &Ticks) -> bool {
        let labels = self.to_labels() + widest(ticks) + after(LABEL_GAP, &self.bar_label);
        let length = self.corner_length().unwrap_or_default();
        let bar = Self::bar_width(length) + 2.0 * self.line_width();
        (bar + labels).max(font::width(&ticks.note, TICK_TEXT)) + LABEL_GAP <= self.reach(Side::Left)
    }

    /// The marks of a side of the plot box.
    fn ticks(&self, axis: &FigureAxis, direction: Direction, length: f64) -> Ticks {
        let ticks = if axis.names.is_empty() {
            axis_ticks(axis, direction, length, TICK_TEXT)
        } else {
            let room = NAME_ROOM * if direction == Direction::Across { self.height } else { self.width };
            names::ticks(&axis.names, direction, length, TICK_TEXT, room)
        };
        if axis.reversed { ticks.reversed() } else { ticks }
    }

    /// The largest plot box of the page's aspect in a room.
    fn shaped(&self, width: f64, height: f64) -> (f64, f64) {
        if self.page.aspect == Aspect::Auto {
            return (width, height);
        }
        let span = |axis: &FigureAxis| axis.scale.forward(axis.range.1) - axis.scale.forward(axis.range.0);
        let ratio = span(self.y) / span(self.x);
        if height > width * ratio { (width, width * ratio) } else { (height / ratio, height) }
    }

    /// From the plot box to the labels of its ticks.
    fn to_labels(&self) -> f64 {
        f64::from(self.line) * self.pixel + TICK + TICK_GAP
    }

    fn bar_width(height: f64) -> f64 {
        (height / 20.0).clamp(8.0, 14.0)
    }

    /// The margins that these marks need around plot boxes of this size, which all together are so wide and so tall.
    fn margins(&self, marks: &Marks, (width, _): (f64, f64), (wide, tall): (f64, f64)) -> Margins {
        let half = |tick: Option<&Tick>| match tick {
            None => 0.0,
            Some(_) if marks.x.turned => CAP_HEIGHT * TICK_TEXT / 2.0,
            Some(tick) => font::width(&tick.label, TICK_TEXT) / 2.0,
        };
        let (first, last) = (marks.x.major.first(), marks.x.major.last());
        let left_over = half(first) - first.map_or(0.0, |tick| tick.at) * width;
        let right_over = half(last) - last.map_or(0.0, |tick| 1.0 - tick.at) * width;
        let beside = self.to_labels() + self.labels_beside(marks) + after(LABEL_GAP, &self.y_label);
        let [above, before, beyond] = [Side::Top, Side::Left, Side::Right].map(|side| self.reach(side));

        let noted =
            above == 0.0 && (!marks.bar.note.is_empty() || (!self.is_crowded() && !marks.y.note.is_empty()));
        let notes = if noted { NOTE_GAP + TICK_TEXT } else { CAP_HEIGHT * TICK_TEXT / 2.0 };
        let below = self.note_below(marks, wide);
        let right = self.bar_beside(marks, tall)
            + self.legend.map_or(0.0, |legend| {
                // Rounded to pixels, the plot box may be lower, and a lower one may need another column.
                BAR_GAP + self.line_width() + self.arranged(legend, tall - 2.0 * self.pixel).width
            });
        let (beside, beside_right) = if self.y_right { (0.0, beside) } else { (beside, 0.0) };
        let right = beside_right + right;
        let titles = if self.panels.are_titled() { panels::TITLE_ROW } else { 0.0 };
        let side_over = self.sides.iter().zip(&marks.sides).filter(|(side, _)| side.side == Side::Right);
        let side_over = side_over.map(|(_, ticks)| half(ticks.major.last())).fold(0.0, f64::max);
        Margins {
            left: EDGE + before + beside.max(left_over),
            right: EDGE + beyond + right.max(right_over - beyond).max(side_over).max(self.line_width()),
            top: EDGE
                + above
                + notes.max(titles)
                + if self.title.is_empty() { 0.0 } else { self.title.height() - 2.0 + TITLE_GAP },
            bottom: EDGE + below.1,
            across: panels::GAP.max(left_over.max(0.0) + right_over.max(0.0) + 0.7 * TICK_TEXT),
            down: panels::GAP.max(1.2 * TICK_TEXT) + titles,
        }
    }

    /// Whether something stands right above the plot box, where the y axis's note would.
    fn is_crowded(&self) -> bool {
        self.sides.iter().any(|side| side.side == Side::Top) || self.panels.are_titled()
    }

    /// How far the boxes at a side reach, in points.
    fn reach(&self, side: Side) -> f64 {
        let boxes = self.sides.iter().filter(|one| one.side == side);
        boxes.map(|one| f64::from(one.reach(self.pixel, self.line)) * self.pixel).sum()
    }

    /// The width of what is written between the y label and the marks: labels, and the note where it has no place above the plot box.
    fn labels_beside(&self, marks: &Marks) -> f64 {
        let above = self.sides.iter().zip(&marks.sides).filter(|(side, _)| side.side == Side::Top);
        let widest_above = above.map(|(_, ticks)| widest(ticks)).fold(0.0, f64::max);
        let note = if self.is_crowded() { font::width(&marks.y.note, TICK_TEXT) } else { 0.0 };
        widest(&marks.y).max(widest_above).max(note)
    }

    fn line_width(&self) -> f64 {
        f64::from(self.line) * self.pixel
    }

    /// What the colorbar takes at the right of the plot box.
    fn bar_beside(&self, marks: &Marks, height: f64) -> f64 {
        if self.bar.is_some() && !marks.cornered { self.right_of_plot(marks, height) } else { 0.0 }
    }

    /// The legend beside a plot box of this height.
    fn arranged(&self, legend: &Legend, height: f64) -> Arranged {
        legend::arrange(legend, height, LEGEND_ROOM * self.width)
    }

    /// Between the plot box and the colorbar, where the labels of its marks stand.
    fn bar_gap(&self) -> f64 {
        let labels = self.bar.into_iter().flat_map(|bar| &bar.marks);
        let widest = labels.map(|(_, label)| font::width(label, TICK_TEXT)).fold(0.0, f64::max);
        BAR_GAP + if widest > 0.0 { widest + TICK_GAP } else { 0.0 }
    }

    /// The width of the colorbar with all that belongs to it.
    fn right_of_plot(&self, marks: &Marks, height: f64) -> f64 {
        let labels = self.to_labels() + widest(&marks.bar) + after(LABEL_GAP, &self.bar_label);
        // The note begins at the left side of the bar, and pixels round up.
        let bar = Self::bar_width(height) + 2.0 * self.pixel;
        self.bar_gap() + 2.0 * self.line_width() + (bar + labels).max(font::width(&marks.bar.note, TICK_TEXT))
    }

    /// Distances from the plot box down to the top of the x label, the depth of everything, and the note's baseline.
    fn note_below(&self, marks: &Marks, width: f64) -> (f64, f64, f64) {
        let depth = if marks.x.turned { widest(&marks.x) } else { (CAP_HEIGHT + DESCENT) * TICK_TEXT };
        let labels = self.to_labels() + depth;
        if marks.x.note.is_empty() {
            return (labels + LABEL_GAP, labels + after(LABEL_GAP, &self.x_label), 0.0);
        }
        let row = labels + LABEL_GAP;
        let baseline = row + CAP_HEIGHT * LABEL_TEXT;
        let note = font::width(&marks.x.note, TICK_TEXT) + LABEL_TEXT;
        // Beside the label where both find room, else on a row of its own.
        let beside = self.x_label.width() / 2.0 + note <= width / 2.0;
        let top = if beside { row } else { baseline + DESCENT * LABEL_TEXT + LABEL_GAP / 2.0 };
        let depth = (top + self.x_label.height()).max(baseline + DESCENT * TICK_TEXT);
        (top, if self.x_label.is_empty() { baseline + DESCENT * TICK_TEXT } else { depth }, baseline)
    }

    fn place(self, margins: &Margins, marks: Marks) -> Layout {
        let pixel = self.pixel;
        let (page_width, page_height) = self.page.pixels();
        let up = |points: f64| (points / pixel - 1e-6).ceil() as u32;
        let (left, top) = (up(margins.left), up(margins.top));
        let gaps = (up(margins.across), up(margins.down));
        let room = (page_width - left - up(margins.right), page_height - top - up(margins.bottom));
        let (columns, rows) = (self.panels.columns() as u32, self.panels.rows() as u32);
        let each =
            |room: u32, gap: u32, boxes: u32| f64::from(room.saturating_sub((boxes - 1) * gap) / boxes);
        let (width, height) = self.shaped(each(room.0, gaps.0, columns), each(room.1, gaps.1, rows));
        let (width, height) = ((width.round() as u32).max(1), (height.round() as u32).max(1));
        let (wide, tall) = (columns * (width + gaps.0) - gaps.0, rows * (height + gaps.1) - gaps.1);
        // What the aspect leaves free is shared out between the sides.
        let (left, top) = (left + room.0.saturating_sub(wide) / 2, top + room.1.saturating_sub(tall) / 2);
        let panels = self.panels.place(Pixels { left, top, width, height }, gaps, pixel);
        let plot = Pixels { left, top, width: wide, height: tall };
        let points = |pixels: u32| f64::from(pixels) * pixel;
        let (middle_x, middle_y) = (points(2 * left + plot.width) / 2.0, points(2 * top + plot.height) / 2.0);
        let bottom = points(top + plot.height);
        let below = self.note_below(&marks, points(plot.width));
        // Text is centred on the plot box unless it would leave the page.
        let placed = |block: &Block, middle: f64, side: f64, top: f64| {
            let half = (block.width() / 2.0).min(side / 2.0 - EDGE);
            Placed { block: block.clone(), center: middle.clamp(EDGE + half, side - EDGE - half), top }
        };
        let mut ends = [0, 0, 0];
        let sides: Vec<PlacedSide> = self
            .sides
            .iter()
            .zip(&marks.sides)
            .map(|(side, ticks)| {
                let axis = if side.side.is_level() { self.x } else { self.y };
                let labels = match side.side {
                    Side::Left if !self.y_right => {
                        up(self.to_labels() + self.labels_beside(&marks) + after(LABEL_GAP, &self.y_label))
                    }
                    Side::Left | Side::Top | Side::Right => 0,
                };
                let end = &mut ends[side.side as usize];
                *end += side.reach(pixel, self.line);
                PlacedSide::new(side, axis, ticks.clone(), plot, labels + *end, pixel)
            })
            .collect();
        let beyond = self.reach(Side::Right);
        let labels = self.to_labels() + self.labels_beside(&marks);
        let (y_label_left, beyond) = if self.y_right {
            let left = points(left + plot.width) + beyond + labels + LABEL_GAP;
            (left, beyond + labels + after(LABEL_GAP, &self.y_label))
        } else {
            (points(left) - labels - LABEL_GAP - self.y_label.height(), beyond)
        };
        let before_legend = beyond + self.bar_beside(&marks, points(plot.height));
        let cornered = self.corner_length().filter(|_| marks.cornered);
        let bar = self.bar.map(|bar| {
            let length = cornered.unwrap_or(points(plot.height));
            let whole = |points: f64| (points / pixel).round() as u32;
            let width = whole(Self::bar_width(length));
            let (down, up) = arrows(bar, length);
            let (down, up) = (whole(down), whole(up));
            let (left, top, height) = match cornered {
                Some(length) => {
                    let (left, top) =
                        (left - whole(self.reach(Side::Left)), top - whole(self.reach(Side::Top)));
                    (left + self.line, top + whole(CORNER_GAPS.0), whole(length))
                }
                None => {
                    let gap = whole(self.bar_gap()) + self.line;
                    (left + plot.width + whole(beyond) + gap, top, plot.height)
                }
            };
            let pixels = Pixels { left, top: top + up, width, height: height - down - up };
            let beside = points(pixels.left + width) + self.to_labels() + widest(&marks.bar) + LABEL_GAP;
            let middle = if cornered.is_some() { points(2 * top + height) / 2.0 } else { middle_y };
            let label = placed(&self.bar_label, middle, self.height, beside);
            let marks_across = bar_marks(bar, f64::from(pixels.height) * pixel);
            Bar { pixels, arrows: (down, up), ticks: marks.bar, marks: marks_across, label }
        });
        let legend = self.legend.map(|legend| {
            let corner =
                (points(left + plot.width) + before_legend + self.line_width() + BAR_GAP, points(top));
            (self.arranged(legend, points(plot.height)), corner)
        });
        let cut = self.cut((&marks.x, &marks.y), &panels, legend.as_ref().map(|(legend, _)| legend));
        Layout {
            pixel,
            line: self.line,
            ink: self.page.theme.ink(),
            plot,
            // Cells that have names are things, not a piece of a plane.
            framed: self.x.names.is_empty() || self.y.names.is_empty(),
            panels,
            crowded: self.is_crowded(),
            x_label: placed(&self.x_label, middle_x, self.width, bottom + below.0),
            y_label: placed(&self.y_label, middle_y, self.height, y_label_left),
            title: placed(&self.title, middle_x, self.width, EDGE + points(room.1.saturating_sub(tall) / 2)),
            x_note: bottom + below.2,
            x: marks.x,
            y: marks.y,
            y_right: self.y_right,
            bar,
            legend,
            sides,
            cut,
        }
    }

    /// The texts that were cut, as they stand on the page, each once.
    fn cut(
        &self,
        (x, y): (&Ticks, &Ticks),
        panels: &[PlacedPanel],
        legend: Option<&Arranged>,
    ) -> Vec<String> {
        let blocks = [&self.title, &self.x_label, &self.y_label, &self.bar_label];
        let mut cut: Vec<String> =
            blocks.into_iter().filter(|block| block.is_cut).map(|block| block.lines.join(" ")).collect();
        let titles = panels.iter().zip(&self.panels.titles);
        cut.extend(
            titles
                .filter(|(panel, title)| panel.title != font::name(title))
                .map(|(panel, _)| panel.title.clone()),
        );
        for (axis, ticks) in [(self.x, x), (self.y, y)] {
            let is_whole = |label: &str| axis.names.iter().any(|name| font::name(name) == label);
            // What is whole may end in an ellipsis too.
            let ends = ticks.major.iter().map(|tick| &tick.label).filter(|label| label.ends_with('…'));
            cut.extend(ends.filter(|label| !axis.names.is_empty() && !is_whole(label)).cloned());
        }
        cut.extend(legend.into_iter().flat_map(|legend| legend.cut.iter().cloned()));
        let mut seen = std::collections::HashSet::new();
        cut.retain(|text| seen.insert(text.clone()));
        cut
    }
}

/// The width of the widest label.
fn widest(ticks: &Ticks) -> f64 {
    ticks.major.iter().map(|tick| font::width(&tick.label, TICK_TEXT)).fold(0.0, f64::max)
}

/// The room a block takes after a gap; none without lines.
fn after(gap: f64, block: &Block) -> f64 {
    if block.is_empty() { 0.0 } else { gap + block.height() }
}

/// The marks of an axis of this length, with labels of this size.
pub(crate) fn axis_ticks(axis: &FigureAxis, direction: Direction, length: f64, size: f64) -> Ticks {
    let (low, high) = (axis.scale.forward(axis.range.0), axis.scale.forward(axis.range.1));
    let place = |value: f64| (axis.scale.forward(value) - low) / (high - low);
    let FigureAxis { range, scale, quantity, .. } = *axis;
    Ruler { range, scale, quantity, whole: false, place: &place, direction, length, size }.ticks()
}

/// Heights of the arrows that say that values lie below and above the colorbar, in points.
fn arrows(bar: &Colorbar, height: f64) -> (f64, f64) {
    let arrow = |is_there| if is_there { 0.8 * Draft::bar_width(height) } else { 0.0 };
    (arrow(bar.scale.extend.0), arrow(bar.scale.extend.1))
}

/// The marks across a colorbar of this length, from below; of labels that would touch, the lower stays.
fn bar_marks(bar: &Colorbar, length: f64) -> Vec<Tick> {
    let (norm, limits) = (&bar.scale.norm, bar.scale.limits);
    let tick =
        |(value, label): &(f64, String)| Tick { at: norm.forward(*value, limits), label: label.clone() };
    let mut marks: Vec<Tick> = bar.marks.iter().map(tick).collect();
    // Where all values are one, nothing says where among them it lies.
    marks.retain(|mark| limits.vmin < limits.vmax && (0.0..=1.0).contains(&mark.at));
    marks.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut free = f64::NEG_INFINITY;
    for mark in marks.iter_mut().filter(|mark| !mark.label.is_empty()) {
        if mark.at * length < free {
            mark.label.clear();
        } else {
            free = mark.at * length + 1.2 * TICK_TEXT;
        }
    }
    marks
}

/// The marks of a colorbar of this length, with labels of this size.
pub(crate) fn bar_ticks(bar: &Colorbar, length: f64, size: f64) -> Ticks {
    let (norm, limits) = (&bar.scale.norm, bar.scale.limits);
    if limits.vmax <= limits.vmin {
        // One value, one colour: said in the middle.
        return Ticks::single(limits.vmin);
    }
    let ruler = Ruler {
        range: (limits.vmin, limits.vmax),
        scale: if *norm == Norm::Log { Scale::Log } else { Scale::Linear },
        quantity: Quantity::Number,
        whole: bar.whole,
        place: &|value| norm.forward(value, limits),
        direction: Direction::Up,
        length,
        size,
    };
    match norm {
        Norm::Linear | Norm::Log | Norm::Centered { .. } => ruler.ticks(),
        Norm::Boundaries(values) => ruler.ticks_at(values),
        Norm::TwoSlope { vcenter } => ruler.two_slopes(*vcenter),
        Norm::Symlog { linthresh: linear, .. } | Norm::Asinh { linear_width: linear } => {
            ruler.uneven_ticks(Some(*linear))
        }
        Norm::Log1p => ruler.uneven_ticks(Some(1.0)),
        _ => ruler.uneven_ticks(None),
    }
}
