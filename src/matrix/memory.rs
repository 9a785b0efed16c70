//! Whether there is memory for what grows with the square of the rows.

/// What is taken to be free where nobody tells.
#[cfg(not(target_os = "linux"))]
const ASSUMED: u64 = 8 << 30;

/// The bytes that can be had without swapping.
#[cfg(target_os = "linux")]
pub(crate) fn available() -> u64 {
    let told = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| of_meminfo(&text));
    // Where /proc is hidden, nothing is refused.
    told.unwrap_or(u64::MAX)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn available() -> u64 {
    ASSUMED
}

/// `MemAvailable` of /proc/meminfo, in bytes.
#[cfg(target_os = "linux")]
fn of_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Bytes as a person reads them: `1.2 GiB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn meminfo_is_read() {
        let text = "MemTotal:       131\nMemFree: 1 kB\nMemAvailable:   2048 kB\nBuffers: 0 kB\n";
        assert_eq!(of_meminfo(text), Some(2 << 20));
        assert_eq!(of_meminfo("MemFree: 1 kB\n"), None);
        assert_eq!(of_meminfo("MemAvailable: many kB\n"), None);
        assert!(available() > 1 << 20);
    }

    #[test]
    fn sizes_are_short() {
        let texts = [100, 1 << 20, 3 << 29, 124 << 30, u64::MAX].map(size);
        assert_eq!(texts, ["0.1 KiB", "1.0 MiB", "1.5 GiB", "124.0 GiB", "16.0 EiB"]);
    }
}
