//! What an agent of the demo is going to do: read from `assets/demo`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

/// All scenes of one agent.
pub(super) type Script = Vec<Act>;

/// One proposal, or one for each of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    /// Seconds after the curtain.
    after: u64,
    /// Put in place of `{}`, one proposal each.
    #[serde(default)]
    each: Vec<String>,
    proposal: Box<RawValue>,
    /// What is reported once it ran.
    #[serde(default)]
    outcome: Option<String>,
    #[serde(default)]
    check: Option<String>,
    /// What it says when it is asked something.
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    on_reject: OnReject,
}

/// What the agent makes of a no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnReject {
    #[default]
    GiveUp,
    /// Proposes the very same once more.
    Repeat,
}

/// One proposal and what follows it.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub after: Duration,
    pub key: String,
    pub body: Vec<u8>,
    pub outcome: String,
    pub check: Option<String>,
    pub answer: String,
    pub on_reject: OnReject,
}

impl Act {
    /// The scenes of this act; those of a list follow each other closely.
    pub fn spread(self) -> Result<Vec<Scene>, serde_json::Error> {
        let text = self.proposal.get().to_owned();
        let bodies: Vec<String> = match self.each.as_slice() {
            [] => vec![text],
            each => each
                .iter()
                .map(|name| text.replace("\"{}\"", &format!("\"{name}\"")))
                .collect(),
        };
        let scene = |(n, body): (u32, String)| {
            let run: serde_json::Value = serde_json::from_str(&body)?;
            Ok(Scene {
                after: Duration::from_secs(self.after) + Duration::from_millis(150) * n,
                key: format!("demo-{}-{}-{n}", run["run_id"], run["action"]["tool"]),
                body: body.into_bytes(),
                outcome: self.outcome.clone().unwrap_or_else(|| "read".to_owned()),
                check: self.check.clone(),
                answer: self
                    .answer
                    .clone()
                    .unwrap_or_else(|| "I have said all I know.".to_owned()),
                on_reject: self.on_reject,
            })
        };
        (0..).zip(bodies).map(scene).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::SCRIPTS;
    use super::*;

    #[test]
    fn every_script_is_read_and_no_two_proposals_share_a_key() {
        let mut keys = Vec::new();
        for (name, script) in SCRIPTS {
            let script: Script = serde_json::from_str(script).expect(name);
            for act in script {
                keys.extend(act.spread().expect(name).into_iter().map(|scene| scene.key));
            }
        }
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!((all, keys.len()), (25, 25));
    }
}
