//! `heatbin bench`: how fast this machine is, on the CPU and on a GPU, beside what its memory can deliver.
//!
//! Points are made, not read, and stay in memory, or on the device. Every stage is run once to warm up and then measured.

pub mod args;
mod case;
mod cpu;
mod data;
#[cfg(feature = "gpu")]
mod gpu;
#[cfg(not(feature = "gpu"))]
#[path = "disabled.rs"]
mod gpu;
mod machine;
mod report;
mod sorted;
mod times;

use super::print;
use super::progress::go_on;
use crate::data::{Floats, Grid};
use crate::error::{Error, Result};
use args::{BenchArgs, Reduce, Where};
use case::{Case, Measured};
use cpu::Cpu;
use gpu::Gpu;
use report::Setting;
use sorted::Sorted;

/// Bytes that reading speed is measured on, in `cpu` and in `gpu` on a software rasteriser.
const READ_BYTES: u64 = 768 << 20;

/// No machine has more.
const MOST_THREADS: usize = 4096;

/// Measures all that was asked for.
pub fn run(args: &BenchArgs) -> Result<()> {
    let backends = backends(args)?;
    let cases = cases(args)?;
    let threads = args.threads.unwrap_or_else(machine::cores);
    if threads > MOST_THREADS {
        return Err(Error::usage(format!("{threads} threads are too many: {MOST_THREADS} is the most")));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|reason| {
        Error::usage(format!("{threads} threads cannot be started: {reason}; ask for fewer with --threads"))
    })?;
    pool.install(|| measure(args, &cases, &backends, threads))
}

/// The backends asked for, or those worth it.
fn backends(args: &BenchArgs) -> Result<Vec<Where>> {
    let mut backends = args.backend.clone();
    let other = args.reduce.iter().find(|reduce| **reduce != Reduce::Count);
    if let Some(&other) = other
        && (args.adapter.is_some() || backends.contains(&Where::Gpu))
    {
        return Err(Error::usage(format!(
            "a GPU only counts: measure --reduce {} with --backend cpu alone",
            args::word(other)
        )));
    }
    if backends.is_empty() {
        backends.push(Where::Cpu);
        if args.adapter.is_some() || (args.reduce.contains(&Reduce::Count) && gpu::is_there()) {
            backends.push(Where::Gpu);
        }
    }
    match &args.adapter {
        Some(name) if !backends.contains(&Where::Gpu) => Err(Error::usage(format!(
            "the adapter '{name}' is for the GPU, but the backend is the CPU: leave one of them out"
        ))),
        _ => Ok(backends),
    }
}

/// Every combination, those of the same points side by side.
fn cases(args: &BenchArgs) -> Result<Vec<Case>> {
    let pixels = u32::try_from(args.pixels).ok().filter(|side| *side <= MOST_PIXELS).ok_or_else(|| {
        Error::usage(format!(
            "a picture of {0} × {0} pixels is too large: {MOST_PIXELS} is the most",
            args.pixels
        ))
    })?;
    let mut cases = Vec::new();
    for &points in &args.points {
        for &dist in &args.dist {
            for &dtype in &args.dtype {
                for &reduce in &args.reduce {
                    for &shape in &args.shape {
                        let case = |&bins: &usize| Case { shape, dist, dtype, reduce, bins, points, pixels };
                        cases.extend(args.bins.iter().map(case));
                    }
                }
            }
        }
    }
    cases.iter().try_for_each(|case| Grid::check_cells(case.cells()))?;
    Ok(cases)
}

/// The widest picture: one binding of a device holds its square.
const MOST_PIXELS: u32 = 5792;

/// An error if the points would not fit the memory, in which they stand sorted too, and for a GPU so once more and as quanta of both.
fn check_memory(cases: &[Case], with_gpu: bool, threads: usize) -> Result<()> {
    let Some(free) = machine::free_memory() else { return Ok(()) };
    for case in cases {
        let quanta = if with_gpu { 16 * case.points as u64 } else { 0 };
        let sorted = if with_gpu { 2 } else { 1 } * case.bytes() as u64;
        let grids = 24 * case.cells() as u64 + (4 * (case.cells() * threads) as u64).min(512 << 20);
        // A sum takes 16 bytes a cell, in the end beside two words for the result.
        let sums = if case.reduce == Reduce::Count { 0 } else { 16 * case.cells() as u64 + (256 << 20) };
        let grids = grids + sums;
        let need = (case.bytes() as u64)
            .saturating_add(sorted)
            .saturating_add(quanta)
            .saturating_add(grids)
            .saturating_add(READ_BYTES);
        if need > free {
            return Err(Error::usage(format!(
                "{} points of {} into {} bins take {} MiB, but {} MiB of memory are free: ask for fewer",
                case.points,
                args::word(case.dtype),
                case.bins,
                need >> 20,
                free >> 20
            )));
        }
    }
    Ok(())
}

fn measure(args: &BenchArgs, cases: &[Case], backends: &[Where], threads: usize) -> Result<()> {
    let takes = |backend| backends.contains(&backend);
    check_memory(cases, takes(Where::Gpu), threads)?;
    let gpu = if takes(Where::Gpu) { Some(Gpu::open(args.adapter.as_deref(), args.repeat)?) } else { None };
    let cpu = if takes(Where::Cpu) { Some(Cpu::new(args.repeat)?) } else { None };
    let setting = Setting {
        threads,
        cpu: cpu.as_ref().map(|cpu| cpu.bandwidth),
        gpu: gpu.as_ref().map(|gpu| (gpu.name(), gpu.driver(), gpu.bandwidth())),
        only_counts: cases.iter().all(|case| case.reduce == Reduce::Count),
        repeats: args.repeat,
    };
    let live = !args.json && !args.markdown;
    if live {
        print(&report::table_head(&setting))?;
    }
    let mut all = Vec::new();
    let mut tell = |measured: Measured| {
        if live {
            print(&report::table_row(&measured))?;
        }
        all.push(measured);
        go_on()
    };
    // Cases that differ in the grid alone share their points.
    for cases in cases.chunk_by(|a, b| (a.points, a.dist, a.dtype) == (b.points, b.dist, b.dtype)) {
        let (x, y) = data::columns(cases[0].dist, cases[0].dtype, cases[0].points);
        let is_weighted = cases.iter().any(|case| case.reduce != Reduce::Count);
        let weights = is_weighted.then(|| data::weights(cases[0].dtype, cases[0].points));
        let columns = ((&x, &y), weights.as_ref());
        measure_points(cases, columns, (cpu.as_ref(), gpu.as_ref()), (args.repeat, args.ways), &mut tell)?;
    }
    match (args.json, args.markdown) {
        (true, _) => print(&report::json(&all)),
        (_, true) => print(&report::markdown(&all, &setting)),
        _ => Ok(()),
    }
}

/// Measures the cases of the same points on each backend.
fn measure_points(
    cases: &[Case],
    (columns, weights): ((&Floats<'_>, &Floats<'_>), Option<&Floats<'_>>),
    (cpu, gpu): (Option<&Cpu>, Option<&Gpu>),
    (repeats, ways): (usize, bool),
    tell: &mut dyn FnMut(Measured) -> Result<()>,
) -> Result<()> {
    go_on()?;
    let sorted = Sorted::new(columns, weights, cpu.map(|_| repeats))?;
    let resident = gpu.map(|gpu| gpu.upload(columns, &sorted, repeats)).transpose()?;
    for case in cases {
        if let Some(cpu) = cpu {
            cpu.measure(case, columns, (weights, &sorted), repeats, &mut |stage, times| {
                let limit = cpu.limit(case);
                tell(Measured { case: *case, backend: "cpu", adapter: None, stage, times, limit })
            })?;
        }
        if let (Some(gpu), Some((points, upload)), Reduce::Count) = (gpu, &resident, case.reduce) {
            let mut tell = |stage, times| {
                let (adapter, limit) = (Some(gpu.name()), gpu.limit(case));
                tell(Measured { case: *case, backend: "gpu", adapter, stage, times, limit })
            };
            tell("upload", *upload)?;
            gpu.measure(case, points, (repeats, ways), &mut tell)?;
        }
    }
    Ok(())
}
