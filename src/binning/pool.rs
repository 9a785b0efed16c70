//! What threads work with, lent to one at a time, batch by batch.
//!
//! A thread gets back what it had before: that still lies in its own cache. What another thread has written would have to be
//! fetched from there, line by line, each time two threads swap theirs.

use std::sync::Mutex;
use std::thread::{self, ThreadId};

use super::lock;

/// Things that are as good as each other.
#[derive(Debug)]
pub struct Pool<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    /// Those that nobody holds, and who had each last.
    free: Vec<T>,
    owners: Vec<ThreadId>,
    /// How many there are, with those that are held.
    made: usize,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { free: Vec::new(), owners: Vec::new(), made: 0 }) }
    }
}

impl<T> Pool<T> {
    /// What this thread had before, or a new one; to be given back with [`Pool::put_back`]. There are no more than threads that work
    /// for rayon, or that hold one at the same time: beyond that, a thread gets what was another's.
    pub fn take(&self, make: impl FnOnce() -> T) -> T {
        let mut state = lock(&self.state);
        let own = thread::current().id();
        let kept = state.owners.iter().position(|&owner| owner == own);
        let kept = kept.or_else(|| {
            let enough = state.made >= rayon::current_num_threads();
            state.free.len().checked_sub(1).filter(|_| enough)
        });
        if let Some(nth) = kept {
            state.owners.swap_remove(nth);
            return state.free.swap_remove(nth);
        }
        state.made += 1;
        drop(state);
        make()
    }

    /// Gives back what was taken.
    pub fn put_back(&self, thing: T) {
        let mut state = lock(&self.state);
        state.free.push(thing);
        state.owners.push(thread::current().id());
    }

    /// Does something with all that were put back.
    pub fn with_all<R>(&self, work: impl FnOnce(&mut [T]) -> R) -> R {
        work(&mut lock(&self.state).free)
    }

    /// Takes out all that were put back.
    pub fn drain(&self) -> Vec<T> {
        let mut state = lock(&self.state);
        state.made -= state.free.len();
        state.owners.clear();
        std::mem::take(&mut state.free)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn each_thread_gets_its_own_back() {
        let (pool, both) = (Pool::default(), Barrier::new(2));
        let turn = |make: u32| {
            let mine = pool.take(|| make);
            both.wait();
            pool.put_back(mine);
            both.wait();
            mine
        };
        rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap().broadcast(|context| {
            let made = context.index() as u32;
            for round in 0..20 {
                // In both orders, and while the other's is free.
                if round % 2 == context.index() {
                    thread::yield_now();
                }
                assert_eq!(turn(made), made);
            }
        });
        assert_eq!(pool.drain().len(), 2);
    }

    #[test]
    fn there_are_no_more_than_are_needed() {
        let pool = Pool::default();
        let threads = rayon::current_num_threads();
        for nth in 0..3 * threads {
            thread::scope(|scope| {
                scope.spawn(|| pool.put_back(pool.take(|| nth)));
            });
        }
        assert_eq!(pool.with_all(|all| all.len()), threads);
        // All held: one more is needed.
        let mut held: Vec<usize> = (0..threads).map(|_| pool.take(|| usize::MAX)).collect();
        assert!(held.iter().all(|&thing| thing != usize::MAX));
        held.push(pool.take(|| usize::MAX));
        assert_eq!(held.pop(), Some(usize::MAX));
        assert!(pool.drain().is_empty());
        held.into_iter().for_each(|thing| pool.put_back(thing));
        assert_eq!(pool.drain().len(), threads);
    }
}
