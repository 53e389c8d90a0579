//! `signoff login`, `logout` and `key`: a gate and this person's key, named once.

mod kept;

use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy, choose_base_strategy};
use jiff::Timestamp;

use super::arguments::{KeyVerb, LoginArguments, Place};
use super::connect::{Connection, connect_as_person, data_folder, read_token};
use super::error::CliError;
use super::output::Output;
use super::{pen, text};
use crate::api::Session;
use crate::client::{Client, ClientError};
use crate::gate;
use crate::keys::Pen;
use kept::Kept;

/// What a kept login is good for.
pub(super) struct Credential {
    pub token: String,
    pub identity: PathBuf,
}

/// Shows a gate that one has a key, registers it there the first time, and keeps the session.
pub(super) async fn login(place: &Place, login: &LoginArguments, out: &Output) -> Result<(), CliError> {
    let url = address(place, login.gate.as_deref())?;
    let client = Client::new(&url, None)?;
    let identity = match place
        .identity
        .clone()
        .or_else(|| kept::of(client.url()).map(|kept| kept.identity))
    {
        Some(identity) => identity,
        None => usual_identity().await?,
    };
    let pen = pen::named(&identity, None).await?;
    let session = match open(&client, &pen).await {
        Err(CliError::Client(ClientError::Refused(why))) if why.code == "unknown_key" => {
            // Whose key it is to be was named; else it is another one of whoever is logged in here.
            let kept = kept::of(client.url()).filter(|kept| kept.holds(Timestamp::now()));
            let token = match (&place.token_file, kept) {
                (Some(file), _) => Some(read_token(file)?),
                (None, Some(kept)) if is_known(&client, &kept).await? => Some(kept.token),
                (None, _) => None,
            };
            let token = token.ok_or_else(|| {
                CliError::Usage(
                    format!(
                        "The key {} is not registered at {}.",
                        pen.public().fingerprint_text(),
                        client.url()
                    ),
                    "Name the credential that an admin gave you: --token-file FILE.",
                )
            })?;
            let known = client.clone().with_token(token);
            let challenge = known.challenge().await?;
            let request = pen.registration(&challenge, login.pin).await.map_err(CliError::Key)?;
            known.add_key(&request).await?;
            open(&client, &pen).await?
        }
        session => session?,
    };
    let fingerprint = pen.public().fingerprint_text();
    kept::keep(Kept::of(client.url(), &session, identity))?;
    let value = serde_json::json!({
        "gate": client.url(), "name": session.name, "key": fingerprint, "until": session.until,
    });
    out.value(&value, |_| {
        format!(
            "You are {} at {} until {}.\nWhat you decide there is signed with {fingerprint}.",
            session.name,
            client.url(),
            session.until
        )
    })
}

/// Ends every session of this person at a gate, and forgets what was kept of it.
pub(super) async fn logout(place: &Place, gate: Option<&str>, out: &Output) -> Result<(), CliError> {
    let url = address(place, gate)?;
    let client = Client::new(&url, None)?;
    let Some(kept) = kept::of(client.url()) else {
        return Err(CliError::Usage(
            format!("Nobody is logged in at {} here.", client.url()),
            "`signoff login URL` logs in.",
        ));
    };
    let ended = client.clone().with_token(kept.token).end_sessions(None).await;
    kept::forget(client.url())?;
    match ended {
        // A session that is over needs no ending.
        Ok(_) => {}
        Err(ClientError::Refused(why)) if why.code == "unauthorized" => {}
        Err(error) => return Err(error.into()),
    }
    out.value(&serde_json::json!({ "gate": client.url(), "ended": kept.name }), |_| {
        format!("Every session of {} at {} is over.", kept.name, client.url())
    })
}

/// One's own keys.
pub(super) async fn key(place: &Place, verb: &KeyVerb, out: &Output) -> Result<(), CliError> {
    let connection: Connection = connect_as_person(place).await?;
    match verb {
        KeyVerb::List => {
            for key in connection.client.me().await?.principal.keys {
                out.value(&key, text::key)?;
            }
        }
        KeyVerb::Revoke { key } => {
            let revoked = connection.client.revoke_key(key).await?;
            out.value(&revoked, text::key)?;
        }
    }
    connection.close().await
}

/// The credential that is kept for a gate; where its session is over, another one is opened with its key.
pub(super) async fn credential(url: &str) -> Result<Option<Credential>, CliError> {
    let client = Client::new(url, None)?;
    let Some(kept) = kept::of(client.url()) else {
        return Ok(None);
    };
    if kept.holds(Timestamp::now()) && is_known(&client, &kept).await? {
        return Ok(Some(Credential {
            token: kept.token,
            identity: kept.identity,
        }));
    }
    let pen = pen::named(&kept.identity, None).await?;
    let session = open(&client, &pen).await?;
    let renewed = Kept::of(client.url(), &session, kept.identity.clone());
    kept::keep(renewed)?;
    Ok(Some(Credential {
        token: session.token,
        identity: kept.identity,
    }))
}

/// Whether the gate still knows the session: an admin may have ended it.
async fn is_known(client: &Client, kept: &Kept) -> Result<bool, CliError> {
    match client.clone().with_token(kept.token.clone()).me().await {
        Ok(_) => Ok(true),
        Err(ClientError::Refused(why)) if why.code == "unauthorized" => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn open(client: &Client, pen: &Pen) -> Result<Session, CliError> {
    let challenge = client.challenge().await?;
    let request = pen.session(&challenge).await.map_err(CliError::Key)?;
    Ok(client.open_session(&request).await?)
}

fn address(place: &Place, named: Option<&str>) -> Result<String, CliError> {
    if let Some(url) = named.or(place.url.as_deref()) {
        return Ok(url.to_owned());
    }
    let running = gate::running_gate(&data_folder(place)?);
    running.map(|gate| gate.url).ok_or_else(|| {
        CliError::Usage(
            "Which gate? None was named, and none runs on the data folder.".to_owned(),
            "Write its address: `signoff login http://127.0.0.1:7433`.",
        )
    })
}

/// The agent's key where there is one; else a file of our own, made at the first time.
async fn usual_identity() -> Result<PathBuf, CliError> {
    if pen::agent_has_keys().await {
        return Ok(PathBuf::from(pen::AGENT));
    }
    let strategy = choose_base_strategy().map_err(|_| {
        CliError::Usage(
            "There is no home folder here to keep a key in.".to_owned(),
            "Name a key file with --identity FILE.",
        )
    })?;
    let path: PathBuf = strategy.config_dir().join("signoff/id_ed25519");
    if !path.exists() {
        make(&path)?;
    }
    Ok(path)
}

fn make(path: &Path) -> Result<(), CliError> {
    let asked = format!(
        "There is no key yet; one is made in {}.\nA passphrase to seal it with: ",
        path.display()
    );
    let passphrase = rpassword::prompt_password(asked).map_err(CliError::Io)?;
    let again = rpassword::prompt_password("The same once more: ").map_err(CliError::Io)?;
    if passphrase.is_empty() || passphrase != again {
        let why = if passphrase.is_empty() {
            "It was empty"
        } else {
            "They differ"
        };
        return Err(CliError::Usage(
            format!("{why}, so no key was made."),
            "Try again, or name a key of yours with --identity FILE.",
        ));
    }
    pen::make(path, &passphrase)
}
