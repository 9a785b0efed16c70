//! What is known of this machine. Where a system does not say, nothing is said.

use std::time::SystemTime;

/// A line `name: value` of a file such as those in /proc.
fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.split(':').next().is_some_and(|key| key.trim() == name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The processor, as it names itself.
pub fn processor() -> Option<String> {
    field(&std::fs::read_to_string("/proc/cpuinfo").ok()?, "model name")
}

/// Bytes of memory that can be had without swapping.
pub fn free_memory() -> Option<u64> {
    let available = field(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable")?;
    let kibibytes: u64 = available.strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// Cores that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Today in UTC, as 2026-11-20.
pub fn today() -> String {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    date(since_1970.as_secs() / 86_400)
}

/// The date so many days after 1970-01-01.
fn date(mut days: u64) -> String {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (days, wanted) in [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_453, "2025-12-31"),
            (20_777, "2026-11-20"),
        ] {
            assert_eq!(date(days), wanted);
        }
    }

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "MemFree:   1 kB\nMemAvailable:   22 kB\nmodel name\t: A: B\n";
        assert_eq!(field(text, "MemAvailable").as_deref(), Some("22 kB"));
        assert_eq!(field(text, "model name").as_deref(), Some("A: B"));
        assert_eq!(field(text, "Mem"), None);
    }
}
