//! Every key, in one table: what it does, and what the list under `?` says.

use egui::{Key, Modifiers, Ui};

use super::request::Shape;
use super::save::SaveForm;
use super::session::{Mode, Session};
use crate::data::Colormap;

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
    Reduction,
    Norm,
    Colormap(i8),
    Limits,
    Mincnt,
    Scale(bool),
    Panel,
    FullScreen,
    Save,
    Keys,
    Cancel,
    Quit,
}

/// A line of the table: keys, what they do, and how both are called.
pub(super) struct Line {
    pub keys: &'static [(Modifiers, Key)],
    actions: &'static [Action],
    pub shown: &'static str,
    pub says: &'static str,
}

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;

/// Each key does the action at its place, or the only one.
pub(super) const TABLE: &[Line] = &[
    Line {
        keys: &[
            (NONE, Key::ArrowLeft),
            (NONE, Key::ArrowRight),
            (NONE, Key::ArrowUp),
            (NONE, Key::ArrowDown),
        ],
        actions: &[Action::Pan(-1, 0), Action::Pan(1, 0), Action::Pan(0, 1), Action::Pan(0, -1)],
        shown: "← → ↑ ↓",
        says: "pan; or drag",
    },
    Line {
        keys: &[(NONE, Key::Plus), (NONE, Key::Equals), (NONE, Key::Minus)],
        actions: &[Action::Zoom(1), Action::Zoom(1), Action::Zoom(-1)],
        shown: "+ −",
        says: "zoom; or the wheel, on an axis that axis alone",
    },
    Line {
        keys: &[(NONE, Key::Home), (NONE, Key::Num0)],
        actions: &[Action::Home],
        shown: "Home 0",
        says: "everything in view",
    },
    Line {
        keys: &[(NONE, Key::Backspace), (NONE, Key::U)],
        actions: &[Action::Undo],
        shown: "Backspace U",
        says: "last view",
    },
    Line { keys: &[(SHIFT, Key::U)], actions: &[Action::Redo], shown: "Shift U", says: "next view" },
    Line {
        keys: &[(NONE, Key::B)],
        actions: &[Action::Mode(Mode::Box)],
        shown: "B",
        says: "zoom into a box; or Shift and drag",
    },
    Line {
        keys: &[(NONE, Key::I)],
        actions: &[Action::Mode(Mode::Inspect)],
        shown: "I",
        says: "inspect a region; or Ctrl and drag",
    },
    Line { keys: &[(NONE, Key::H)], actions: &[Action::Shape], shown: "H", says: "hexagons or rectangles" },
    Line {
        keys: &[(NONE, Key::OpenBracket), (NONE, Key::CloseBracket)],
        actions: &[Action::Cell(-1), Action::Cell(1)],
        shown: "[ ]",
        says: "smaller, larger cells",
    },
    Line {
        keys: &[(NONE, Key::R)],
        actions: &[Action::Reduction],
        shown: "R",
        says: "next reduction: count, sum, mean, …",
    },
    Line { keys: &[(NONE, Key::N)], actions: &[Action::Norm], shown: "N", says: "next norm" },
    Line {
        keys: &[(NONE, Key::C), (SHIFT, Key::C)],
        actions: &[Action::Colormap(1), Action::Colormap(-1)],
        shown: "C, Shift C",
        says: "next, last colormap",
    },
    Line {
        keys: &[(NONE, Key::L)],
        actions: &[Action::Limits],
        shown: "L",
        says: "pin the colours; or drag the colorbar",
    },
    Line {
        keys: &[(NONE, Key::M)],
        actions: &[Action::Mincnt],
        shown: "M",
        says: "hide or show empty cells",
    },
    Line {
        keys: &[(NONE, Key::X), (NONE, Key::Y)],
        actions: &[Action::Scale(true), Action::Scale(false)],
        shown: "X Y",
        says: "log or linear axis",
    },
    Line { keys: &[(NONE, Key::P)], actions: &[Action::Panel], shown: "P", says: "panel" },
    Line {
        keys: &[(NONE, Key::F), (NONE, Key::F11)],
        actions: &[Action::FullScreen],
        shown: "F",
        says: "full screen",
    },
    Line {
        keys: &[(NONE, Key::S)],
        actions: &[Action::Save],
        shown: "S",
        says: "save the figure, or copy its command",
    },
    Line {
        keys: &[(NONE, Key::Questionmark), (NONE, Key::F1)],
        actions: &[Action::Keys],
        shown: "?",
        says: "this list",
    },
    Line { keys: &[(NONE, Key::Escape)], actions: &[Action::Cancel], shown: "Esc", says: "close, cancel" },
    Line {
        keys: &[(Modifiers::COMMAND, Key::Q), (Modifiers::COMMAND, Key::W)],
        actions: &[Action::Quit],
        shown: "Ctrl Q",
        says: "quit",
    },
];

/// Does what was typed, unless a field is being written in.
pub(super) fn listen(ui: &Ui, session: &mut Session) {
    let is_writing = ui.ctx().egui_wants_keyboard_input();
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
    match action {
        Action::Pan(x, y) => {
            session.camera.remember();
            session.camera.pan(STEP * f64::from(x), STEP * f64::from(y));
        }
        Action::Zoom(way) => session.camera.ease(ZOOM.powi(way.into()), MIDDLE),
        Action::Home => session.camera.home(),
        Action::Undo => _ = session.camera.undo(),
        Action::Redo => _ = session.camera.redo(),
        Action::Mode(mode) => session.mode = if session.mode == mode { Mode::Pan } else { mode },
        Action::Shape => session.look.turn_shape(),
        Action::Cell(way) => session.look.cell_pixels = next_size(session.look.cell_pixels, way),
        Action::Reduction => {
            let choices = session.reductions();
            let now = choices.iter().position(|choice| *choice == session.look.reduction);
            session.set_reduction(choices[now.map_or(0, |now| (now + 1) % choices.len())]);
        }
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
        Action::Mincnt => {
            session.look.coloring.mincnt = if session.look.coloring.mincnt.is_some() { None } else { Some(1) }
        }
        Action::Scale(is_x) => session.turn_scale(is_x),
        Action::Panel => session.panel = !session.panel,
        Action::FullScreen => session.full_screen = !session.full_screen,
        Action::Save => session.save = Some(SaveForm::new(session)),
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

/// Sizes of cells in pixels that the keys go through.
const SIZES: [u32; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

fn next_size(now: u32, way: i8) -> u32 {
    let next = match way {
        1.. => SIZES.into_iter().find(|size| *size > now),
        _ => SIZES.into_iter().rev().find(|size| *size < now),
    };
    next.unwrap_or(now)
}

fn next_map(now: &Colormap, way: i8) -> Colormap {
    let count = COLORMAPS.len();
    let place = COLORMAPS.iter().position(|name| *name == now.name());
    let next = place.map_or(0, |place| (place + count).saturating_add_signed(way.into()) % count);
    Colormap::named(COLORMAPS[next]).unwrap_or_else(|_| now.clone())
}

impl super::request::Look {
    /// Rectangles become hexagons and the other way round, with cells of a size that suits them.
    pub fn turn_shape(&mut self) {
        /// Hexagons smaller than this are hardly hexagons.
        const SMALLEST: u32 = 8;
        self.shape = match self.shape {
            Shape::Rectangles => Shape::Hexagons,
            Shape::Hexagons => Shape::Rectangles,
        };
        if self.shape == Shape::Hexagons {
            self.cell_pixels = self.cell_pixels.max(SMALLEST);
        }
    }
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
    fn keys_go_through_all_colormaps_and_sizes() {
        let mut map = Colormap::named("viridis").unwrap();
        for name in COLORMAPS.iter().cycle().skip(1).take(COLORMAPS.len()) {
            map = next_map(&map, 1);
            assert_eq!(map.name(), *name);
        }
        assert_eq!(next_map(&map, -1).name(), COLORMAPS[COLORMAPS.len() - 1]);
        assert_eq!(next_map(&Colormap::named("tab10").unwrap(), 1).name(), COLORMAPS[0]);
        assert_eq!((next_size(1, -1), next_size(5, 1), next_size(5, -1), next_size(64, 1)), (1, 6, 4, 64));
    }
}
