//! People, agents and services: added, listed, revoked.

use std::sync::{Arc, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::second::{self, Word};
use super::{RequestKey, Service, ServiceError, actor, entry, keys, world};
use crate::api::{AddPrincipal, Added, PrincipalView};
use crate::domain::{Actor, Digest, ERASED, Person, Principal, PrincipalId, PrincipalKind, Role, Verb, check_name};
use crate::gate::Refusal;
use crate::gate::directory::Directory;
use crate::ledger::{Fact, FirstWord, Wanted, profile, sha256};
use crate::store::Tx;

/// The person of a console's own gate: its credential lives in that console only, so nobody else is it.
const LOCAL: &str = "local";

/// Names that a reader would take for the gate itself or for a whole role. An `admin` there is: the first.
const RESERVED: [&str; 8] = [
    "gate", "policy", "system", "signoff", "reviewer", "senior", "operator", "auditor",
];

impl Service {
    /// Adds a principal and returns its credential, which is shown this once and kept as a hash.
    pub async fn add(
        &self,
        admin: &Person,
        kind: PrincipalKind,
        key: RequestKey,
        request: AddPrincipal,
    ) -> Result<Added, Refusal> {
        admin.may(Verb::Add)?;
        self.add_as(
            actor(PrincipalKind::Human, admin.id),
            kind,
            Some((admin.id, key)),
            request,
        )
        .await
    }

    /// The gate adds somebody by itself: the first admin, the local reviewer, the demo's cast.
    pub async fn add_by_gate(&self, kind: PrincipalKind, request: AddPrincipal) -> Result<Added, ServiceError> {
        let added = self.add_as(Actor::GATE, kind, None, request).await;
        added.map_err(|refusal| ServiceError::Refused(refusal.message))
    }

    /// The person whose credential lives only in this process: made at the first start, and given a new
    /// credential at each one after.
    pub async fn local_person(&self, name: &str, role: Role) -> Result<String, ServiceError> {
        let known = self
            .directory()
            .live(name)
            .map(|principal| (principal.id, principal.kind));
        match known {
            None => {
                let request = AddPrincipal {
                    name: name.to_owned(),
                    role: Some(role),
                    ..AddPrincipal::default()
                };
                Ok(self.add_by_gate(PrincipalKind::Human, request).await?.token)
            }
            Some((id, PrincipalKind::Human)) => self.renew(id).await,
            Some((_, PrincipalKind::Agent | PrincipalKind::Service)) => Err(ServiceError::Refused(format!(
                "The name {name} belongs to one that is no person."
            ))),
        }
    }

    /// Gives the first admin another credential, where nobody ever got the first one.
    pub async fn renew_admin(&self, name: &str) -> Result<String, ServiceError> {
        let id = self.directory().live(name).map(|principal| principal.id);
        self.renew(id.ok_or_else(|| ServiceError::Refused(format!("There is no {name}.")))?)
            .await
    }

    /// Gives a person another credential; the old one is worth nothing from then on.
    async fn renew(&self, id: PrincipalId) -> Result<String, ServiceError> {
        let token = self.credential(PrincipalKind::Human.into());
        let key = sha256(token.as_bytes());
        let at = self.now();
        self.store
            .write(move |tx| {
                tx.set_key(id, key)?;
                tx.append(&entry(at, Actor::GATE, key_added(id, key)))
            })
            .await?;
        self.reload().await?;
        Ok(token)
    }

    /// Whether this is the only principal there ever was.
    pub fn has_only(&self, name: &str) -> bool {
        matches!(self.directory().all()[..], [one] if one.name == name)
    }

    /// Whether anybody was ever added.
    pub fn is_new(&self) -> bool {
        self.directory().all().is_empty()
    }

    pub fn list(&self, kind: PrincipalKind) -> Vec<PrincipalView> {
        let directory = self.directory();
        let of_kind = directory.all().into_iter().filter(|principal| principal.kind == kind);
        of_kind.map(|principal| view(principal, &directory)).collect()
    }

    pub(super) fn view_of(&self, principal: &Principal) -> PrincipalView {
        view(principal, &self.directory())
    }

    /// Takes a principal's credential away for good.
    pub async fn revoke(&self, admin: &Person, kind: PrincipalKind, name: &str) -> Result<PrincipalView, Refusal> {
        admin.may(Verb::Revoke)?;
        let id = self
            .directory()
            .live(name)
            .filter(|p| p.kind == kind)
            .map(|p| p.id)
            .ok_or_else(Refusal::not_found)?;
        if id == admin.id {
            return Err(Refusal::conflict(
                "own_credential",
                "An admin cannot revoke itself: nobody could undo it.",
            ));
        }
        let (at, by) = (self.now(), actor(PrincipalKind::Human, admin.id));
        self.store
            .write(move |tx| {
                tx.revoke(id, at)?;
                tx.revoke_keys_of(id, at)?;
                tx.append(&entry(at, by, Fact::PrincipalRevoked { principal: id }))?;
                Ok::<_, Refusal>(())
            })
            .await?;
        self.reload().await?;
        let directory = self.directory();
        directory
            .get(id)
            .map(|principal| view(principal, &directory))
            .ok_or_else(Refusal::not_found)
    }

    async fn add_as(
        &self,
        by: Actor,
        kind: PrincipalKind,
        key: Option<(PrincipalId, RequestKey)>,
        request: AddPrincipal,
    ) -> Result<Added, Refusal> {
        let at = self.now();
        let principal = self.principal(kind, &request, at, by == Actor::GATE)?;
        let token = self.credential(kind.into());
        let hash = sha256(token.as_bytes());
        let profile = profile(&principal.name, &principal.scopes)?;
        let world = Arc::clone(&self.world);
        let route = format!("add/{kind}");
        self.store
            .write(move |tx| {
                if let Some((caller, key)) = &key
                    && key.replayed(tx, *caller, &route)?.is_some()
                {
                    return Err(Refusal::conflict(
                        "already_added",
                        "This was added before; its credential was shown then and is not kept.",
                    )
                    .hint("If the credential was lost, revoke it and add another name."));
                }
                // A name is given once, also to whoever had it: else one person could count as two.
                let in_use = tx.principals()?.into_iter().any(|(p, _)| p.name == principal.name);
                if in_use {
                    return Err(Refusal::conflict(
                        "name_taken",
                        format!("The name {} is taken, or was once.", principal.name),
                    ));
                }
                let said = match &key {
                    Some((caller, _)) if kind == PrincipalKind::Human => first_word(tx, *caller, &principal, &profile)?,
                    Some(_) | None => Word::Enough,
                };
                let keep = |tx: &Tx<'_>| tx.put_blob(principal.id.0, "profile", 0, world::salt(&*world), &profile);
                let (id, profile, request) = match said {
                    Word::First(Some(until)) => return Err(second::needed(until)),
                    Word::First(None) => {
                        let wanted = Wanted::AddPerson {
                            principal: principal.id,
                            role: principal.role.unwrap_or(Role::Auditor),
                            profile: keep(tx)?,
                        };
                        return Ok(Err(second::ask(tx, by, at, wanted, &*world)?));
                    }
                    Word::Second(FirstWord {
                        id: request,
                        wanted: Wanted::AddPerson { principal, profile, .. },
                        ..
                    }) => (principal, profile, Some(request)),
                    Word::Enough | Word::Second(_) => (principal.id, keep(tx)?, None),
                };
                let principal = Principal { id, ..principal };
                if let Some((caller, key)) = &key {
                    key.remember(tx, *caller, &route, "")?;
                }
                tx.put_principal(&principal, hash)?;
                let added = Fact::PrincipalAdded {
                    principal: principal.id,
                    kind,
                    role: principal.role,
                    owner: principal.owner,
                    executor: principal.executor,
                    profile,
                    request,
                };
                tx.append(&entry(at, by, added))?;
                tx.append(&entry(at, by, key_added(principal.id, hash)))?;
                Ok(Ok(()))
            })
            .await??;
        self.reload().await?;
        Ok(Added {
            name: request.name,
            token,
        })
    }

    /// Checks what was asked for and fills in ids for names.
    fn principal(
        &self,
        kind: PrincipalKind,
        request: &AddPrincipal,
        at: jiff::Timestamp,
        by_gate: bool,
    ) -> Result<Principal, Refusal> {
        check_name(&request.name)
            .map_err(|error| Refusal::invalid("bad_name", "/name", format!("That is no name here: {error}.")))?;
        if request.name == LOCAL && !by_gate {
            return Err(Refusal::conflict(
                "name_reserved",
                "That name is the console's own person.",
            ));
        }
        if request.name.starts_with(ERASED) {
            return Err(Refusal::conflict(
                "name_reserved",
                "Such a name stands for one that was erased.",
            ));
        }
        if RESERVED.contains(&request.name.as_str()) {
            return Err(Refusal::conflict(
                "name_reserved",
                "That is the name of a role or of the gate: an entry with it would mislead.",
            ));
        }
        let is_agent = kind == PrincipalKind::Agent;
        if request.role.is_some() != (kind == PrincipalKind::Human) {
            return Err(Refusal::invalid(
                "wrong_shape",
                "/role",
                "A person has a role, and nobody else has one.",
            ));
        }
        if !is_agent
            && (request.owner.is_some()
                || request.executor.is_some()
                || request.scopes != crate::domain::Scopes::default())
        {
            return Err(Refusal::invalid(
                "wrong_shape",
                "",
                "Owner, executor and scopes are for agents.",
            ));
        }
        let directory = self.directory();
        let named = |pointer: &str, name: &Option<String>, kind: PrincipalKind| match name {
            None => Ok(None),
            Some(name) => match directory.live(name).filter(|principal| principal.kind == kind) {
                Some(principal) => Ok(Some(principal.id)),
                None => Err(Refusal::invalid(
                    "unknown_name",
                    pointer,
                    format!("There is no {kind} called {name}."),
                )),
            },
        };
        Ok(Principal {
            id: world::principal_id(&*self.world, at),
            name: request.name.clone(),
            kind,
            role: request.role,
            owner: named("/owner", &request.owner, PrincipalKind::Human)?,
            scopes: request.scopes.clone(),
            executor: named("/executor", &request.executor, PrincipalKind::Service)?,
            added_at: at,
            revoked_at: None,
        })
    }

    /// 256 random bits, with a prefix that scanners for leaked secrets can find.
    pub(super) fn credential(&self, kind: &str) -> String {
        format!("signoff_{kind}_{}", URL_SAFE_NO_PAD.encode(self.world.random()))
    }

    /// Reads who is known, one reader at a time: an older reading must never replace a newer one.
    pub(super) async fn reload(&self) -> Result<(), crate::store::StoreError> {
        let _turn = self.reloading.lock().await;
        let known = self
            .store
            .read(|db| Ok::<_, crate::store::StoreError>((db.principals()?, db.keys()?, db.sessions()?)))
            .await?;
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = Directory::of(known.0, known.1, known.2);
        Ok(())
    }
}

/// What an admin's word is worth who wants to add a person: another one may have asked for the same name, role
/// and scopes.
fn first_word(tx: &Tx<'_>, by: PrincipalId, person: &Principal, profile: &[u8]) -> Result<Word, Refusal> {
    let same = |wanted: &Wanted| match wanted {
        Wanted::AddPerson { principal, role, .. } if Some(*role) == person.role => {
            let kept = tx.blobs(principal.0)?;
            Ok(kept
                .iter()
                .any(|(kind, _, bytes)| kind == "profile" && bytes == profile))
        }
        Wanted::AddPerson { .. } | Wanted::Erase { .. } | Wanted::Forget { .. } => Ok(false),
    };
    second::word(tx, None, by, person.added_at, same)
}

/// A bearer credential's entry.
fn key_added(principal: PrincipalId, key: Digest) -> Fact {
    Fact::KeyAdded {
        principal,
        key,
        public: None,
        pin: false,
    }
}

fn view(principal: &Principal, directory: &Directory) -> PrincipalView {
    PrincipalView {
        id: principal.id,
        name: principal.name.clone(),
        kind: principal.kind,
        role: principal.role,
        owner: principal.owner.map(|id| directory.name(id)),
        executor: principal.executor.map(|id| directory.name(id)),
        scopes: principal.scopes.clone(),
        added_at: principal.added_at,
        revoked_at: principal.revoked_at,
        keys: directory.keys_of(principal.id).map(keys::view).collect(),
    }
}
