//! SVG text: elements with short numbers and escaped characters.

use std::fmt::Write;

use crate::data::Rgba;
use crate::figure::font::{self, Block};

/// A length or position in points, to a ten-thousandth (far below a device pixel), without needless digits.
pub(crate) fn number(value: f64) -> String {
    let mut text = format!("{value:.4}");
    let kept = text.trim_end_matches('0').trim_end_matches('.').len();
    text.truncate(kept);
    if text == "-0" { "0".to_string() } else { text }
}

/// Text as it may stand in an element or an attribute. Characters that XML forbids are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(' '),
            c if c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c) => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text as it may stand in a text element, where what the bundled font lacks names the font that has it.
pub(crate) fn content(text: &str) -> String {
    let mut content = String::new();
    for (font, piece) in font::pieces(text) {
        match font {
            None => content += &escape(piece),
            // In quotes: a name may be any text.
            Some(font) => {
                let family = escape(&font.family.replace('"', ""));
                write!(content, "<tspan font-family=\"&quot;{family}&quot;\">{}</tspan>", escape(piece))
                    .expect("a String takes all");
            }
        }
    }
    content
}

/// The attributes that fill a shape with a colour.
pub(crate) fn fill(color: Rgba) -> String {
    match color[3] {
        255 => format!("fill=\"{}\"", hex(color)),
        alpha => format!("fill=\"{}\" fill-opacity=\"{}\"", hex(color), number(f64::from(alpha) / 255.0)),
    }
}

/// `#rrggbb`; opacity is an attribute of its own.
pub(crate) fn hex([r, g, b, _]: Rgba) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A rectangle's outline as path data.
pub(crate) fn rect(x: f64, y: f64, width: f64, height: f64) -> String {
    let [x, y, w, h, back] = [x, y, width, height, -width].map(number);
    format!("M{x} {y}h{w}v{h}h{back}z")
}

/// The same outline the other way around: inside another, it is a hole.
pub(crate) fn hole(x: f64, y: f64, width: f64, height: f64) -> String {
    let [x, y, w, h, up] = [x, y, width, height, -height].map(number);
    format!("M{x} {y}v{h}h{w}v{up}z")
}

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text with its baseline at `(x, y)`.
pub(crate) fn text(out: &mut String, (x, y): (f64, f64), size: f64, anchor: Anchor, content: &str) {
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let ([x, y, size], content) = ([x, y, size].map(number), self::content(content));
    writeln!(out, r#"<text x="{x}" y="{y}" font-size="{size}"{anchor}>{content}</text>"#)
        .expect("a String takes all");
}

/// A block of centred lines with its top at `top`.
pub(crate) fn block(out: &mut String, block: &Block, center: f64, top: f64) {
    for (baseline, line) in block.baselines() {
        text(out, (center, top + baseline), block.size, Anchor::Middle, line);
    }
}

/// A block of centred lines that is read upwards, with its top at `left`.
pub(crate) fn upright(out: &mut String, block: &Block, left: f64, center: f64) {
    if block.is_empty() {
        return;
    }
    let [x, y] = [left, center].map(number);
    // A quarter turn in whole numbers: a sine might differ from machine to machine.
    writeln!(out, r#"<g transform="matrix(0 -1 1 0 {x} {y})">"#).expect("a String takes all");
    self::block(out, block, 0.0, 0.0);
    out.push_str("</g>\n");
}

/// A line of text that is read upwards and ends at `(x, y)`.
pub(crate) fn upright_line(out: &mut String, (x, y): (f64, f64), size: f64, content: &str) {
    let ([x, y, size], content) = ([x, y, size].map(number), self::content(content));
    writeln!(
        out,
        r#"<text transform="matrix(0 -1 1 0 {x} {y})" font-size="{size}" text-anchor="end">{content}</text>"#
    )
    .expect("a String takes all");
}

/// The style sheet that carries the bundled font, so that the picture is the same where it is not installed.
pub(crate) fn font_face() -> String {
    use base64::Engine;
    let data = base64::engine::general_purpose::STANDARD.encode(font::WOFF2);
    let family = font::FAMILY;
    format!(
        "<style>@font-face{{font-family:{family};src:url(data:font/woff2;base64,{data}) format(\"woff2\")}}</style>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts = [0.0, -0.0, -0.00001, 1.0, 1.5, 100.0, -2.34561, 1e-9].map(number);
        assert_eq!(texts, ["0", "0", "0", "1", "1.5", "100", "-2.3456", "0"]);
    }

    #[test]
    fn labels_cannot_break_out() {
        assert_eq!(escape("a<b & \"c\">\u{0}\u{1b}d\n"), "a&lt;b &amp; &quot;c&quot;&gt;d ");
    }
}
