//! `signoff reviewer`, `agent` and `service`: add, list, revoke.

use super::arguments::{AgentVerb, Place, ReviewerVerb, ServiceVerb};
use super::connect::{connect, connect_or_start};
use super::error::CliError;
use super::machine::fresh_key;
use super::output::Output;
use super::text;
use crate::api::{AddPrincipal, Added};
use crate::domain::{PrincipalKind, Scopes};

enum Verb {
    Add(AddPrincipal),
    List,
    Revoke(String),
}

pub(super) async fn reviewer(place: &Place, verb: ReviewerVerb, out: &Output) -> Result<(), CliError> {
    let verb = match verb {
        ReviewerVerb::Add { name, role } => Verb::Add(AddPrincipal {
            name,
            role: Some(role),
            ..AddPrincipal::default()
        }),
        ReviewerVerb::List => Verb::List,
        ReviewerVerb::Vouch(vouch) => return super::vouch::run(place, &vouch, out).await,
        ReviewerVerb::Revoke { name } => Verb::Revoke(name),
    };
    run(place, PrincipalKind::Human, verb, out).await
}

pub(super) async fn agent(place: &Place, verb: AgentVerb, out: &Output) -> Result<(), CliError> {
    let verb = match verb {
        AgentVerb::Add(add) => Verb::Add(AddPrincipal {
            name: add.name,
            role: None,
            owner: add.owner,
            executor: add.executor,
            scopes: Scopes {
                environments: add.environment,
                servers: add.server,
                tools: add.tool,
            },
        }),
        AgentVerb::List => Verb::List,
        AgentVerb::Revoke { name } => Verb::Revoke(name),
    };
    run(place, PrincipalKind::Agent, verb, out).await
}

pub(super) async fn service(place: &Place, verb: ServiceVerb, out: &Output) -> Result<(), CliError> {
    let verb = match verb {
        ServiceVerb::Add { name } => Verb::Add(AddPrincipal {
            name,
            ..AddPrincipal::default()
        }),
        ServiceVerb::List => Verb::List,
        ServiceVerb::Revoke { name } => Verb::Revoke(name),
    };
    run(place, PrincipalKind::Service, verb, out).await
}

async fn run(place: &Place, kind: PrincipalKind, verb: Verb, out: &Output) -> Result<(), CliError> {
    let connection = match &verb {
        Verb::Add(_) => connect_or_start(place).await?,
        Verb::List | Verb::Revoke(_) => connect(place).await?,
    };
    match verb {
        Verb::Add(request) => {
            let added = connection.client.add(kind, &fresh_key(), &request).await?;
            out.value(&added, |added: &Added| {
                format!(
                    "{} was added. Its credential is shown this once:\n{}",
                    added.name, added.token
                )
            })?;
        }
        Verb::List => {
            for principal in connection.client.principals(kind).await? {
                out.value(&principal, text::principal)?;
            }
        }
        Verb::Revoke(name) => {
            let revoked = connection.client.revoke(kind, &name).await?;
            out.value(&revoked, text::principal)?;
        }
    }
    connection.close().await
}
