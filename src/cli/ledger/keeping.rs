//! What is erased, held and pruned. The data folder's admin may, or another under a credential.

use uuid::Uuid;

use crate::api::{EraseReceipt, EraseRequest, HoldRequest, HoldView, PruneRequest, ReleaseRequest, SubjectRequest};
use crate::cli::arguments::{Erase, Hold, Place, Prune, Release};
use crate::cli::connect::connect;
use crate::cli::error::CliError;
use crate::cli::machine::fresh_key;
use crate::cli::output::Output;
use crate::cli::text;
use crate::client::{Client, ClientError};
use crate::domain::{EnvelopeId, PrincipalKind, Shown};

pub(super) async fn erase(place: &Place, erase: &Erase, out: &Output) -> Result<(), CliError> {
    let request = EraseRequest {
        reason: erase.reason.clone().unwrap_or_default(),
        basis: erase.basis.clone().unwrap_or_default(),
        more: false,
    };
    let connection = connect(place).await?;
    let subject = match (&erase.name, erase.stop) {
        (Some(name), _) => Some(revoked(&connection.client, name).await?),
        (None, stop) => stop,
    };
    if let Some(subject) = subject {
        let receipt = connection.client.forget(subject, &fresh_key(), &request).await?;
        out.value(&receipt, |receipt| erased(receipt, false))?;
        return connection.close().await;
    }
    let ids: Vec<EnvelopeId> = match (&erase.subject, erase.id) {
        (Some(subject), _) => {
            let asked = SubjectRequest { text: subject.clone() };
            let found = connection.client.subjects(&fresh_key(), &asked).await?;
            if !erase.yes {
                for row in &found.rows {
                    out.value(row, text::past)?;
                }
                connection.close().await?;
                return Err(CliError::Usage(
                    format!(
                        "Nothing was erased. Envelopes that hold it: {}{}.",
                        found.rows.len(),
                        if found.more { " and more" } else { "" }
                    ),
                    "Look them over; the same with --yes, --reason and --basis erases them.",
                ));
            }
            found.rows.iter().map(|row| row.id).collect()
        }
        (None, id) => Vec::from_iter(id),
    };
    let mut left = Vec::new();
    for (n, id) in (1..).zip(&ids) {
        let request = EraseRequest {
            more: n < ids.len(),
            ..request.clone()
        };
        match connection.client.erase(*id, &fresh_key(), &request).await {
            Ok(receipt) => out.value(&receipt, |receipt| erased(receipt, request.more))?,
            // The others go all the same, and where it takes two admins each is asked for.
            Err(ClientError::Refused(refusal)) if ids.len() > 1 => {
                left.push(format!("{id}: {}", refusal.message));
            }
            Err(error) => return Err(error.into()),
        }
    }
    connection.close().await?;
    if left.is_empty() {
        return Ok(());
    }
    let (some, all) = (left.len(), ids.len());
    Err(CliError::Changed(format!(
        "{some} of {all} envelopes were not erased.\n{}",
        left.join("\n")
    )))
}

/// The one who had this name and was revoked.
async fn revoked(client: &Client, name: &str) -> Result<Uuid, CliError> {
    for kind in [PrincipalKind::Human, PrincipalKind::Agent, PrincipalKind::Service] {
        let known = client.principals(kind).await?;
        if let Some(principal) = known.iter().find(|principal| principal.name == name) {
            if principal.revoked_at.is_some() {
                return Ok(principal.id.0);
            }
            return Err(CliError::Usage(
                format!("{} was not revoked.", Shown::line(name)),
                "A name can be erased once its credential is worth nothing: revoke it first.",
            ));
        }
    }
    Err(CliError::Usage(
        format!("Nobody is or was called {}, or the name was erased.", Shown::line(name)),
        "`signoff reviewer list` and `signoff agent list` show who is and was there.",
    ))
}

fn erased(receipt: &EraseReceipt, more: bool) -> String {
    let gone = if receipt.gone {
        "their bytes are gone"
    } else if more {
        "their bytes go with the last of them"
    } else {
        "their bytes go once whoever reads the ledger is done"
    };
    let texts = match receipt.texts {
        1 => "1 text".to_owned(),
        many => format!("{many} texts"),
    };
    format!("Erased {texts} of {} in entry {}; {gone}.", receipt.id, receipt.entry)
}

pub(super) async fn prune(place: &Place, prune: &Prune, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let request = PruneRequest { dry_run: !prune.yes };
    let answer = connection.client.prune(&fresh_key(), &request).await?;
    out.value(&answer, |answer| {
        let done = if answer.dry_run {
            "are older and would be erased"
        } else {
            "were erased"
        };
        let lines = answer.classes.iter().map(|class| {
            let (id, before) = (Shown::line(&class.class), class.before);
            format!(
                "{id}: {} envelopes that were over before {before} {done}.",
                class.envelopes
            )
        });
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() {
            return "No class of the policy says how long it keeps its texts (`retain`).".to_owned();
        }
        lines.join("\n")
    })?;
    connection.close().await
}

pub(super) async fn hold(place: &Place, hold: &Hold, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    if hold.list {
        for hold in connection.client.holds().await? {
            out.value(&hold, line)?;
        }
        return connection.close().await;
    }
    let request = HoldRequest {
        envelope: hold.id,
        class: hold.class.clone(),
        reason: hold.reason.clone().unwrap_or_default(),
    };
    let laid = connection.client.hold(&fresh_key(), &request).await?;
    out.value(&laid, line)?;
    connection.close().await
}

pub(super) async fn release(place: &Place, release: &Release, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let request = ReleaseRequest {
        reason: release.reason.clone(),
    };
    let released = connection.client.release(release.id, &fresh_key(), &request).await?;
    out.value(&released, line)?;
    connection.close().await
}

fn line(hold: &HoldView) -> String {
    let what = match (hold.envelope, &hold.class) {
        (Some(id), _) => id.to_string(),
        (None, Some(class)) => format!("class {}", Shown::line(class)),
        (None, None) => "nothing".to_owned(),
    };
    let end = match (&hold.released_by, hold.released_at) {
        (Some(by), Some(at)) => format!("released by {by} at {at}"),
        (_, _) => "in force".to_owned(),
    };
    let reason = Shown::line(&hold.reason);
    format!("{}  {what}  by {} at {}: {reason}  ({end})", hold.id, hold.by, hold.at)
}
