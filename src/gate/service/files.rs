//! Evidence files: kept by digest, shown to people, never fetched from anywhere.

use std::sync::Arc;

use super::{Service, world};
use crate::api::{FileView, MAX_FILE};
use crate::domain::{Digest, Principal, PrincipalKind};
use crate::gate::Refusal;
use crate::ledger::sha256;

/// How many bytes one principal may leave here.
const MAX_UPLOADED: u64 = 256 * 1024 * 1024;

impl Service {
    /// Keeps a file of an agent or a service. The same bytes twice are one file.
    pub async fn upload(&self, caller: &Principal, bytes: Vec<u8>) -> Result<FileView, Refusal> {
        if caller.kind == PrincipalKind::Human {
            return Err(Refusal::forbidden(
                "agents_only",
                "Evidence comes from agents and services.",
            ));
        }
        if bytes.is_empty() || bytes.len() > MAX_FILE {
            return Err(Refusal::invalid(
                "wrong_length",
                "",
                format!("A file has 1 to {MAX_FILE} bytes."),
            ));
        }
        let (sha256, size) = (sha256(&bytes), bytes.len() as u64);
        let (uploader, world) = (caller.id, Arc::clone(&self.world));
        self.store
            .write(move |tx| {
                if tx.uploaded(uploader)? + size > MAX_UPLOADED {
                    return Err(Refusal::conflict(
                        "quota",
                        format!("There are {MAX_UPLOADED} bytes of yours here already."),
                    ));
                }
                Ok(tx.put_file(sha256, uploader, world::now(&*world), &bytes)?)
            })
            .await?;
        Ok(FileView { sha256, bytes: size })
    }

    /// Hands a file to a person: the only one who looks at it.
    pub async fn file(&self, digest: Digest) -> Result<Vec<u8>, Refusal> {
        let bytes = self.store.read(move |db| db.file(digest)).await?;
        let bytes: Vec<u8> = bytes.ok_or_else(Refusal::not_found)?;
        if sha256(&bytes) == digest {
            Ok(bytes)
        } else {
            Err(crate::store::StoreError::Corrupt("file").into())
        }
    }
}
