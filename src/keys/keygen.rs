//! The way that needs no code of ours for a key: `ssh-keygen -Y sign` finds it in file, agent or hardware.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::KeyError;
use crate::signature::ssh::SshSignature;

/// As long as somebody needs to find a key and touch it.
const PATIENCE: Duration = Duration::from_mins(1);

/// `ssh-keygen` with a key file, secret or public.
#[derive(Debug, Clone)]
pub struct Keygen {
    file: PathBuf,
}

impl Keygen {
    pub fn with(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into() }
    }

    pub(super) async fn sign(&self, namespace: &str, message: &[u8]) -> Result<SshSignature, KeyError> {
        let signed = tokio::time::timeout(PATIENCE, self.run(namespace, message)).await;
        signed.unwrap_or(Err(KeyError::Silent(PATIENCE.as_secs())))
    }

    async fn run(&self, namespace: &str, message: &[u8]) -> Result<SshSignature, KeyError> {
        let failed = |error: std::io::Error| KeyError::Keygen(error.to_string());
        let mut child = Command::new("ssh-keygen")
            .args(["-Y", "sign", "-n", namespace, "-f"])
            .arg(&self.file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        // It reads all of it before it writes anything.
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(message).await.map_err(failed)?;
        }
        let output = child.wait_with_output().await.map_err(failed)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().last().unwrap_or("it said nothing");
            return Err(KeyError::Keygen(last.trim_end_matches(['.', '\r']).to_owned()));
        }
        Ok(SshSignature::from_armored(&String::from_utf8_lossy(&output.stdout))?)
    }
}
