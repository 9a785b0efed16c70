//! The tests of the whole crate, one binary: a module for each question.

mod colors;
mod compare;
mod data;
mod definition;
mod ladder;
mod references;
