//! A ledger that was cut, put back or written anew does not open beside the checkpoint that saw it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use signoff::api::AddPrincipal;
use signoff::domain::{Barred, PrincipalKind, Role, Verb};
use signoff::gate::{
    Acceptance, Contradiction, EmbeddedError, Folder, Guard, Service, ServiceError, World, open_folder, rotate_log_key,
};
use signoff::ledger::{Checkpoint, Report};
use signoff::store;
use strum::IntoEnumIterator;

use crate::it::world::SetWorld;

struct Home {
    kept: tempfile::TempDir,
    world: Arc<SetWorld>,
}

impl Home {
    fn new() -> Self {
        Self {
            kept: tempfile::tempdir().unwrap(),
            world: SetWorld::new(),
        }
    }

    fn data(&self) -> PathBuf {
        self.kept.path().join("data")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data().join(name)
    }

    fn anchor(&self) -> PathBuf {
        self.kept.path().join("anchor")
    }

    fn admin(&self) -> String {
        fs::read_to_string(self.file("admin.token")).unwrap().trim().to_owned()
    }

    async fn open_with(&self, guard: Guard) -> Result<(Arc<Service>, Folder), EmbeddedError> {
        let folder = Folder::take(&self.data()).unwrap().guarded(guard);
        let world = Arc::clone(&self.world) as Arc<dyn World>;
        let service = open_folder(&folder, "schema = 1".to_owned(), world, Vec::new()).await?;
        Ok((service, folder))
    }

    async fn open(&self, accept: Option<Acceptance>) -> Result<(Arc<Service>, Folder), EmbeddedError> {
        let anchor = Some(self.anchor());
        self.open_with(Guard { anchor, accept }).await
    }

    /// Opens it, adds these people, and closes it.
    async fn live(&self, names: &[&str]) {
        let (service, folder) = self.open(None).await.unwrap();
        for name in names {
            let person = AddPrincipal {
                name: (*name).to_owned(),
                role: Some(Role::Reviewer),
                ..AddPrincipal::default()
            };
            service.add_by_gate(PrincipalKind::Human, person).await.unwrap();
        }
        drop((service, folder));
    }

    fn accept(&self, reason: &str) -> Acceptance {
        Acceptance {
            token: self.admin(),
            reason: reason.to_owned(),
            second: None,
        }
    }

    async fn refused(&self, accept: Option<Acceptance>) -> Contradiction {
        match self.open(accept).await {
            Err(EmbeddedError::Anchor(path, what)) => {
                assert_eq!(path, self.anchor());
                what
            }
            other => panic!("{other:?}"),
        }
    }

    fn anchored(&self) -> Checkpoint {
        Checkpoint::claimed(&fs::read_to_string(self.anchor()).unwrap()).unwrap()
    }

    fn verify(&self) -> Report {
        store::verify(&self.file("ledger.db")).unwrap().unwrap()
    }
}

/// A ledger of which an earlier copy lies beside it as `earlier.db`, and which went on.
async fn grown() -> Home {
    let home = Home::new();
    home.live(&["ana"]).await;
    fs::copy(home.file("ledger.db"), home.file("earlier.db")).unwrap();
    home.live(&["ben", "sam"]).await;
    home
}

fn put_back(home: &Home) {
    fs::copy(home.file("earlier.db"), home.file("ledger.db")).unwrap();
}

#[tokio::test]
async fn the_anchor_has_the_newest_head_when_the_gate_has_closed() {
    let home = grown().await;
    let report = home.verify();
    assert_eq!(home.anchored().size, report.entries);
    home.live(&["sue"]).await;
    assert_eq!(home.anchored().size, report.entries + 2);
}

#[tokio::test]
async fn an_earlier_copy_that_was_put_back_is_refused_and_nothing_is_written() {
    let home = grown().await;
    let seen = home.anchored();
    put_back(&home);
    let there = home.verify().entries;
    let (size, root) = (seen.size, seen.root);
    let expected = Contradiction::Shorter {
        there,
        seen: size,
        root,
    };
    assert_eq!(home.refused(None).await, expected);
    assert_eq!(home.verify().entries, there);
    assert_eq!(home.anchored(), seen);
    // Without the anchor nobody could tell.
    assert!(home.open_with(Guard::default()).await.is_ok());
}

#[tokio::test]
async fn an_earlier_copy_that_grew_differently_is_refused() {
    let home = grown().await;
    let seen = fs::read(home.anchor()).unwrap();
    put_back(&home);
    fs::remove_file(home.anchor()).unwrap();
    home.live(&["eve", "mallory", "trudy"]).await;
    fs::write(home.anchor(), seen).unwrap();
    assert!(matches!(home.refused(None).await, Contradiction::Differs { .. }));
}

#[tokio::test]
async fn an_admin_goes_on_under_a_new_name_with_a_reason_that_is_recorded() {
    let home = grown().await;
    let before = home.anchored();
    put_back(&home);
    drop(
        home.open(Some(home.accept("the disk of yesterday is lost")))
            .await
            .unwrap(),
    );
    let after = home.anchored();
    assert_eq!(after.origin, format!("{}/1", before.origin));
    let report = home.verify();
    assert_eq!(report.entries, after.size);
    let last = store::prove(&home.file("ledger.db"), store::Which::One(after.size - 1))
        .unwrap()
        .0;
    let entry = String::from_utf8(last[0].bytes.clone()).unwrap();
    for said in [
        "rollback_accepted",
        "\"human\"",
        &format!("\"size\":{}", before.size),
        &before.root.to_string(),
    ] {
        assert!(entry.contains(said), "{said}: {entry}");
    }
    // From here on it is as it was: the next start asks for nothing, and the next rollback is found.
    home.live(&["ben"]).await;
    put_back(&home);
    assert!(matches!(home.refused(None).await, Contradiction::Shorter { .. }));
    drop(home.open(Some(home.accept("again"))).await.unwrap());
    assert_eq!(home.anchored().origin, format!("{}/1", before.origin));
    home.verify();
}

#[tokio::test]
async fn nobody_but_an_admin_goes_on_and_not_without_a_reason_or_a_need() {
    let home = grown().await;
    let needless = home.open(Some(home.accept("just so"))).await;
    assert!(matches!(needless, Err(EmbeddedError::NothingToAccept)), "{needless:?}");
    let (service, folder) = home.open(None).await.unwrap();
    let mut others = Vec::new();
    for role in Role::iter().filter(|role| *role != Role::Admin) {
        assert_eq!(role.may(Verb::AcceptRollback), Err(Barred::NoAdmin));
        others.push(service.local_person(&format!("one-{role}"), role).await.unwrap());
    }
    drop((service, folder));
    fs::copy(home.file("ledger.db"), home.file("earlier.db")).unwrap();
    home.live(&["tom"]).await;
    put_back(&home);
    let others = others.into_iter().map(|token| (token, "because"));
    for (token, reason) in others.chain([("nobody's".to_owned(), "because"), (home.admin(), " ")]) {
        let accept = Acceptance {
            token,
            reason: reason.to_owned(),
            second: None,
        };
        let refused = home.open(Some(accept)).await;
        let fits = matches!(refused, Err(EmbeddedError::NotAnAdmin | EmbeddedError::NoReason));
        assert!(fits, "{refused:?}");
    }
}

#[tokio::test]
async fn where_there_are_two_admins_both_go_on_with_a_rolled_back_ledger() {
    let home = Home::new();
    let (service, folder) = home.open(None).await.unwrap();
    let bob = service.local_person("bob", Role::Admin).await.unwrap();
    drop((service, folder));
    home.live(&["ana"]).await;
    fs::copy(home.file("ledger.db"), home.file("earlier.db")).unwrap();
    home.live(&["ben"]).await;
    put_back(&home);
    for second in [None, Some(home.admin())] {
        let accept = Acceptance {
            second,
            ..home.accept("the disk died")
        };
        let refused = home.open(Some(accept)).await;
        let fits =
            matches!(&refused, Err(EmbeddedError::Service(ServiceError::Refused(why))) if why.contains("two admins"));
        assert!(fits, "{refused:?}");
    }
    let accept = Acceptance {
        second: Some(bob),
        ..home.accept("the disk died")
    };
    drop(home.open(Some(accept)).await.unwrap());
    home.verify();
}

#[tokio::test]
async fn the_anchor_of_another_ledger_is_never_written_over() {
    let (home, other) = (grown().await, Home::new());
    other.world.random();
    other.live(&[]).await;
    for foreign in [fs::read(other.anchor()).unwrap(), b"no checkpoint".to_vec()] {
        fs::write(home.anchor(), &foreign).unwrap();
        for accept in [None, Some(home.accept("it is mine"))] {
            let what = home.refused(accept).await;
            assert!(
                matches!(what, Contradiction::Foreign(_) | Contradiction::Unreadable),
                "{what}"
            );
            assert_eq!(fs::read(home.anchor()).unwrap(), foreign);
        }
    }
}

#[tokio::test]
async fn an_anchor_that_somebody_else_signed_is_refused() {
    let home = grown().await;
    let note = fs::read_to_string(home.anchor()).unwrap();
    let (text, _) = note.split_once("\n\n").unwrap();
    let forged = format!("{text}\n\n\u{2014} {} AAAAAAAA\n", home.anchored().origin);
    fs::write(home.anchor(), forged).unwrap();
    assert!(matches!(home.refused(None).await, Contradiction::Unsigned { .. }));
}

#[tokio::test]
async fn an_anchor_that_cannot_be_written_stops_the_start() {
    let home = Home::new();
    let guard = Guard {
        anchor: Some(home.kept.path().join("no/such/folder/anchor")),
        accept: None,
    };
    let refused = home.open_with(guard).await;
    assert!(matches!(refused, Err(EmbeddedError::AnchorFile(..))), "{refused:?}");
}

#[tokio::test]
async fn a_lost_log_key_is_gone_on_without_by_an_admin_alone() {
    let home = grown().await;
    fs::remove_file(home.file("log.key")).unwrap();
    let refused = home.open(None).await;
    assert!(
        matches!(refused, Err(EmbeddedError::Service(ServiceError::LogKey))),
        "{refused:?}"
    );
    let before = home.anchored();
    drop(home.open(Some(home.accept("the key was deleted"))).await.unwrap());
    assert_eq!(home.anchored().origin, format!("{}/1", before.origin));
    home.verify();
    home.live(&["sue"]).await;
}

async fn rotate(home: &Home, token: &str) -> Result<String, EmbeddedError> {
    let anchor = Some(home.anchor());
    let folder = Folder::take(&home.data())
        .unwrap()
        .guarded(Guard { anchor, accept: None });
    let world = Arc::clone(&home.world) as Arc<dyn World>;
    rotate_log_key(&folder, "schema = 1".to_owned(), world, token).await
}

#[tokio::test]
async fn a_new_key_signs_from_its_entry_on_and_the_old_one_is_gone() {
    let home = grown().await;
    let old = fs::read_to_string(home.file("log.key")).unwrap();
    assert!(matches!(
        rotate(&home, "nobody's").await,
        Err(EmbeddedError::Refused(_))
    ));
    for role in Role::iter().filter(|role| *role != Role::Admin) {
        assert_eq!(role.may(Verb::RotateKey), Err(Barred::NoAdmin));
        let (service, folder) = home.open(None).await.unwrap();
        let token = service.local_person(&format!("one-{role}"), role).await.unwrap();
        drop((service, folder));
        let refused = rotate(&home, &token).await;
        assert!(matches!(refused, Err(EmbeddedError::NotAnAdmin)), "{role}: {refused:?}");
    }
    let key = rotate(&home, &home.admin()).await.unwrap();
    assert_ne!(fs::read_to_string(home.file("log.key")).unwrap(), old);
    assert!(!home.file("log.key.next").exists());
    let note = fs::read_to_string(home.anchor()).unwrap();
    assert!(Checkpoint::open(&note, &key.parse().unwrap()).is_ok());
    home.live(&["sue"]).await;
    home.verify();
}

#[tokio::test]
async fn a_rotation_that_was_cut_short_is_settled_by_what_the_ledger_says() {
    let home = grown().await;
    let old = fs::read(home.file("log.key")).unwrap();
    rotate(&home, &home.admin()).await.unwrap();
    let new = fs::read(home.file("log.key")).unwrap();
    // After its entry and before the file took its place.
    fs::rename(home.file("log.key"), home.file("log.key.next")).unwrap();
    keep_private(&home.file("log.key"), &old);
    home.live(&["sue"]).await;
    assert_eq!(fs::read(home.file("log.key")).unwrap(), new);
    // Before its entry.
    keep_private(&home.file("log.key.next"), &old);
    home.live(&["tom"]).await;
    assert_eq!(fs::read(home.file("log.key")).unwrap(), new);
    assert!(!home.file("log.key.next").exists());
    home.verify();
}

fn keep_private(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test]
async fn a_gate_and_the_check_say_what_is_there_what_was_and_what_to_do() {
    let home = grown().await;
    put_back(&home);
    let (data, anchor) = (home.data(), home.anchor());
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["ledger", "verify"]] {
        let said = Command::new(env!("CARGO_BIN_EXE_signoff"))
            .args(command)
            .args(["--data", data.to_str().unwrap(), "--anchor", anchor.to_str().unwrap()])
            .output()
            .unwrap();
        assert_eq!(said.status.code(), Some(11), "{said:?}");
        let said = String::from_utf8(said.stderr).unwrap();
        for part in [
            "the ledger has 8 entries",
            "its anchor saw 12",
            "put back",
            "--accept-rollback --reason",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
