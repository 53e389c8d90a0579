//! `signoff reviewer vouch`: an admin answers for whose a key is.

use std::io::{self, IsTerminal as _};

use jiff::Timestamp;

use super::arguments::{Place, Vouch};
use super::connect::{Connection, connect_as_person};
use super::error::CliError;
use super::output::Output;
use super::{pen, text};
use crate::api::{KeyView, LedgerPoint, PrincipalView};
use crate::domain::{PrincipalKind, Role};
use crate::ledger::Checkpoint;

pub(super) async fn run(place: &Place, vouch: &Vouch, out: &Output) -> Result<(), CliError> {
    let connection = connect_as_person(place).await?;
    let client = &connection.client;
    let me = client.me().await?;
    let pen = pen::pen(connection.identity.as_deref(), client).await?.ok_or_else(|| {
        CliError::Usage(
            "A voucher is signed, and no key of yours was named.".to_owned(),
            "Register one with `signoff login`, and name it with --identity FILE.",
        )
    })?;
    let people = client.principals(PrincipalKind::Human).await?;
    let person = people.iter().find(|person| person.name == vouch.name);
    let person = person
        .filter(|person| person.revoked_at.is_none())
        .ok_or_else(|| CliError::Missing(format!("There is nobody called {}.", vouch.name)))?;
    let key = chosen(person, vouch, &me.principal.name)?;
    agreed(person, key, vouch, out)?;
    // Read last: it is what the admin saw when signing.
    let ledger = seen(&connection, me.ledger).await?;
    let request = pen
        .voucher(&me.principal.name, person, key, ledger, Timestamp::now())
        .await;
    let vouched = client.vouch(&vouch.name, &request.map_err(CliError::Key)?).await?;
    out.value(&vouched, text::key)?;
    connection.close().await
}

/// The key that was named; else the only one that this admin did not vouch for.
fn chosen<'p>(person: &'p PrincipalView, vouch: &Vouch, admin: &str) -> Result<&'p KeyView, CliError> {
    let mut live = person.keys.iter().filter(|key| key.revoked_at.is_none());
    if let Some(named) = &vouch.fingerprint {
        let is_named = |key: &&KeyView| key.fingerprint == *named || key.key.to_string() == *named;
        return live.find(is_named).ok_or_else(|| {
            CliError::Usage(
                format!("{} has no key here with that fingerprint.", person.name),
                "If you were told it by that person, do not vouch for another: find out whose the others are.",
            )
        });
    }
    let open: Vec<&KeyView> = live
        .filter(|key| !key.vouched_by.iter().any(|by| by == admin))
        .collect();
    match open[..] {
        [one] => Ok(one),
        [] => Err(CliError::Missing(format!(
            "{} has no key that you did not vouch for.",
            person.name
        ))),
        [..] => Err(CliError::Usage(
            format!("{} has {} keys that you did not vouch for.", person.name, open.len()),
            "Name the one you compared: --fingerprint SHA256:….",
        )),
    }
}

/// Says what will be signed and asks; a fingerprint that was given with `--yes` was compared.
fn agreed(person: &PrincipalView, key: &KeyView, vouch: &Vouch, out: &Output) -> Result<(), CliError> {
    if vouch.yes {
        return Ok(());
    }
    let role = person.role.unwrap_or(Role::Auditor);
    let told = format!(
        "{}, {}, is to sign with\n  {}\n\
         Ask {0}, by a way that does not go through this gate, for the line of `signoff key list` or of \
         `ssh-keygen -lf KEY.pub` there: it must be the same.\n\
         You vouch that this key is that person's, and that what it signs is the word of {}.",
        person.name,
        role,
        key.fingerprint,
        role.with_article()
    );
    if !io::stdin().is_terminal() {
        return Err(CliError::Usage(
            "Nobody is there to compare the fingerprint.".to_owned(),
            "Name the one you compared and say so: --fingerprint SHA256:… --yes.",
        ));
    }
    out.aside(&told, Clone::clone);
    out.aside(&(), |()| "Write yes to sign: ".to_owned());
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(CliError::Io)?;
    if answer.trim() == "yes" {
        Ok(())
    } else {
        Err(CliError::Usage(
            "Nothing was vouched for.".to_owned(),
            "Where the fingerprints differ, find out whose key that is before anybody decides with it.",
        ))
    }
}

/// The ledger's newest head.
async fn seen(connection: &Connection, id: uuid::Uuid) -> Result<LedgerPoint, CliError> {
    let growth = connection.client.growth(0).await?;
    let head = growth.checkpoint.as_deref().map(Checkpoint::claimed);
    let head = head.and_then(Result::ok).ok_or_else(|| {
        CliError::Changed("The gate shows no head of its ledger, so nothing is signed for it.".to_owned())
    })?;
    Ok(LedgerPoint {
        id,
        size: head.size,
        root: head.root,
    })
}
