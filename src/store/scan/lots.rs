//! Work that is done on all cores and comes back in its order.
//!
//! Who reads goes on reading while others look at what was read, and while what came of that is taken: rows
//! come from one connection, which is one thread's, and so does the order of what is found.

use std::sync::mpsc::{channel, sync_channel};
use std::thread::{self, Builder};

/// How many rows make a lot: enough that handing it over costs nothing.
const LOT: usize = 256;

/// How many bytes are enough for a lot: a row may have a quarter of a million, and many lots are under way.
const BYTES: usize = 1 << 20;

/// How many lots may wait at each desk.
const AHEAD: usize = 2;

/// Reads a lot: what `next` gives, each with its bytes, until there is no more, or enough. Nothing where there was
/// none. An error stands behind what was read before it: it waits in `late` until that lot is handed over.
pub(super) fn gather<T, E>(
    late: &mut Option<E>,
    mut next: impl FnMut() -> Result<Option<(T, usize)>, E>,
) -> Result<Option<Vec<T>>, E> {
    if let Some(error) = late.take() {
        return Err(error);
    }
    let (mut lot, mut held) = (Vec::with_capacity(LOT), 0);
    while lot.len() < LOT && held < BYTES {
        match next() {
            Ok(Some((item, bytes))) => {
                lot.push(item);
                held += bytes;
            }
            Ok(None) => break,
            Err(error) if lot.is_empty() => return Err(error),
            Err(error) => {
                *late = Some(error);
                break;
            }
        }
    }
    Ok((!lot.is_empty()).then_some(lot))
}

/// Has each lot looked at, several at once, and what came of it taken in the order of the lots.
///
/// `next` runs on this thread, so it may hold what is not to be sent; `take` runs on one of its own. An error
/// of either ends it, and that of what was read first counts. Where no thread can be started, this one does it all.
pub(super) fn in_order<I: Send, O: Send, E: Send>(
    mut next: impl FnMut() -> Result<Option<I>, E>,
    look: impl Fn(I) -> O + Sync,
    mut take: impl FnMut(&O) -> Result<(), E> + Send,
) -> Result<(), E> {
    let Some(first) = next()? else { return Ok(()) };
    let second = match next() {
        Ok(Some(second)) => second,
        // For one lot nobody else has to come.
        end => {
            take(&look(first))?;
            return end.map(drop);
        }
    };
    let mut ahead = [first, second].into_iter();
    let mut next = || ahead.next().map_or_else(&mut next, |lot| Ok(Some(lot)));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (look, taking) = (&look, &mut take);
    let done = thread::scope(|scope| {
        let (mut desks, mut outs) = (Vec::new(), Vec::new());
        for _ in 0..cores {
            let (lots, at_desk) = sync_channel::<I>(AHEAD);
            let (done, out) = sync_channel::<O>(AHEAD);
            // What a thread made it throws away too: another one is slow at that.
            let (spent, over) = channel::<O>();
            let work = move || {
                for lot in at_desk {
                    over.try_iter().for_each(drop);
                    if done.send(look(lot)).is_err() {
                        break;
                    }
                }
            };
            if Builder::new().spawn_scoped(scope, work).is_err() {
                break;
            }
            desks.push(lots);
            outs.push((out, spent));
        }
        if desks.is_empty() {
            return None;
        }
        let taker = move || {
            // Lots go round the desks, and the first desk that has no more to say had the last one.
            for (out, spent) in outs.iter().cycle() {
                let Ok(lot) = out.recv() else { break };
                taking(&lot)?;
                // A desk that is gone has nothing to throw away any more.
                let _ = spent.send(lot);
            }
            Ok(())
        };
        let taker = Builder::new().spawn_scoped(scope, taker).ok()?;
        let mut read = Ok(());
        for desk in desks.iter().cycle() {
            match next() {
                // A desk that is gone was left by whoever takes: that error is the one to tell.
                Ok(Some(lot)) => {
                    if desk.send(lot).is_err() {
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    read = Err(error);
                    break;
                }
            }
        }
        drop(desks);
        match taker.join() {
            Ok(found) => Some(found.and(read)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
    if let Some(done) = done {
        return done;
    }
    while let Some(lot) = next()? {
        take(&look(lot))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squares(count: u64, stop_at: u64) -> (Vec<u64>, Result<(), u64>) {
        let (mut items, mut taken, mut late) = (0..count, Vec::new(), None);
        let ended = in_order(
            || gather(&mut late, || Ok(items.next().map(|n| (n, 8)))),
            |lot| lot.into_iter().map(|n| n * n).collect::<Vec<u64>>(),
            |squares| {
                for square in squares {
                    taken.push(*square);
                    if *square == stop_at * stop_at {
                        return Err(stop_at);
                    }
                }
                Ok(())
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
    fn a_lot_of_long_rows_is_a_short_one() {
        let mut late = None::<()>;
        let mut rows = vec![("short", 1), ("long", BYTES), ("next", 1)].into_iter();
        let mut lot = || gather(&mut late, || Ok(rows.next()));
        assert_eq!(lot(), Ok(Some(vec!["short", "long"])));
        assert_eq!((lot(), lot()), (Ok(Some(vec!["next"])), Ok(None)));
    }

    #[test]
    fn the_first_that_is_refused_ends_it() {
        let (taken, ended) = squares(50_000, 700);
        assert_eq!((taken.len(), ended), (701, Err(700)));
    }

    #[test]
    fn what_cannot_be_read_ends_it_behind_what_was_read_before() {
        for (refused, told) in [(500, "refused"), (1_000, "refused"), (50_000, "gone"), (1, "refused")] {
            for readable in [100, 1_000, 1_024] {
                let (mut n, mut late) = (0, None);
                let mut number = || {
                    n += 1;
                    if n > readable { Err("gone") } else { Ok(Some((n, 4))) }
                };
                let next = || gather(&mut late, &mut number);
                let take = |numbers: &Vec<u32>| {
                    let is_refused = numbers.contains(&refused);
                    if is_refused { Err("refused") } else { Ok(()) }
                };
                let told = if refused > readable { "gone" } else { told };
                assert_eq!(in_order(next, |lot| lot, take), Err(told), "{refused} of {readable}");
            }
        }
    }
}
