//! Which key signs a person's decisions, and getting it ready.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::CliError;
use super::machine::Machine;
use crate::api::Me;
use crate::client::Client;
use crate::gate::World;
use crate::keys::{Agent, Keygen, Pen, Signer};
use crate::signature::ssh::{SshError, SshPublicKey, SshSecretKey};

/// The name that stands for whatever the ssh-agent has.
pub(super) const AGENT: &str = "agent";

/// The pen that a person named, now or when logging in; nothing where none was.
pub(super) async fn pen(identity: Option<&Path>, client: &Client) -> Result<Option<Pen>, CliError> {
    match identity {
        Some(path) => named(path, Some(&client.me().await?)).await.map(Some),
        None => Ok(None),
    }
}

/// A key by its file, or from the agent: the one that `me` has registered, or the only one there.
pub(super) async fn named(path: &Path, me: Option<&Me>) -> Result<Pen, CliError> {
    if path.as_os_str() == AGENT {
        let (agent, key) = from_agent(me).await?;
        return Ok(with(Signer::Agent(agent, key)));
    }
    let text = fs::read_to_string(path).map_err(|error| CliError::File(path.display().to_string(), error))?;
    if let Ok(key) = SshPublicKey::parse(&text) {
        return public(path, key).await.map(with);
    }
    let opened = match SshSecretKey::parse(&text, None) {
        Ok(None) => opened(path, &text).map(Some),
        Ok(key) => Ok(key),
        // A hardware key's file is only a handle.
        Err(SshError::CannotSign) => Ok(None),
        Err(error) => Err(wrong(path, &error)),
    }?;
    if let Some(secret) = opened {
        return Ok(with(Signer::Memory(Box::new(secret))));
    }
    let key = SshSecretKey::public_of(&text).map_err(|error| wrong(path, &error))?;
    Ok(with(Signer::Keygen(Keygen::with(path), key)))
}

/// An unlocked key in this process.
pub(super) fn in_memory(secret: SshSecretKey) -> Pen {
    with(Signer::Memory(Box::new(secret)))
}

/// Makes an Ed25519 key file, sealed, for this user only, and its `.pub` beside it.
pub(super) fn make(path: &Path, passphrase: &str) -> Result<(), CliError> {
    let unwritten = |error| CliError::Unwritten(path.display().to_string(), error);
    let secret = SshSecretKey::from_seed(&Machine.random());
    let sealed = secret
        .sealed(passphrase, &Machine.random())
        .map_err(|error| CliError::Key(error.into()))?;
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    fs::create_dir_all(&folder).map_err(unwritten)?;
    let mut draft = tempfile::NamedTempFile::new_in(&folder).map_err(unwritten)?;
    draft.write_all(sealed.as_bytes()).map_err(unwritten)?;
    draft.persist_noclobber(path).map_err(|error| unwritten(error.error))?;
    fs::write(path.with_extension("pub"), format!("{}\n", secret.public().line())).map_err(unwritten)
}

/// Whether there is an ssh-agent with a key that could sign.
pub(super) async fn agent_has_keys() -> bool {
    match agent() {
        Some(agent) => agent.keys().await.is_ok_and(|keys| !keys.is_empty()),
        None => false,
    }
}

fn with(signer: Signer) -> Pen {
    Pen::new(signer, Arc::new(|| Machine.random()))
}

/// The secret half is in the agent; where there is none, `ssh-keygen` looks for it beside the public one.
async fn public(path: &Path, key: SshPublicKey) -> Result<Signer, CliError> {
    if let Some(agent) = agent() {
        let keys = agent.keys().await.unwrap_or_default();
        if keys.contains(&key) {
            return Ok(Signer::Agent(agent, key));
        }
    }
    Ok(Signer::Keygen(Keygen::with(path), key))
}

fn agent() -> Option<Agent> {
    let socket = std::env::var_os("SSH_AUTH_SOCK").filter(|socket| !socket.is_empty())?;
    Some(Agent::at(PathBuf::from(socket)))
}

async fn from_agent(me: Option<&Me>) -> Result<(Agent, SshPublicKey), CliError> {
    let agent = agent().ok_or_else(|| {
        CliError::Usage(
            "There is no ssh-agent: SSH_AUTH_SOCK is not set.".to_owned(),
            "Start one, or name a key file with --identity FILE.",
        )
    })?;
    let keys = agent.keys().await.map_err(CliError::Key)?;
    let registered = me.map_or(&[][..], |me| &me.principal.keys);
    let known = |key: &&SshPublicKey| {
        let print = key.fingerprint();
        registered
            .iter()
            .any(|view| view.key == print && view.revoked_at.is_none())
    };
    let chosen = match (keys.iter().find(known), &keys[..]) {
        (Some(key), _) => key.clone(),
        (None, [only]) => only.clone(),
        (None, _) => {
            return Err(CliError::Usage(
                format!(
                    "The ssh-agent has {} keys that could sign, and none is registered here.",
                    keys.len()
                ),
                "Name one by its public file: --identity ~/.ssh/id_ed25519.pub.",
            ));
        }
    };
    Ok((agent, chosen))
}

/// Asks for the passphrase on the terminal, three times at most.
fn opened(path: &Path, text: &str) -> Result<SshSecretKey, CliError> {
    for _ in 0..3 {
        let asked = format!("Passphrase of {}: ", path.display());
        let passphrase = rpassword::prompt_password(asked).map_err(CliError::Io)?;
        match SshSecretKey::parse(text, Some(&passphrase)) {
            Ok(Some(key)) => return Ok(key),
            Ok(None) | Err(SshError::WrongPassphrase) => {}
            Err(error) => return Err(wrong(path, &error)),
        }
    }
    Err(wrong(path, &SshError::WrongPassphrase))
}

fn wrong(path: &Path, error: &SshError) -> CliError {
    CliError::Usage(
        format!("{} cannot be used as a key: {error}.", path.display()),
        "Name a file that `ssh-keygen -t ed25519` made, or its .pub.",
    )
}
