//! The console line by line, for screen readers and terminals that can do no more.
//!
//! ```text
//! signoff at 127.0.0.1:7433, ana, senior. Plain mode: type a line, then Enter.
//! 2 wait, 1 of them severe.
//! 1. Severe: payment.refund, 6,000.00 USD, 0 of 2 approvals, 4 hours left; support-3: issue_refund on order/1
//! 2. Low: ticket.tag, 0 of 1 approvals, 30 minutes left; support-3: tag_ticket on T-4410
//! Type a number to read one; or list, help, quit.
//! > 1
//! 1, payment.refund, rule large, severe. It denies itself in 4 hours.
//!   does     issue_refund  billing  order/1  production                  digest 9c41ab07
//!   ...
//!   | "Customer was charged twice for order 1."
//! What to do with 1, digest 9c41ab07? 1 approve, 2 reject, 3 whole payload, ... 7 back.
//! > 1
//! ```
//!
//! Nothing is ever rewritten, coloured or moved: no escape sequence comes out. A line at the left edge is
//! ours; whatever an agent sent stands indented, or last in a line. A number means one envelope for as long
//! as this runs. Guards, sheets and what is asked of the gate are the console's; its `update` too has no
//! clock and returns what to do as data.

mod effect;
pub mod model;
mod msg;
mod runner;
mod update;
mod words;

pub use effect::Effect;
pub use model::Model;
pub use msg::Msg;
pub use runner::run;
pub use update::{begin, update};
