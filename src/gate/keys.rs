//! The two keys that a gate signs with: the log's, for the ledger's heads, and the token's, for permissions.
//!
//! They are different files, so that whoever gets to know one cannot do what the other is for, and each
//! can be replaced by itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Folder, FolderError, World};
use crate::signature::{PublicKey, SecretKey};

/// The file of the key that signs the ledger's heads.
const LOG_KEY: &str = "log.key";

/// The file of the key that signs tokens.
const TOKEN_KEY: &str = "token.key";

/// The log's next key, from before the entry that names it until it is in force.
const NEXT_LOG_KEY: &str = "log.key.next";

/// What a gate signs with.
#[derive(Debug, Clone)]
pub struct Keys {
    pub log: SecretKey,
    pub token: SecretKey,
}

impl Keys {
    /// Reads a folder's keys, and makes those that are not there yet.
    pub fn of(folder: &Folder, world: &dyn World) -> Result<Self, FolderError> {
        Ok(Self {
            log: key(folder, LOG_KEY, world)?,
            token: key(folder, TOKEN_KEY, world)?,
        })
    }

    /// Ends a rotation that was cut short: what the ledger names is in force, and nothing else.
    pub(super) fn settle(folder: &Folder, in_force: Option<PublicKey>) -> Result<(), FolderError> {
        let Some(next) = folder.read_secret(NEXT_LOG_KEY)?.as_deref().and_then(parse) else {
            return folder.forget_secret(NEXT_LOG_KEY);
        };
        if in_force == Some(next.public()) {
            folder.replace_secret(NEXT_LOG_KEY, LOG_KEY)
        } else {
            folder.forget_secret(NEXT_LOG_KEY)
        }
    }

    /// Makes the log's next key. It is on the disk before any entry can name it.
    pub(super) fn next(folder: &Folder, world: &dyn World) -> Result<SecretKey, FolderError> {
        let seed = world.random();
        folder.write_secret(NEXT_LOG_KEY, &text(&seed))?;
        Ok(SecretKey::from_seed(&seed))
    }
}

/// A key file is one line: the seed of RFC 8032, 32 bytes, in base64.
fn key(folder: &Folder, name: &str, world: &dyn World) -> Result<SecretKey, FolderError> {
    if let Some(text) = folder.read_secret(name)? {
        return parse(&text).ok_or_else(|| FolderError::NoKey(folder.path().join(name)));
    }
    let seed = world.random();
    folder.write_secret(name, &text(&seed))?;
    Ok(SecretKey::from_seed(&seed))
}

fn text(seed: &[u8; 32]) -> String {
    format!("{}\n", STANDARD.encode(seed))
}

fn parse(text: &str) -> Option<SecretKey> {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let seed = STANDARD.decode(line).ok()?;
    Some(SecretKey::from_seed(seed.first_chunk().filter(|_| seed.len() == 32)?))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicU8, Ordering};

    use jiff::Timestamp;

    use super::*;

    #[derive(Debug, Default)]
    struct Counted(AtomicU8);

    impl World for Counted {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn random(&self) -> [u8; 32] {
            [self.0.fetch_add(1, Ordering::Relaxed); 32]
        }
    }

    fn folder() -> (tempfile::TempDir, Folder) {
        let kept = tempfile::tempdir().expect("a folder");
        let folder = Folder::take(&kept.path().join("data")).expect("taken");
        (kept, folder)
    }

    #[test]
    fn the_first_start_makes_two_keys_for_this_user_only_and_the_next_reads_them() {
        let (_kept, folder) = folder();
        let world = Counted::default();
        let made = Keys::of(&folder, &world).expect("made");
        assert_ne!(made.log.public(), made.token.public());
        for name in [LOG_KEY, TOKEN_KEY] {
            let rights = fs::metadata(folder.path().join(name))
                .expect("there")
                .permissions()
                .mode();
            assert_eq!(rights & 0o777, 0o600, "{name}");
        }
        let read = Keys::of(&folder, &world).expect("read");
        assert_eq!(read.log.public(), made.log.public());
        assert_eq!(read.token.public(), made.token.public());
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        for mode in [0o640, 0o604, 0o620] {
            let (_kept, folder) = folder();
            Keys::of(&folder, &Counted::default()).expect("made");
            fs::set_permissions(folder.path().join(LOG_KEY), Permissions::from_mode(mode)).expect("set");
            let refused = Keys::of(&folder, &Counted::default()).expect_err("others can read it");
            assert!(matches!(refused, FolderError::Exposed(_)), "{mode:o}: {refused}");
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused_and_left_as_it_is() {
        let thirty_three = STANDARD.encode([7; 33]);
        for text in ["", "\n", "AAAA\n", thirty_three.as_str(), " \n\n"] {
            let (_kept, folder) = folder();
            folder.write_secret(TOKEN_KEY, text).expect("written");
            let refused = Keys::of(&folder, &Counted::default()).expect_err("no key");
            assert!(matches!(refused, FolderError::NoKey(_)), "{refused}");
            let left = fs::read_to_string(folder.path().join(TOKEN_KEY)).expect("there");
            assert_eq!(left, text);
        }
    }
}
