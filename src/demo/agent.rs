//! One proposal from its curtain to its end.

use std::time::Duration;

use tokio::time::sleep;

use super::script::{OnReject, Scene};
use crate::api::{AnswerRequest, EnvelopeView, OutcomeCheck, OutcomeRequest, OutcomeStatus, RedeemRequest};
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

/// Proposes, answers what it is asked, and waits for the last word; runs what was cleared.
async fn propose(client: &Client, key: &str, scene: &Scene) -> Result<Stage, ClientError> {
    let mut view = client.propose(key, scene.body.clone()).await?;
    let id = view.summary.id;
    while view.summary.stage.is_open() {
        let answered = view.summary.answered;
        view = client
            .envelope_or_question(id, Duration::from_secs(25), answered)
            .await?;
        if view.summary.stage.is_open() && view.summary.asked > answered {
            sleep(THINK).await;
            let answer = AnswerRequest {
                n: answered,
                text: scene.answer.clone(),
            };
            view = client.answer(id, &format!("{key}-answer-{answered}"), &answer).await?;
        }
    }
    if view.summary.stage.is_redeemable() {
        run(client, &view, key, scene).await?;
    }
    Ok(view.summary.stage)
}

/// Runs exactly what it is handed: where a person edited it, that is what runs.
async fn run(client: &Client, view: &EnvelopeView, key: &str, scene: &Scene) -> Result<(), ClientError> {
    let request = RedeemRequest::of(view.token.as_deref().unwrap_or_default());
    let payload = client.redeem(view.summary.id, key, &request).await?;
    sleep(RUN).await;
    let check = scene.check.iter().map(|name| OutcomeCheck {
        name: name.clone(),
        passed: true,
        detail: None,
    });
    let result = if view.summary.edited {
        format!("{}, as edited: {}", scene.outcome, payload.arguments_raw)
    } else {
        scene.outcome.clone()
    };
    let outcome = OutcomeRequest {
        status: OutcomeStatus::Succeeded,
        result: Some(result.into()),
        checks: check.collect(),
    };
    client.outcome(view.summary.id, key, &outcome).await.map(drop)
}

/// Takes back what it is asked to take back, for as long as the demo plays.
pub(super) async fn take_back(client: Client) {
    loop {
        let wanted = client.undo_wanted(Duration::from_secs(25)).await;
        let Ok(wanted) = wanted else {
            sleep(THINK).await;
            continue;
        };
        for undo in wanted {
            sleep(RUN).await;
            let how = undo.reversal.and_then(|reversal| reversal.how);
            let outcome = OutcomeRequest {
                status: if how.is_some() {
                    OutcomeStatus::Succeeded
                } else {
                    OutcomeStatus::Failed
                },
                result: Some(how.unwrap_or_else(|| "there is no way back".to_owned()).into()),
                checks: Vec::new(),
            };
            // One wish, one answer: the time it was made tells them apart.
            let key = format!("demo-undo-{}-{}", undo.id, undo.at.as_millisecond());
            let _ = client.outcome(undo.id, &key, &outcome).await;
        }
    }
}
