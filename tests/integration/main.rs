//! The tests of the whole crate, one binary: a module for each question.

mod backends;
mod bad_input;
mod bench;
mod categories;
mod cli;
mod clusters;
mod colors;
mod compare;
mod data;
mod definition;
mod density;
mod examples;
mod facets;
mod fit;
mod gallery;
mod heatmap_command;
mod heatmaps;
mod ladder;
mod manners;
mod marginals;
mod numbers;
mod pictures;
mod reductions;
mod references;
mod several;
#[cfg(unix)]
mod signals;
mod subplots;
mod table_command;
mod tables;
mod underlay;
#[cfg(target_os = "linux")]
mod window;
#[cfg(target_os = "linux")]
mod x11;
