//! The table of all keys.

use egui::{Key, Modifiers};

use super::Action;
use crate::window::columns::Role;
use crate::window::session::Mode;

/// A line of the table: keys, what they do, and how both are called.
pub(in crate::window) struct Line {
    pub keys: &'static [(Modifiers, Key)],
    pub actions: &'static [Action],
    pub shown: &'static str,
    pub says: &'static str,
}

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;

/// Each key does the action at its place, or the only one.
pub(in crate::window) const TABLE: &[Line] = &[
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
        says: "all rows in view; after --range that range first, and then all rows",
    },
    Line {
        keys: &[(NONE, Key::Backspace), (NONE, Key::U)],
        actions: &[Action::Undo],
        shown: "Backspace U",
        says: "previous view",
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
        keys: &[(NONE, Key::G), (SHIFT, Key::G)],
        actions: &[Action::Smooth(1), Action::Smooth(-1)],
        shown: "G, Shift G",
        says: "smooth more, less",
    },
    Line {
        keys: &[(NONE, Key::R)],
        actions: &[Action::Reduction],
        shown: "R",
        says: "next reduction: count, sum, mean, …; of a table's cells in a pixel: mean, maximum, minimum",
    },
    Line {
        keys: &[(NONE, Key::K)],
        actions: &[Action::Category],
        shown: "K",
        says: "categories, or all rows together",
    },
    Line {
        keys: &[(SHIFT, Key::K), (NONE, Key::W)],
        actions: &[Action::Column(Role::Category), Action::Column(Role::Weights)],
        shown: "Shift K, W",
        says: "next column of categories, of weights",
    },
    Line {
        keys: &[(NONE, Key::J), (SHIFT, Key::J)],
        actions: &[Action::Bins(1), Action::Bins(-1)],
        shown: "J, Shift J",
        says: "more, fewer bins of categories that are numbers",
    },
    Line {
        keys: &[(NONE, Key::D)],
        actions: &[Action::Columns],
        shown: "D",
        says: "choose the columns that are shown",
    },
    Line { keys: &[(NONE, Key::N)], actions: &[Action::Norm], shown: "N", says: "next norm" },
    Line {
        keys: &[(NONE, Key::C), (SHIFT, Key::C)],
        actions: &[Action::Colormap(1), Action::Colormap(-1)],
        shown: "C, Shift C",
        says: "next, previous colormap",
    },
    Line {
        keys: &[(NONE, Key::L), (SHIFT, Key::L)],
        actions: &[Action::Limits, Action::Fit],
        shown: "L, Shift L",
        says: "pin the colours, or drag the colorbar; fit them to all data, or to the view",
    },
    Line {
        keys: &[(NONE, Key::O)],
        actions: &[Action::Robust],
        shown: "O",
        says: "colours for all cells, or robust: for all but the outermost",
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
