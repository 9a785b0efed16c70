//! Memory of zeros, on huge pages where the system has them.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};

/// Numbers of zero whose memory is not touched before it is used: a large grid may be mostly empty.
pub fn zeroed<T: Zero>(length: usize) -> Vec<T> {
    if length == 0 {
        return Vec::new();
    }
    let layout = Layout::array::<T>(length).expect("a grid fits the address space");
    // SAFETY: the layout is that of `length` numbers and not empty; zero bytes are a number of 0; the allocator is the one
    // that Vec frees with.
    unsafe {
        let numbers = alloc_zeroed(layout).cast::<T>();
        if numbers.is_null() {
            handle_alloc_error(layout);
        }
        ask_for_huge_pages(numbers.cast(), layout.size());
        Vec::from_raw_parts(numbers, length, length)
    }
}

/// Numbers of which all bytes are zero when they are.
///
/// # Safety
/// Memory of zero bytes must hold such a number.
pub unsafe trait Zero {}
// SAFETY: so it is with every whole number.
unsafe impl Zero for u8 {}
// SAFETY: as above.
unsafe impl Zero for u16 {}
// SAFETY: as above.
unsafe impl Zero for u64 {}
// SAFETY: zero bytes are a float of 0 too.
unsafe impl Zero for f64 {}

/// Asks Linux to back memory with pages of 2 MiB: fetching a large grid in pages of 4 KiB costs more than counting into it.
pub fn ask_for_huge_pages(start: *mut u8, bytes: usize) {
    #[cfg(target_os = "linux")]
    advise(start, bytes);
    #[cfg(not(target_os = "linux"))]
    let _ = (start, bytes);
}

#[cfg(target_os = "linux")]
fn advise(start: *mut u8, bytes: usize) {
    const HUGE: usize = 2 << 20;
    let skipped = start.align_offset(HUGE);
    if let Some(rest) = bytes.checked_sub(skipped).filter(|rest| *rest >= HUGE) {
        // SAFETY: the range lies in one allocation, and the advice changes no byte of it. Where it is not taken, nothing is lost.
        unsafe { libc::madvise(start.add(skipped).cast(), rest / HUGE * HUGE, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_are_zero_and_can_be_freed() {
        for length in [0, 1, 1 << 10, (3 << 20) + 7] {
            let mut numbers: Vec<u64> = zeroed(length);
            assert!(numbers.len() == length && numbers.iter().all(|&number| number == 0));
            numbers.push(1);
        }
    }
}
