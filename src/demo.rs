//! A gate, four scripted agents and a colleague in one process, on a temporary ledger.
//!
//! The agents are real clients: they propose over HTTP, wait, redeem, report, and believe a rejection or
//! try once more. Only what they do to the world outside is made up.

mod agent;
mod colleague;
mod script;
mod still;

use std::sync::Arc;

use tokio::task::JoinSet;

pub use still::Still;

use crate::api::AddPrincipal;
use crate::client::{Client, ClientError};
use crate::domain::{PrincipalKind, Role};
use crate::gate::{Embedded, ServiceError, World};
use crate::keys::{KeyError, Pen, Signer};
use crate::signature::ssh::SshSecretKey;
use script::Script;

/// The demo's policy.
pub const POLICY: &str = include_str!("../assets/policy/demo.toml");

const SCRIPTS: [(&str, &str); 4] = [
    ("support-3", include_str!("../assets/demo/support.json")),
    ("ops-1", include_str!("../assets/demo/operations.json")),
    ("coder-2", include_str!("../assets/demo/coding.json")),
    ("sales-2", include_str!("../assets/demo/sales.json")),
];

/// Why the demo cannot play.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("a script of the demo cannot be read")]
    Script(#[from] serde_json::Error),
}

/// Everybody on stage; dropped, they stop.
#[derive(Debug)]
pub struct Demo {
    /// The reviewer's credential.
    pub token: String,
    /// The reviewer's key, which lives in this process.
    pub pen: Pen,
    _cast: JoinSet<()>,
}

/// Adds the cast to a gate and lets it play at its own pace.
pub async fn play(gate: &Embedded, world: &Arc<dyn World>) -> Result<Demo, DemoError> {
    let (token, pen) = reviewer(gate, world).await?;
    let mut cast = JoinSet::new();
    let colleague = AddPrincipal {
        name: "sam".to_owned(),
        role: Some(Role::Senior),
        ..AddPrincipal::default()
    };
    let colleague = gate.service.add_by_gate(PrincipalKind::Human, colleague).await?;
    let his = key(gate, "sam", world).await?;
    cast.spawn(colleague::second_votes(
        Client::new(&gate.url, Some(colleague.token))?,
        his,
        Arc::clone(world),
    ));
    for (name, script) in SCRIPTS {
        let client = agent_client(gate, name).await?;
        cast.spawn(agent::take_back(client.clone()));
        for scene in serde_json::from_str::<Script>(script)? {
            for scene in scene.spread()? {
                cast.spawn(agent::act(client.clone(), scene));
            }
        }
    }
    Ok(Demo {
        token,
        pen,
        _cast: cast,
    })
}

/// How the clock of a pose goes on for three seconds: so long somebody has looked at it. Hardly faster than a
/// real one, or the console would take its reviewer to have been away.
const STEPS: u32 = 6;
const STEP: jiff::SignedDuration = jiff::SignedDuration::from_millis(500);
const PAUSE: std::time::Duration = std::time::Duration::from_millis(300);

/// Proposes everything in order on a clock that moves only in between, and goes on for a moment afterwards,
/// so that keys count: for pictures.
pub async fn pose(gate: &Embedded, still: &Arc<Still>) -> Result<Demo, DemoError> {
    let world = Arc::clone(still) as Arc<dyn World>;
    let (token, pen) = reviewer(gate, &world).await?;
    for (name, script) in SCRIPTS {
        let client = agent_client(gate, name).await?;
        for scene in serde_json::from_str::<Script>(script)? {
            for scene in scene.spread()? {
                client.propose(&scene.key, scene.body).await?;
                still.pass(jiff::SignedDuration::from_secs(7));
            }
        }
    }
    let mut cast = JoinSet::new();
    let still = Arc::clone(still);
    cast.spawn(async move {
        for _ in 0..STEPS {
            tokio::time::sleep(PAUSE).await;
            still.pass(STEP);
        }
    });
    Ok(Demo {
        token,
        pen,
        _cast: cast,
    })
}

async fn reviewer(gate: &Embedded, world: &Arc<dyn World>) -> Result<(String, Pen), DemoError> {
    let token = gate.service.local_person("you", Role::Senior).await?;
    Ok((token, key(gate, "you", world).await?))
}

/// A key of somebody's own, which lives in this process.
async fn key(gate: &Embedded, name: &str, world: &Arc<dyn World>) -> Result<Pen, DemoError> {
    let secret = SshSecretKey::from_seed(&world.random());
    gate.service.local_key(name, &secret.public()).await?;
    let world = Arc::clone(world);
    Ok(Pen::new(
        Signer::Memory(Box::new(secret)),
        Arc::new(move || world.random()),
    ))
}

async fn agent_client(gate: &Embedded, name: &str) -> Result<Client, DemoError> {
    let agent = AddPrincipal {
        name: name.to_owned(),
        ..AddPrincipal::default()
    };
    let added = gate.service.add_by_gate(PrincipalKind::Agent, agent).await?;
    Ok(Client::new(&gate.url, Some(added.token))?)
}
