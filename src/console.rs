//! The reviewer's console.
//!
//! ```text
//!  signoff  http://127.0.0.1:7433  * live        ana, senior     7 waiting  2 severe  1 ?   header
//! > !! payment.refund   support-3    billing:order/12345   6,000.00 USD  0/2    12:03       queue
//!   !! db.migrate       ops-1        orders-db                        -  0/1    21:40
//! -- payment.refund, rule large -------- denies itself in 12:03 -------- 1 of 7 --------    title
//! does     issue_refund  billing:order/12345  production            digest 9c41ab07         sheet
//! asks     2 seniors: money leaves for good
//! ...
//! | "Customer was charged twice for order 12345."                                           quote
//! a approve  r reject  d diff  j next  ? help  q quit                                       footer
//! ```
//!
//! A [`Command`] is what a key means, a [`Msg`] what happened, an [`Effect`] what to do,
//! the [`Model`] all there is to draw. [`update()`] is the only writer and has no clock; [`view()`] cannot
//! change anything; the runner executes effects and sends one message back for each.

pub(crate) mod consent;
mod effect;
mod keymap;
pub mod model;
mod msg;
mod runner;
mod sheet;
mod theme;
mod update;
mod view;

pub(crate) use runner::{Errands, Hand, Watch, continued};
pub(crate) use sheet::{Line, becomes as what_becomes, both_ends};
pub(crate) use update::{INERT, UNPROVED, WAIT, classes, counted, heirs, pause, stands, times};

pub use effect::{Basis, Effect, Saying, Verifying};
pub use keymap::{Command, Key, Keymap, Place, keys_in};
pub use model::{About, Memory, Model, Recalled, Start};
pub use msg::{Gesture, Msg, Pointed, Pressed, Word};
pub use runner::{Clock, ConsoleError, Ended, MemoryFile, Options, PinError, PinFile, run};
pub use sheet::{case_text, policy_text, unknown};
pub use update::{begin, update};
pub use view::view;
