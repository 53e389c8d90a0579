//! The file that a console's memory is in: one for all gates and people of this user, who alone can read it.
//!
//! Several consoles may write it, so each takes in what the others wrote. What cannot be read is kept aside
//! and begins anew: nobody is kept from deciding by a memory.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Clock;
use crate::console::Msg;
use crate::console::model::{Memory, Recalled};

/// How many pairs of gate and person are kept: the ones that were there last.
const SEATS: usize = 32;

/// How long the end waits for the last of it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a console's memory is written, and whose it is.
#[derive(Debug, Clone)]
pub struct MemoryFile {
    path: PathBuf,
    gate: String,
    person: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Contents {
    toured: bool,
    #[serde(rename = "seat")]
    seats: Vec<Seat>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Seat {
    gate: String,
    person: String,
    #[serde(flatten)]
    memory: Memory,
}

impl MemoryFile {
    pub fn new(path: PathBuf, gate: String, person: String) -> Self {
        Self { path, gate, person }
    }

    /// What was remembered, or why nothing is.
    pub fn read(&self) -> Recalled {
        let (memory, trouble) = self.recall();
        Recalled {
            memory,
            trouble,
            path: Some(self.path.clone()),
        }
    }

    fn recall(&self) -> (Memory, Option<String>) {
        let contents = match self.contents() {
            Ok(contents) => contents,
            Err(Trouble::Machine(error)) => {
                let why = format!("What you left here last time cannot be read: {error}.");
                return (Memory::default(), Some(why));
            }
            Err(Trouble::Damaged) => {
                let aside = self.set_aside();
                let why = match aside {
                    Ok(aside) => format!(
                        "What you left here last time is damaged, and kept in {}.",
                        aside.display()
                    ),
                    Err(error) => format!("What you left here last time is damaged: {error}."),
                };
                return (Memory::default(), Some(why));
            }
        };
        let own = contents.seats.into_iter().find(|seat| self.is_of(seat));
        let memory = Memory {
            toured: contents.toured,
            ..own.map_or_else(Memory::default, |seat| seat.memory)
        };
        (memory, None)
    }

    /// Puts it in the place of what was remembered here before; a power cut leaves the one or the other.
    pub fn write(&self, memory: &Memory) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let lock = File::create(self.path.with_extension("lock"))?;
        lock.lock()?;
        let mut contents = match self.contents() {
            Ok(contents) => contents,
            Err(Trouble::Machine(error)) => return Err(error),
            Err(Trouble::Damaged) => {
                self.set_aside()?;
                Contents::default()
            }
        };
        contents.toured |= memory.toured;
        contents.seats.retain(|seat| !self.is_of(seat));
        let own = Seat {
            gate: self.gate.clone(),
            person: self.person.clone(),
            memory: memory.clone(),
        };
        contents.seats.insert(0, own);
        contents.seats.truncate(SEATS);
        let text = toml::to_string(&contents).map_err(io::Error::other)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn is_of(&self, seat: &Seat) -> bool {
        seat.gate == self.gate && seat.person == self.person
    }

    fn contents(&self) -> Result<Contents, Trouble> {
        match fs::read(&self.path) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).map_err(|_| Trouble::Damaged)?;
                toml::from_str(&text).map_err(|_| Trouble::Damaged)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Contents::default()),
            Err(error) => Err(Trouble::Machine(error)),
        }
    }

    fn set_aside(&self) -> io::Result<PathBuf> {
        let aside = self.path.with_extension("toml.damaged");
        fs::rename(&self.path, &aside)?;
        Ok(aside)
    }
}

/// Writes one memory after the other, off the tasks that answer keys.
pub(super) struct Writer {
    file: Option<MemoryFile>,
    /// The newest writing: each waits for the one before.
    last: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn new(file: Option<MemoryFile>) -> Self {
        Self { file, last: None }
    }

    pub fn write(&mut self, memory: Box<Memory>, answer: mpsc::Sender<Msg>, clock: Clock) {
        let Some(file) = self.file.clone() else {
            return;
        };
        let before = self.last.take();
        self.last = Some(tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            let written = tokio::task::spawn_blocking(move || file.write(&memory)).await;
            let written = written.unwrap_or_else(|error| Err(io::Error::other(error)));
            let (result, at) = (written.map_err(|error| error.to_string()), clock());
            // At the end nobody takes answers any more, and none is waited for.
            let _ = answer.try_send(Msg::Remembered { answer: result, at });
        }));
    }

    /// Waits until all is written, unless the disk hangs: leaving matters more.
    pub async fn end(&mut self) {
        if let Some(last) = self.last.take() {
            let _ = tokio::time::timeout(PATIENCE, last).await;
        }
    }
}

/// Why there is nothing to read.
enum Trouble {
    Machine(io::Error),
    Damaged,
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn file(folder: &Path, gate: &str) -> MemoryFile {
        MemoryFile::new(folder.join("state/signoff/console.toml"), gate.into(), "ana".into())
    }

    fn memory(filter: &str) -> Memory {
        Memory {
            filter: filter.to_owned(),
            views: [("mine".to_owned(), "by:ana \"".to_owned())].into(),
            ..Memory::default()
        }
    }

    #[test]
    fn what_was_written_is_read_again_by_its_gate_and_person_alone() {
        let folder = tempfile::tempdir().expect("folder");
        let (one, two) = (file(folder.path(), "one"), file(folder.path(), "two"));
        assert_eq!(one.recall(), (Memory::default(), None));
        one.write(&memory("class:payment")).expect("written");
        two.write(&Memory {
            toured: true,
            ..memory("amount>500")
        })
        .expect("written");
        one.write(&memory("class:db")).expect("written");
        // Who saw the tour on one gate need not see it on another.
        let toured = |filter| Memory {
            toured: true,
            ..memory(filter)
        };
        assert_eq!(one.recall(), (toured("class:db"), None));
        assert_eq!(two.recall(), (toured("amount>500"), None));
    }

    #[test]
    fn nobody_else_can_read_it() {
        let folder = tempfile::tempdir().expect("folder");
        let one = file(folder.path(), "one");
        one.write(&memory("class:payment")).expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&one.path), 0o600);
        assert_eq!(mode(one.path.parent().expect("folder")), 0o700);
    }

    #[test]
    fn what_is_damaged_is_kept_aside_and_said_and_begins_anew() {
        let folder = tempfile::tempdir().expect("folder");
        let one = file(folder.path(), "one");
        one.write(&memory("class:payment")).expect("written");
        for damage in ["[[seat]\n", "[[seat]]\ngate = 1\n", "\u{0}"] {
            fs::write(&one.path, damage).expect("written");
            let (read, why) = one.recall();
            assert_eq!(read, Memory::default());
            let aside = one.path.with_extension("toml.damaged");
            assert!(
                why.is_some_and(|why| why.contains(&*aside.to_string_lossy())),
                "{damage}"
            );
            assert_eq!(fs::read_to_string(aside).expect("kept"), damage);
            one.write(&memory("class:db")).expect("written");
            assert_eq!(one.recall(), (memory("class:db"), None));
        }
    }

    #[test]
    fn only_the_places_that_were_left_last_are_kept() {
        let folder = tempfile::tempdir().expect("folder");
        for n in 0..SEATS + 8 {
            file(folder.path(), &n.to_string())
                .write(&memory("class:payment"))
                .expect("written");
        }
        assert_eq!(file(folder.path(), "7").recall(), (Memory::default(), None));
        assert_eq!(file(folder.path(), "8").recall(), (memory("class:payment"), None));
    }

    #[test]
    fn where_nothing_can_be_written_it_says_so() {
        let folder = tempfile::tempdir().expect("folder");
        fs::write(folder.path().join("state"), "no folder").expect("written");
        assert!(file(folder.path(), "one").write(&memory("x")).is_err());
    }
}
