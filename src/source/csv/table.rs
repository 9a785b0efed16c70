//! Records → blocks of a table.

use ::csv::ByteRecord;

use super::chunks::Chunk;
use super::rows::{Rows, Texts};
use crate::data::Names;
use crate::error::Result;
use crate::source::FieldKind;
use crate::source::part::{Block, Wanted};
use crate::source::workers::Turn;

/// The wanted columns of all rows of a piece.
pub(super) fn block(rows: &Rows<'_>, chunk: &Chunk, wanted: &[Wanted], turn: &Turn<'_>) -> Result<Block> {
    let mut reader = rows.reader(chunk);
    let mut record = ByteRecord::new();
    let is_text = |wanted: &&Wanted| wanted.kind == FieldKind::Text;
    let texts: Vec<usize> = wanted.iter().filter(is_text).map(|wanted| wanted.column).collect();
    let values: Vec<&Wanted> = wanted.iter().filter(|wanted| !is_text(wanted)).collect();
    let mut codes: Vec<Texts> = texts.iter().map(|_| Texts::default()).collect();
    let mut block =
        Block { order: turn.order(0), start: None, rows: 0, numbers: Vec::new(), texts: Vec::new() };
    while rows.next(&mut reader, chunk, &mut record)? {
        if block.rows == 0 {
            // Rows are alike, and each has its delimiters and its end.
            let guess = chunk.bytes.len() / (record.as_slice().len() + record.len());
            block.numbers.reserve((guess + 1) * values.len());
        }
        for &wanted in &values {
            block.numbers.push(rows.value(chunk, &record, wanted)?);
        }
        for (&column, codes) in texts.iter().zip(&mut codes) {
            codes.push(&record[column]);
        }
        block.rows += 1;
    }
    block.texts = codes.into_iter().map(Texts::finish).collect::<Vec<Names<'static>>>();
    Ok(block)
}
