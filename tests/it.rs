//! Everything that needs more than one layer: HTTP in process, the real binary, the wall between layers.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

/// One binary links once; the inner module is where its files lie.
mod it {
    mod aap;
    mod bundle;
    mod chance;
    mod cli;
    mod console;
    mod crash;
    mod gate;
    mod hostile;
    mod interop;
    mod layers;
    mod ledger;
    mod plain;
    mod proofs;
    mod reading;
    mod readme;
    mod replay;
    mod terminal;
    mod world;
}
