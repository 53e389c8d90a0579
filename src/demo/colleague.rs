//! Sam, a senior, who votes second: so that two-person items can finish.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::DemoError;
use crate::api::{DecisionRequest, Summary};
use crate::client::Client;
use crate::domain::DecisionKind;
use crate::gate::World;
use crate::keys::Pen;

/// How long a second look takes.
const LOOK: Duration = Duration::from_secs(2);

/// Approves what somebody else has approved and that wants one more, and what was handed to him.
pub(super) async fn second_votes(client: Client, pen: Pen, world: Arc<dyn World>) {
    let mut cursor = 0;
    loop {
        let page = match client.queue(cursor, Duration::from_secs(25)).await {
            Ok(page) => page,
            Err(error) => {
                tracing::warn!(error = %error, "the colleague of the demo hears nothing");
                sleep(LOOK).await;
                continue;
            }
        };
        cursor = page.cursor;
        let his = |row: &&Summary| {
            let second = row.votes > 0 && row.votes < row.quorum;
            second || row.custody.as_deref() == Some("sam")
        };
        for row in page.rows.iter().filter(his) {
            sleep(LOOK).await;
            // Somebody may have been faster: then there is nothing left to do.
            let _ = approve(&client, &pen, &*world, row).await;
        }
    }
}

async fn approve(client: &Client, pen: &Pen, world: &dyn World, row: &Summary) -> Result<(), DemoError> {
    let request = DecisionRequest {
        reason: Some("second look: receipt and account match".to_owned()),
        ..DecisionRequest::new(DecisionKind::Approve).about(row.payload_sha256, row.revision)
    };
    let key = format!("demo-sam-{}-{}", row.id, row.votes);
    let view = client.envelope(row.id, Duration::ZERO).await?;
    let request = pen.decision(&view, request, None, world.now()).await?;
    client.decide(row.id, &key, &request).await?;
    Ok(())
}
