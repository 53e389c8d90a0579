//! Work that is done on all cores and comes back in its order.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Builder};

/// How many items one thread takes at a time: enough that handing them over costs nothing.
const LOT: usize = 256;

/// How many lots may be under way for each thread.
const AHEAD: usize = 2;

/// One thread: where lots go in, and where what came of each comes out.
type Desk<I, O> = (SyncSender<Vec<I>>, Receiver<Vec<O>>);

/// Has each item looked at, several at once, and takes what came of them in the order of the items.
///
/// `next` and `take` run on this thread, so they may hold what is not to be shared. Where no thread can be
/// started, `look` does too.
pub(super) fn in_order<I: Send, O: Send, E>(
    mut next: impl FnMut() -> Result<Option<I>, E>,
    look: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let look = &look;
    thread::scope(|scope| {
        let mut desks: Vec<Desk<I, O>> = Vec::new();
        for _ in 0..cores {
            let (lots, at_desk) = sync_channel::<Vec<I>>(AHEAD + 1);
            let (done, taken) = sync_channel(AHEAD + 1);
            let work = move || {
                for lot in at_desk {
                    let lot: Vec<O> = lot.into_iter().map(look).collect();
                    if done.send(lot).is_err() {
                        break;
                    }
                }
            };
            if Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
            desks.push((lots, taken));
        }
        let mut under_way: VecDeque<usize> = VecDeque::new();
        let mut turn = 0;
        loop {
            let mut lot = Vec::with_capacity(LOT);
            while lot.len() < LOT
                && let Some(item) = next()?
            {
                lot.push(item);
            }
            let is_last = lot.len() < LOT;
            if desks.is_empty() {
                lot.into_iter().map(look).try_for_each(&mut take)?;
            } else {
                // A desk that is gone panicked, and the scope ends with that.
                let _ = desks[turn].0.send(lot);
                under_way.push_back(turn);
                turn = (turn + 1) % desks.len();
            }
            while under_way.len() > if is_last { 0 } else { AHEAD * desks.len() } {
                let Some(desk) = under_way.pop_front() else { break };
                desks[desk].1.recv().into_iter().flatten().try_for_each(&mut take)?;
            }
            if is_last {
                return Ok(());
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(count: u64, stop_at: u64) -> (Vec<u64>, Result<(), u64>) {
        let (mut items, mut taken) = (0..count, Vec::new());
        let ended = in_order(
            || Ok(items.next()),
            |n| n * n,
            |square| {
                taken.push(square);
                if square == stop_at * stop_at {
                    Err(stop_at)
                } else {
                    Ok(())
                }
            },
        );
        (taken, ended)
    }

    #[test]
    fn what_is_looked_at_at_once_comes_in_its_order() {
        for count in [0, 1, 255, 256, 257, 5_000] {
            let (taken, ended) = squares(count, u64::MAX >> 32);
            assert_eq!(ended, Ok(()));
            assert_eq!(taken, (0..count).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_first_that_is_refused_ends_it() {
        let (taken, ended) = squares(5_000, 700);
        assert_eq!((taken.len(), ended), (701, Err(700)));
    }

    #[test]
    fn what_cannot_be_read_ends_it() {
        let mut n = 0;
        let next = || {
            n += 1;
            if n > 1_000 { Err("gone") } else { Ok(Some(n)) }
        };
        assert_eq!(in_order(next, |n| n, |_| Ok(())), Err("gone"));
    }
}
