//! What changes: by field, as text, and the plain payload where there is nothing to compare with.
//!
//! Pure, but that a clock tells it when to give up. It works on JSON text and yields lines; making them safe
//! to show is the screen's duty.

mod arrays;
mod delta;
mod fields;
mod pretty;
mod text;
mod until;

pub use delta::Delta;
pub use fields::{Change, FieldChange, FieldDiff, fields, spelt, versions};
pub use pretty::pretty;
pub use text::{LineDiff, Piece, Side, TextLine, text};
pub use until::Until;
