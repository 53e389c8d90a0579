//! `signoff show --case` and `--judged-by`: all there is about one envelope on one page, and what judged it.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::arguments::{Place, Show};
use super::connect::connect;
use super::error::CliError;
use super::files::put;
use super::output::Output;
use crate::console::{case_text, policy_text};
use crate::diff::Until;
use crate::domain::Shown;

/// How long the payload is compared with the record before: nobody waits longer for a page.
const PATIENCE: Duration = Duration::from_secs(5);

/// Columns of a policy as a page.
const COLUMNS: usize = 100;

pub(super) async fn show(place: &Place, show: &Show, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let file = connection.client.case_file(show.id).await?;
    let text = || case_text(&file, Until::within(PATIENCE));
    match &show.output {
        Some(path) => written(path, &text(), out)?,
        None => out.value(&file, |_| text())?,
    }
    connection.close().await
}

/// The policy that judged it, as it was.
pub(super) async fn policy(place: &Place, show: &Show, out: &Output) -> Result<(), CliError> {
    let connection = connect(place).await?;
    let then = connection.client.policy_then(show.id).await?;
    let text = || policy_text(&then, COLUMNS);
    match &show.output {
        Some(path) => written(path, &text(), out)?,
        None => out.value(&then, |_| text())?,
    }
    connection.close().await
}

/// Writes a page to a new file, and says where it is.
fn written(path: &Path, text: &str, out: &Output) -> Result<(), CliError> {
    put(path, format!("{text}\n").as_bytes())?;
    let path = path.display().to_string();
    out.value(&json!({ "output": path }), |_| {
        format!("It is in {}, which you alone can read.", Shown::line(&path))
    })
}
