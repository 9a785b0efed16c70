//! Loops compiled for the processor that runs them.
//!
//! A plain loop without branches becomes vector code; [`vectorized!`] compiles it for each instruction set a processor may have and
//! picks at run time. No instruction set changes a result: additions and multiplications are IEEE 754 in all of them, and
//! Rust never fuses the two.
//!
//! Only x86-64 needs the choice, because a program for it may count on SSE2 alone. NEON is part of every aarch64 processor, so
//! there the plain body is NEON code already.

/// Declares a function that runs its body compiled for the best instruction set there is.
macro_rules! vectorized {
    (
        $(#[$doc:meta])*
        fn $name:ident$(<$($float:ident),+>)?($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block
    ) => {
        $(#[$doc])*
        pub fn $name$(<$($float: Copy + Into<f64>),+>)?($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn body$(<$($float: Copy + Into<f64>),+>)?($($argument: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
                fn avx512$(<$($float: Copy + Into<f64>),+>)?($($argument: $type),*) $(-> $result)? { body($($argument),*) }
                #[target_feature(enable = "avx2")]
                fn avx2$(<$($float: Copy + Into<f64>),+>)?($($argument: $type),*) $(-> $result)? { body($($argument),*) }

                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                {
                    // SAFETY: the processor has these instructions, as was just asked.
                    return unsafe { avx512($($argument),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has these instructions, as was just asked.
                    return unsafe { avx2($($argument),*) };
                }
            }
            body($($argument),*)
        }
    };
}

pub(crate) use vectorized;
