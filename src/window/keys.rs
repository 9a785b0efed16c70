//! Every key, in one table: what it does, and what the list under `?` says.

mod table;

use egui::{Key, Modifiers, Ui};

use super::columns::Role;
use super::save::SaveForm;
use super::session::{Mode, Session};
use crate::data::Colormap;
pub(super) use table::{Line, TABLE};

/// The colormaps that suit a heatmap best: those the keys go through and the panel shows.
pub(super) const COLORMAPS: [&str; 16] = [
    "viridis",
    "magma",
    "inferno",
    "plasma",
    "cividis",
    "turbo",
    "rocket",
    "mako",
    "crest",
    "flare",
    "Blues",
    "Greys",
    "YlOrRd",
    "cubehelix",
    "hot",
    "gray",
];

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Pan(i8, i8),
    Zoom(i8),
    Home,
    Undo,
    Redo,
    Mode(Mode),
    Shape,
    Cell(i8),
    Smooth(i8),
    Category,
    Column(Role),
    Bins(i8),
    Columns,
    Reduction,
    Robust,
    Norm,
    Colormap(i8),
    Limits,
    Fit,
    Mincnt,
    Scale(bool),
    Panel,
    FullScreen,
    Save,
    Keys,
    Cancel,
    Quit,
}

impl Action {
    /// Whether it says how cells are made of points.
    fn is_of_points(self) -> bool {
        use Action::{Bins, Category, Cell, Column, Mincnt, Scale, Shape, Smooth};
        matches!(self, Shape | Cell(_) | Smooth(_) | Category | Column(_) | Bins(_) | Mincnt | Scale(_))
    }
}

/// Does what was typed, unless a field is being written in: that of the form to save always is.
pub(super) fn listen(ui: &Ui, session: &mut Session) {
    let is_writing = ui.ctx().egui_wants_keyboard_input() || session.save.is_some();
    for line in TABLE {
        for (nth, &(modifiers, key)) in line.keys.iter().enumerate() {
            let action = line.actions[nth.min(line.actions.len() - 1)];
            if is_writing && !matches!(action, Action::Cancel | Action::Quit) {
                continue;
            }
            let count = ui.input(|input| {
                let exactly = |held: Modifiers| match key {
                    // The layout says which of these need Shift.
                    Key::Plus
                    | Key::Equals
                    | Key::Minus
                    | Key::Questionmark
                    | Key::OpenBracket
                    | Key::CloseBracket => !held.command && !held.alt,
                    _ => held.matches_exact(modifiers),
                };
                let pressed = |event: &&egui::Event| {
                    matches!(event, egui::Event::Key { key: typed, pressed: true, modifiers: held, .. }
                        if *typed == key && exactly(*held))
                };
                input.events.iter().filter(pressed).count()
            });
            (0..count).for_each(|_| act(session, action));
        }
    }
}

/// Does it.
pub(super) fn act(session: &mut Session, action: Action) {
    const STEP: f64 = 0.1;
    const ZOOM: f64 = 1.25;
    const MIDDLE: (f64, f64) = (0.5, 0.5);
    if session.table.is_some() && action.is_of_points() {
        return session.notices.tell("a table has cells of its own: this key is for points");
    }
    match action {
        Action::Pan(x, y) => {
            session.camera.remember();
            session.camera.pan(STEP * f64::from(x), STEP * f64::from(y));
        }
        Action::Zoom(way) => session.camera.ease(ZOOM.powi(way.into()), MIDDLE),
        Action::Home => session.go_home(),
        Action::Undo => _ = session.camera.undo(),
        Action::Redo => _ = session.camera.redo(),
        Action::Mode(mode) => session.mode = if session.mode == mode { Mode::Pan } else { mode },
        Action::Shape => session.look.turn_shape(),
        Action::Cell(way) => session.look.next_size(way),
        Action::Smooth(way) => session.smooth(way),
        Action::Reduction if session.table.is_some() => session.look.next_decimation(),
        Action::Reduction => session.next_reduction(),
        Action::Category => session.turn_category(),
        Action::Column(role) => session.next_column(role),
        Action::Columns => session.list_columns(),
        Action::Bins(way) => match session.bins() {
            Some(bins) => session.cut(bins.saturating_add_signed(way.into())),
            None => session.notices.tell("the categories are no numbers, which alone are cut into bins"),
        },
        Action::Robust => session.turn_robust(),
        Action::Norm => {
            let norms = super::panel::norms();
            let now =
                norms.iter().position(|norm| *norm == session.look.coloring.norm).unwrap_or(norms.len() - 1);
            session.set_norm(norms[(now + 1) % norms.len()].clone());
        }
        Action::Colormap(way) => {
            session.look.coloring.colormap = next_map(&session.look.coloring.colormap, way)
        }
        Action::Limits => session.turn_limits(),
        Action::Fit => session.turn_fit(),
        Action::Mincnt => {
            session.look.coloring.mincnt = if session.look.coloring.mincnt.is_some() { None } else { Some(1) }
        }
        Action::Scale(is_x) => session.turn_scale(is_x),
        Action::Panel => session.panel = !session.panel,
        Action::FullScreen => session.full_screen = !session.full_screen,
        Action::Save if session.state.totals.rows == 0 => {
            session.notices.tell("there are no rows to be saved");
        }
        Action::Save => {
            session.settle_on_cells();
            session.save = Some(SaveForm::new(session));
        }
        Action::Keys => session.keys = !session.keys,
        Action::Cancel => cancel(session),
        Action::Quit => session.quit = true,
    }
}

/// Closes what lies on top.
fn cancel(session: &mut Session) {
    if session.save.take().is_some() {
    } else if session.keys {
        session.keys = false;
    } else if session.mark.take().is_some() || session.mode != Mode::Pan {
        session.mode = Mode::Pan;
    } else if session.inspected.take().is_some() {
        session.studio.inspect(None);
    } else {
        session.full_screen = false;
    }
}

fn next_map(now: &Colormap, way: i8) -> Colormap {
    let count = COLORMAPS.len();
    let place = COLORMAPS.iter().position(|name| *name == now.name());
    let next = place.map_or(0, |place| (place + count).saturating_add_signed(way.into()) % count);
    Colormap::named(COLORMAPS[next]).unwrap_or_else(|_| now.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let mut seen = Vec::new();
        for line in TABLE {
            assert!(line.actions.len() == 1 || line.actions.len() == line.keys.len(), "{}", line.shown);
            for key in line.keys {
                assert!(!seen.contains(key), "{key:?}");
                seen.push(*key);
            }
        }
    }

    #[test]
    fn keys_go_through_all_colormaps() {
        let mut map = Colormap::named("viridis").unwrap();
        for name in COLORMAPS.iter().cycle().skip(1).take(COLORMAPS.len()) {
            map = next_map(&map, 1);
            assert_eq!(map.name(), *name);
        }
        assert_eq!(next_map(&map, -1).name(), COLORMAPS[COLORMAPS.len() - 1]);
        assert_eq!(next_map(&Colormap::named("tab10").unwrap(), 1).name(), COLORMAPS[0]);
    }
}
