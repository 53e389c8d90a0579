//! Sam, a senior, who votes second: so that two-person items can finish.

use std::time::Duration;

use tokio::time::sleep;

use crate::api::{DecisionRequest, Summary};
use crate::client::{Client, ClientError};
use crate::domain::DecisionKind;

/// How long a second look takes.
const LOOK: Duration = Duration::from_secs(2);

/// Approves what somebody else has approved and that wants one more, and what was handed to him.
pub(super) async fn second_votes(client: Client) {
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
            let _ = approve(&client, row).await;
        }
    }
}

async fn approve(client: &Client, row: &Summary) -> Result<(), ClientError> {
    let request = DecisionRequest {
        reason: Some("second look: receipt and account match".to_owned()),
        ..DecisionRequest::new(DecisionKind::Approve).about(row.payload_sha256, row.revision)
    };
    let key = format!("demo-sam-{}-{}", row.id, row.votes);
    client.decide(row.id, &key, &request).await.map(drop)
}
