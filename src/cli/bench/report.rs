//! What was measured: a table, JSON, or a page in Markdown.

use super::args::word;
use super::case::{Measured, NORM};
use super::machine;

/// What it was measured on.
pub struct Setting {
    /// Threads on the CPU.
    pub threads: usize,
    /// Bytes a second that the CPU reads, if it takes part.
    pub cpu: Option<f64>,
    /// Name of the adapter, its driver, and bytes a second that it reads.
    pub gpu: Option<(String, String, f64)>,
    pub repeats: usize,
    /// Whether nothing else is done with points.
    pub only_counts: bool,
}

impl Setting {
    /// What the machine is and how fast it reads: a title and a text each.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("heatbin", format!("{}, {}", env!("CARGO_PKG_VERSION"), build()))];
        let processor = machine::processor().unwrap_or_else(|| "unknown".into());
        facts
            .push(("CPU", format!("{processor}; {} cores, {} threads used", machine::cores(), self.threads)));
        if let Some(bandwidth) = self.cpu {
            facts.push(("memory, read by the CPU", bytes_a_second(bandwidth)));
        }
        if let Some((name, driver, bandwidth)) = &self.gpu {
            facts.push(("GPU", format!("{name}; {driver}")));
            facts.push(("memory, read by the GPU", bytes_a_second(*bandwidth)));
            if !self.only_counts {
                facts.push((
                    "reductions",
                    "counts on both; sums and means on the CPU: a GPU only counts".into(),
                ));
            }
        }
        facts
    }
}

fn build() -> &'static str {
    if cfg!(debug_assertions) { "a build for debugging: its speed says nothing" } else { "release build" }
}

const TITLES: [&str; 11] = [
    "shape",
    "bins",
    "dist",
    "dtype",
    "points",
    "reduce",
    "backend",
    "stage",
    "median",
    "p95",
    "points/s (of the limit)",
];

/// The head of the table.
pub fn table_head(setting: &Setting) -> String {
    let facts = setting.facts().into_iter().map(|(title, text)| format!("{title}: {text}\n"));
    facts.collect::<String>() + "\n" + &line(&TITLES.map(str::to_owned))
}

/// A line of the table.
pub fn table_row(measured: &Measured) -> String {
    line(&fields(measured))
}

fn line(fields: &[String; 11]) -> String {
    let widths = [7, 6, 9, 6, 8, 7, 8, 20, 9, 9, 0];
    let padded = fields.iter().zip(widths).map(|(field, width)| format!("{field:<width$}"));
    format!("{}\n", padded.collect::<Vec<_>>().join(" ").trim_end())
}

fn fields(measured: &Measured) -> [String; 11] {
    let Measured { case, backend, stage, times, limit, .. } = measured;
    let rate = measured.rate();
    let speed = format!("{} ({:.1} %)", scaled(rate, ""), 100.0 * rate / limit);
    [
        word(case.shape),
        case.bins.to_string(),
        word(case.dist),
        word(case.dtype),
        scaled(case.points as f64, ""),
        word(case.reduce),
        (*backend).to_owned(),
        (*stage).to_owned(),
        seconds(times.median),
        seconds(times.p95),
        if measured.takes_points() { speed } else { "-".into() },
    ]
}

/// The array for programs.
pub fn json(all: &[Measured]) -> String {
    let objects: Vec<_> = all.iter().map(object).collect();
    format!("{:#}\n", serde_json::Value::Array(objects))
}

fn object(measured: &Measured) -> serde_json::Value {
    let Measured { case, backend, adapter, stage, times, limit } = measured;
    serde_json::json!({
        "shape": word(case.shape),
        "dist": word(case.dist),
        "dtype": word(case.dtype),
        "bins": case.bins,
        "points": case.points,
        "reduce": word(case.reduce),
        "backend": backend,
        "adapter": adapter,
        "stage": stage,
        "seconds_median": times.median,
        "seconds_p95": times.p95,
        "points_per_second": measured.rate(),
        "bandwidth_limit_points_per_second": limit,
        "fraction_of_limit": measured.rate() / limit,
    })
}

/// The page of results.
pub fn markdown(all: &[Measured], setting: &Setting) -> String {
    let facts = setting.facts();
    let title = match &setting.gpu {
        Some((name, ..)) => name.clone(),
        None => machine::processor().unwrap_or_else(|| "a CPU".into()),
    };
    let mut page = format!("# heatbin bench: {title}\n\n```sh\n{}\n```\n\n| | |\n|---|---|\n", command());
    page += &format!("| date | {} |\n", machine::today());
    page.extend(facts.iter().map(|(title, text)| format!("| {title} | {text} |\n")));
    let (repeats, side) = (setting.repeats, all.first().map_or(0, |measured| measured.case.pixels));
    page += &format!(
        "\nMedian and 95th percentile of {repeats} runs after one to warm up. *bin* counts points that lie in memory, or on the device, or sums up their weights; \
         *shade* makes {side} × {side} pixels of the counts, with a {NORM} norm, left on the device; *readback* brings the \
         counts to the host; *upload* measures points for the device and sends them there, *sort* puts them in order by where they lie, which a window does once; \
         *frame* is all from a change of view to the finished picture, of points in that order, *zoom* the same for a view of a hundredth of them. The limit is what the \
         memory, read in one stream, delivers.\n\n"
    );
    page += &format!("| {} |\n|{}\n", TITLES.join(" | "), "---|".repeat(TITLES.len()));
    page.extend(all.iter().map(|measured| format!("| {} |\n", fields(measured).join(" | "))));
    page
}

/// The command line, as it can be typed again.
fn command() -> String {
    let quote = |word: String| if word.contains(' ') { format!("'{word}'") } else { word };
    let words = std::env::args_os().skip(1).map(|word| quote(word.to_string_lossy().into_owned()));
    format!("heatbin {}", words.collect::<Vec<_>>().join(" "))
}

/// Three digits and a unit.
fn seconds(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s => (s * 1e6, "µs"),
    };
    format!("{} {unit}", digits(value))
}

fn bytes_a_second(bandwidth: f64) -> String {
    scaled(bandwidth, "B/s")
}

/// A number of thousands, millions or more, as `12.3 M`.
fn scaled(value: f64, unit: &str) -> String {
    let steps = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    let (value, prefix) = match steps.into_iter().find(|(step, _)| value >= *step) {
        Some((step, prefix)) => (value / step, prefix),
        None => (value, ""),
    };
    format!("{} {prefix}{unit}", digits(value)).trim_end().to_owned()
}

fn digits(value: f64) -> String {
    let after = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.after$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(seconds(0.012_345), "12.3 ms");
        assert_eq!(seconds(1.0), "1.00 s");
        assert_eq!(seconds(123.4), "123 s");
        assert_eq!(seconds(4.56e-7), "0.46 µs");
        assert_eq!(scaled(1e7, ""), "10.0 M");
        assert_eq!(scaled(4.8e12, "B/s"), "4.80 TB/s");
        assert_eq!(scaled(300.0, ""), "300");
    }
}
