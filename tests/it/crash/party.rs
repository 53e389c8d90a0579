//! Somebody with a credential, at both doors of a gate.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use signoff::client::Client;
use signoff::domain::EnvelopeId;

use super::account::Gone;
use crate::it::aap::REQUESTS;

/// A native client, and what it takes to speak the Agent Approval Protocol.
#[derive(Debug, Clone)]
pub struct Party {
    pub client: Client,
    http: reqwest::Client,
    url: String,
    token: String,
}

/// The gate's answer, or the code of its refusal.
type Said = Result<Value, String>;

impl Party {
    pub fn new(url: &str, token: &str) -> Self {
        Self {
            client: Client::new(url, Some(token.to_owned())).unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: url.to_owned(),
            token: token.to_owned(),
        }
    }

    pub async fn submit(&self, key: &str, body: Vec<u8>) -> Result<Result<EnvelopeId, String>, Gone> {
        let request = self.at(Method::POST, "").header("idempotency-key", key).body(body);
        Ok(said(request).await?.map(|asked| id(&asked)))
    }

    /// Uses an approval; returns when that was noted.
    pub async fn consume(&self, of: EnvelopeId, key: &str) -> Result<Result<String, String>, Gone> {
        let path = format!("/{of}/consume");
        let request = self.at(Method::POST, &path).header("idempotency-key", key);
        let at = |used: Value| used["consumption"]["consumed_at"].as_str().unwrap().to_owned();
        Ok(said(request).await?.map(at))
    }

    /// How a request stands; waits a moment for the answer if it is told to.
    pub async fn status(&self, of: EnvelopeId, wait: bool) -> Result<String, Gone> {
        let wait = if wait { "?wait=1s" } else { "" };
        let asked = said(self.at(Method::GET, &format!("/{of}{wait}"))).await?.unwrap();
        Ok(asked["status"].as_str().unwrap().to_owned())
    }

    fn at(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{REQUESTS}{path}", self.url);
        let request = self.http.request(method, url).timeout(Duration::from_secs(10));
        request.bearer_auth(&self.token)
    }
}

fn id(asked: &Value) -> EnvelopeId {
    asked["id"].as_str().unwrap().parse().unwrap()
}

/// Tells a refusal from silence. Whatever else comes is a bug of the gate.
async fn said(request: RequestBuilder) -> Result<Said, Gone> {
    let response = request.send().await.map_err(|_| Gone)?;
    let status = response.status();
    let body = response.bytes().await.map_err(|_| Gone)?;
    let body: Value = serde_json::from_slice(&body).unwrap();
    if status.is_success() {
        return Ok(Ok(body));
    }
    let code = body["error"]["code"].as_str().unwrap().to_owned();
    assert!(
        !status.is_server_error() || code == "stopped_just_now",
        "the gate failed: {body}"
    );
    Ok(Err(code))
}
