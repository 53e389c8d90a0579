//! One proposal from its curtain to its end.

use std::time::Duration;

use tokio::time::sleep;

use super::script::{OnReject, Scene};
use crate::api::{EnvelopeView, OutcomeCheck, OutcomeRequest, OutcomeStatus};
use crate::client::{Client, ClientError};
use crate::domain::Stage;

/// How long "running" an action takes, so that a reviewer sees it happen.
const RUN: Duration = Duration::from_millis(1_500);

/// How long an agent thinks about a no before it tries again.
const THINK: Duration = Duration::from_secs(3);

/// Proposes, waits, and does what follows. The demo goes on where one agent stumbles.
pub(super) async fn act(client: Client, scene: Scene) {
    sleep(scene.after).await;
    if let Err(error) = play(&client, &scene).await {
        tracing::warn!(error = %error, "an agent of the demo stumbled");
    }
}

async fn play(client: &Client, scene: &Scene) -> Result<(), ClientError> {
    let stage = propose(client, &scene.key, scene).await?;
    if stage == Stage::Rejected && scene.on_reject == OnReject::Repeat {
        sleep(THINK).await;
        propose(client, &format!("{}-again", scene.key), scene).await?;
    }
    Ok(())
}

/// Proposes and waits for the last word; runs what was cleared.
async fn propose(client: &Client, key: &str, scene: &Scene) -> Result<Stage, ClientError> {
    let mut view = client.propose(key, scene.body.clone()).await?;
    while view.summary.stage.is_open() {
        view = client.envelope(view.summary.id, Duration::from_secs(25)).await?;
    }
    if view.summary.stage.is_redeemable() {
        run(client, &view, key, scene).await?;
    }
    Ok(view.summary.stage)
}

async fn run(client: &Client, view: &EnvelopeView, key: &str, scene: &Scene) -> Result<(), ClientError> {
    let token = view.token.as_deref().unwrap_or_default();
    client.redeem(view.summary.id, key, token).await?;
    sleep(RUN).await;
    let check = scene.check.iter().map(|name| OutcomeCheck {
        name: name.clone(),
        passed: true,
        detail: None,
    });
    let outcome = OutcomeRequest {
        status: OutcomeStatus::Succeeded,
        result: Some(scene.outcome.clone().into()),
        checks: check.collect(),
    };
    client.outcome(view.summary.id, key, &outcome).await.map(drop)
}
