//! The command `heatbin`; everything it does is in the library.

fn main() -> std::process::ExitCode {
    heatbin::cli::run()
}
