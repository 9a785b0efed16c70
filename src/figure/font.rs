//! The bundled font: its bytes, the widths of its text, and text broken into lines.
//!
//! Layout measures with the very font that PNG and PDF draw with, so margins fit their labels on every machine.

use std::sync::OnceLock;

use ttf_parser::Face;

use super::added_fonts::{AddedFont, having};

/// The bundled font (Inter, see assets/font), in which all is written that it has.
pub(crate) const FONT: &[u8] = include_bytes!("../../assets/font/Inter.otf");
/// The same font as SVG files embed it.
pub(crate) const WOFF2: &[u8] = include_bytes!("../../assets/font/Inter.woff2");
/// Its family name.
pub(crate) const FAMILY: &str = "Inter";

/// Height of capitals and digits, in units of the size.
pub(crate) const CAP_HEIGHT: f64 = 2048.0 / 2816.0;
/// How far letters reach below the baseline, in units of the size.
pub(crate) const DESCENT: f64 = 680.0 / 2816.0;
/// From baseline to baseline, in units of the size.
pub(crate) const LINE_HEIGHT: f64 = 1.25;

fn face() -> &'static Face<'static> {
    static FACE: OnceLock<Face<'static>> = OnceLock::new();
    FACE.get_or_init(|| Face::parse(FONT, 0).expect("the bundled font is a font"))
}

/// The characters of a text that no font has, each once; markup, which is ASCII, is no matter.
#[cfg(feature = "cli")]
pub(crate) fn lacking(text: &str) -> String {
    let mut lacking = String::new();
    for c in text.chars() {
        if !c.is_control() && !has(c) && having(c).is_none() && !lacking.contains(c) {
            lacking.push(c);
        }
    }
    lacking
}

/// Whether the bundled font has a character.
fn has(c: char) -> bool {
    face().glyph_index(c).is_some()
}

/// The added font that a character takes, if the bundled one lacks it and another has it.
fn added(c: char) -> Option<&'static AddedFont> {
    if has(c) { None } else { having(c) }
}

/// The width of `text` at `size`, in the units of `size`. A character that no font has is as wide as its box.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    let face = face();
    let missing = ttf_parser::GlyphId(0);
    let advance = |c| face.glyph_hor_advance(face.glyph_index(c).unwrap_or(missing)).unwrap_or(0);
    let (mut units, mut others) = (0, 0.0);
    for c in text.chars() {
        match added(c) {
            Some(font) => others += font.width(c),
            None => units += u64::from(advance(c)),
        }
    }
    (units as f64 / f64::from(face.units_per_em()) + others) * size
}

/// A text in pieces, each with the added font that it takes; `None` is the bundled one.
pub(crate) fn pieces(text: &str) -> Vec<(Option<&'static AddedFont>, &str)> {
    let mut pieces: Vec<(Option<&'static AddedFont>, &str)> = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let font = added(c);
        match pieces.last_mut() {
            Some((last, piece)) if last.map(|font| &font.path) == font.map(|font| &font.path) => {
                *piece = &text[start..at + c.len_utf8()];
            }
            _ => {
                start = at;
                pieces.push((font, &text[start..at + c.len_utf8()]));
            }
        }
    }
    pieces
}

/// Text that was broken into lines, at the size at which they fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Block {
    pub lines: Vec<String>,
    pub size: f64,
    /// Whether some of the text found no room.
    pub is_cut: bool,
}

impl Block {
    /// `text` in at most three lines no longer than `longest`: wrapped, then shrunk down to 70 %, then cut with an ellipsis.
    pub fn fit(text: &str, size: f64, longest: f64) -> Self {
        const MOST_LINES: usize = 3;
        let text = clean(text);
        if text.trim().is_empty() {
            return Self::default();
        }
        let sizes = [1.0, 0.85, 0.7].map(|share| share * size);
        for size in sizes {
            let lines = wrap(&text, size, longest);
            if lines.len() <= MOST_LINES && lines.iter().all(|line| width(line, size) <= longest) {
                return Self { lines, size, is_cut: false };
            }
        }
        let size = sizes[2];
        let mut lines = wrap(&text, size, longest);
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines[MOST_LINES - 1].push('…');
        }
        let lines = lines.into_iter().map(|line| cut(line, size, longest)).collect();
        Self { lines, size, is_cut: true }
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// From the top of the first line's capitals to the depth of the last line; 0 without lines.
    pub fn height(&self) -> f64 {
        if self.is_empty() {
            return 0.0;
        }
        let gaps = (self.lines.len() - 1) as f64;
        (CAP_HEIGHT + gaps * LINE_HEIGHT + DESCENT) * self.size
    }

    /// The length of the longest line.
    pub fn width(&self) -> f64 {
        self.lines.iter().map(|line| width(line, self.size)).fold(0.0, f64::max)
    }

    /// The lines with the distances of their baselines from the top of the block.
    pub fn baselines(&self) -> impl Iterator<Item = (f64, &str)> {
        let at = |k: usize| (CAP_HEIGHT + k as f64 * LINE_HEIGHT) * self.size;
        self.lines.iter().enumerate().map(move |(k, line)| (at(k), line.as_str()))
    }
}

/// Text without the characters that XML forbids; line ends are kept, other white space becomes a space.
pub(crate) fn clean(text: &str) -> String {
    let allowed = |c: char| c == '\n' || !(c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c));
    text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|&c| allowed(c)).collect()
}

/// A name on one line. Numbers in it have the minus sign of all numbers on a page, as bins have in `−5 to 5`.
pub(crate) fn name(text: &str) -> String {
    let word = |word: &str| {
        if word.parse::<f64>().is_ok() { word.replace('-', "−") } else { word.to_owned() }
    };
    clean(text).split([' ', '\n']).map(word).collect::<Vec<_>>().join(" ")
}

/// Breaks at line ends and spaces, into lines of about one length, no longer than `longest` where words allow.
fn wrap(text: &str, size: f64, longest: f64) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wanted = fill(paragraph, size, longest);
        // The shortest limit with as few lines: no last line of one word.
        let balanced = (1..20)
            .rev()
            .map(|k| fill(paragraph, size, longest * f64::from(k) / 20.0))
            .take_while(|lines| lines.len() == wanted.len())
            .filter(|lines| lines.iter().all(|line| width(line, size) <= longest))
            .last();
        lines.extend(balanced.filter(|_| wanted.len() > 1).unwrap_or(wanted));
    }
    lines
}

fn fill(paragraph: &str, size: f64, longest: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split_whitespace() {
        let mut space = " ";
        for part in parts(word) {
            match lines.last_mut() {
                Some(line) if width(&format!("{line}{space}{part}"), size) <= longest => {
                    line.push_str(space);
                    line.push_str(part);
                }
                _ => lines.push(part.to_string()),
            }
            space = "";
        }
    }
    lines
}

/// A word where it may be broken: beside characters of scripts that are written without spaces, though no line begins with what closes
/// and none ends with what opens.
fn parts(word: &str) -> Vec<&str> {
    const CLOSING: &str =
        "、。，．：；？！）」』】〉》〕］｝ー々ゝヽぁぃぅぇぉっゃゅょァィゥェォッャュョ…,.:;?!)]}%";
    const OPENING: &str = "（「『【〈《〔［｛([{";
    let is_ideograph = |c: char| matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    let mut parts = Vec::new();
    let mut start = 0;
    for ((_, before), (at, after)) in word.char_indices().zip(word.char_indices().skip(1)) {
        if (is_ideograph(before) || is_ideograph(after))
            && !CLOSING.contains(after)
            && !OPENING.contains(before)
        {
            parts.push(&word[start..at]);
            start = at;
        }
    }
    parts.push(&word[start..]);
    parts
}

/// The beginning of a line that fits, with an ellipsis.
pub(crate) fn cut(line: String, size: f64, longest: f64) -> String {
    if width(&line, size) <= longest {
        return line;
    }
    let mut kept = line;
    while !kept.is_empty() && width(&kept, size) + width("…", size) > longest {
        kept.pop();
    }
    format!("{}…", kept.trim_end_matches([' ', '…']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_what_ticks_are_written_with() {
        for c in "0123456789−×⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹,.+:–…µ°".chars() {
            assert!(face().glyph_index(c).is_some(), "{c}");
        }
        assert_eq!(f64::from(face().capital_height().unwrap()) / 2816.0, CAP_HEIGHT);
    }

    #[test]
    fn widths_add_up() {
        assert!(width("W", 10.0) > width("i", 10.0));
        assert_eq!(width("", 10.0), 0.0);
        assert!((width("ab", 10.0) - width("a", 10.0) - width("b", 10.0)).abs() < 1e-12);
        assert!(width("漢", 10.0) > 0.0);
        assert!(
            face().glyph_bounding_box(ttf_parser::GlyphId(0)).is_some(),
            "what is missing shows as a box"
        );
    }

    #[test]
    fn long_text_is_wrapped_then_shrunk_then_cut() {
        let block = Block::fit("short", 10.0, 100.0);
        assert_eq!((block.lines.len(), block.size), (1, 10.0));
        let block = Block::fit("a title of rather many words that goes on", 10.0, 120.0);
        assert_eq!((block.lines.len(), block.size), (2, 10.0));
        let block = Block::fit("Donaudampfschifffahrtsgesellschaft", 10.0, 140.0);
        assert_eq!((block.lines.len(), block.size, block.is_cut), (1, 7.0, false));
        let block = Block::fit(&"word ".repeat(200), 10.0, 100.0);
        assert_eq!((block.lines.len(), block.size, block.is_cut), (3, 7.0, true));
        assert!(block.lines[2].ends_with('…'));
        let block = Block::fit(&"W".repeat(200), 10.0, 100.0);
        assert!(block.width() <= 100.0 && block.lines[0].ends_with('…'));
    }

    #[test]
    fn text_without_spaces_is_broken_between_its_characters() {
        assert_eq!(
            parts("気温（東京）、2024年12月"),
            ["気", "温", "（東", "京）、", "2024", "年", "12", "月"]
        );
        assert_eq!(["Temperature,", "(a)", "한국어", "1–2"].map(|word| parts(word).len()), [1; 4]);
        assert_eq!(parts("。"), ["。"]);
        let block = Block::fit(&"温".repeat(50), 10.0, 250.0);
        assert!(block.lines.len() > 1 && !block.is_cut, "{block:?}");
        assert_eq!(block.lines.concat(), "温".repeat(50));
    }

    #[test]
    fn names_have_the_minus_of_numbers_and_no_other() {
        assert_eq!(name("delay = -100 to -5"), "delay = −100 to −5");
        assert_eq!([name("-1e-5"), name("-.5"), name("5")], ["−1e−5", "−.5", "5"]);
        for text in ["north-west", "2024-01-05", "a - b", "-", "-a"] {
            assert_eq!(name(text), text);
        }
        assert_eq!(name("two\nlines\t"), "two lines ");
    }

    #[test]
    fn control_characters_vanish_and_line_ends_break() {
        let block = Block::fit("a\u{0}b\u{7}\tc\nd\u{ffff}", 10.0, 500.0);
        assert_eq!(block.lines, ["ab c", "d"]);
        assert!(Block::fit(" \n\u{1} ", 10.0, 500.0).is_empty());
    }
}
