//! Both backends, asked as a user asks them, give the cells of numpy and matplotlib: no cell differs, no row is lost.

use heatbin::{Aggregate, Backend, Column};

use crate::compare::differences;
use crate::references::{Case, Columns, Request, cases};

/// What a backend makes of a case, through the public builders.
fn aggregate(case: &Case, (x, y): (Column<'_>, Column<'_>), backend: Backend) -> heatbin::Result<Aggregate> {
    match case.request() {
        Request::Bins(bins) => {
            let mut plot = heatbin::hist2d(x, y).bins(bins).backend(backend);
            if let Some((x, y)) = case.range() {
                plot = plot.range(x, y);
            }
            plot.aggregate()
        }
        Request::Edges(xedges, yedges) => {
            heatbin::hist2d(x, y).xedges(xedges).yedges(yedges).backend(backend).aggregate()
        }
        Request::Gridsize(gridsize) => {
            let (xscale, yscale) = case.scales();
            let mut plot =
                heatbin::hexbin(x, y).gridsize(gridsize).xscale(xscale).yscale(yscale).backend(backend);
            if let Some((x, y)) = case.range() {
                plot = plot.range(x, y);
            }
            plot.aggregate()
        }
    }
}

fn compare(backend: Backend) {
    let mut columns = Columns::default();
    let mut found = String::new();
    for case in cases() {
        match aggregate(&case, columns.of(&case), backend) {
            Ok(got) => found += &differences(&case, &got),
            Err(error) => found += &format!("{}\n  {error}\n", case.name()),
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn the_cpu_agrees_with_the_peers() {
    compare(Backend::Cpu);
}

#[test]
fn the_gpu_agrees_with_the_peers() {
    compare(Backend::Gpu);
}
