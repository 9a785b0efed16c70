//! The tests of the whole crate, one binary: a module for each question.

mod backends;
mod colors;
mod compare;
mod data;
mod definition;
mod examples;
mod ladder;
mod numbers;
mod references;
