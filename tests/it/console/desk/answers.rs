//! What the gate answers the desk: lookups, decisions and what is said of an envelope.

use std::time::Duration;

use signoff::api::{AskRequest, ResumeRequest, ReviewRequest, UndoRequest};
use signoff::client::ClientError;
use signoff::console::{Effect, Msg, Saying, Verifying, Word};
use signoff::domain::{EnvelopeId, PrincipalKind};
use signoff::gate::RequestKey;

use super::{Desk, refused};

impl Desk {
    /// Answers what boxes ask of the gate: who decides, which classes, what it would become.
    pub async fn ask_gate(&mut self) {
        let asks = |effect: &Effect| {
            matches!(
                effect,
                Effect::AskPeople
                    | Effect::AskAgents
                    | Effect::AskPolicy
                    | Effect::Judge { .. }
                    | Effect::Say { .. }
                    | Effect::AskBatch { .. }
                    | Effect::AskAfter { .. }
                    | Effect::AskTrail { .. }
                    | Effect::AskPast { .. }
                    | Effect::AskTimeline { .. }
                    | Effect::AskCaseFile { .. }
                    | Effect::AskPolicyThen { .. }
                    | Effect::AskScreen { .. }
                    | Effect::AskVerification { .. }
            )
        };
        while let Some(at) = self.waiting.iter().position(asks) {
            let service = &self.gate.service;
            let person = service
                .authenticate(self.gate.token(&self.person))
                .unwrap()
                .person()
                .unwrap();
            let now = self.now();
            let msg = match self.waiting.remove(at) {
                effect @ (Effect::AskPeople
                | Effect::AskAgents
                | Effect::AskPolicy
                | Effect::AskAfter { .. }
                | Effect::AskTrail { .. }
                | Effect::AskPast { .. }
                | Effect::AskTimeline { .. }
                | Effect::AskCaseFile { .. }
                | Effect::AskPolicyThen { .. }
                | Effect::AskScreen { .. }
                | Effect::AskVerification { .. }) => self.look_up(effect).await,
                Effect::AskBatch { ids } => {
                    let caller = service.authenticate(self.gate.token(&self.person)).unwrap();
                    let mut views = Vec::new();
                    for id in ids {
                        views.push(service.read(&caller, id, Duration::ZERO, None).await.unwrap());
                    }
                    Msg::BatchRead {
                        answer: Ok(views),
                        at: now,
                    }
                }
                Effect::Judge { text, request } => Msg::Becomes {
                    id: request.id,
                    text,
                    answer: service.becomes(&person, request).await.map_err(refused),
                    at: now,
                },
                Effect::Say { key, id, saying } => Msg::Said {
                    answer: self.say(key, id, saying).await,
                    at: now,
                },
                _ => unreachable!(),
            };
            self.tell(msg);
        }
    }

    /// Answers what is asked of what ran and of the past.
    async fn look_up(&self, effect: Effect) -> Msg {
        let (service, now) = (&self.gate.service, self.now());
        match effect {
            Effect::AskPeople => Msg::People {
                answer: Ok(service.list(PrincipalKind::Human)),
                at: now,
            },
            Effect::AskAgents => Msg::Agents {
                answer: Ok(service.list(PrincipalKind::Agent)),
                at: now,
            },
            Effect::AskPolicy => Msg::Policy {
                answer: service.policy_view().await.map_err(refused),
                at: now,
            },
            Effect::AskAfter { rows } => {
                let mut page = service.after(None).await.unwrap();
                while page.rows.len() < rows && page.next.is_some() {
                    let older = service.after(page.next.as_deref()).await.unwrap();
                    page.rows.extend(older.rows);
                    page.next = older.next;
                }
                Msg::After {
                    answer: Ok(page),
                    at: now,
                }
            }
            Effect::AskPast { search, before } => {
                let answer = service.past(&search, before).await.map_err(refused);
                Msg::Past {
                    search,
                    before,
                    answer,
                    at: now,
                }
            }
            Effect::AskTimeline { id } => Msg::Timeline {
                id,
                answer: service.timeline(id).await.map_err(refused),
                at: now,
            },
            Effect::AskCaseFile { id } => Msg::CaseFile {
                id,
                answer: service.case_file(id).await.map(Box::new).map_err(refused),
                at: now,
            },
            Effect::AskPolicyThen { id } => Msg::PolicyThen {
                id,
                answer: service.policy_then(id).await.map(Box::new).map_err(refused),
                at: now,
            },
            Effect::AskScreen { id, n } => Msg::Screen {
                id,
                n,
                answer: service.screen(id, n - 1).await.map(Box::new).map_err(refused),
                at: now,
            },
            Effect::AskVerification { what, .. } => {
                let caller = service.authenticate(self.gate.token(&self.person)).unwrap();
                let person = caller.person().unwrap();
                let answer = match what {
                    Verifying::Begin => service.verify(&person),
                    Verifying::Look => service.verification(),
                    Verifying::Stop => service.stop_verification(&person),
                };
                // It runs on a thread of its own, and is asked for until it is over.
                tokio::task::yield_now().await;
                Msg::Verification {
                    what,
                    answer: answer.map(Box::new).map_err(refused),
                    at: now,
                }
            }
            Effect::AskTrail { id } => Msg::Trail {
                id,
                answer: service.trail(id).await.map_err(refused),
                at: now,
            },
            _ => unreachable!(),
        }
    }

    async fn say(&self, key: String, id: EnvelopeId, saying: Saying) -> Result<Word, ClientError> {
        let service = &self.gate.service;
        let caller = service.authenticate(self.gate.token(&self.person)).unwrap();
        let (person, key) = (caller.person().unwrap(), RequestKey::new(key, b""));
        let said = match saying {
            Saying::Stop(request) => {
                let stop = service.stop(person, key, request).await;
                stop.map(|stop| Word::Stop(Box::new(stop)))
            }
            Saying::Resume(id, reason) => {
                let stop = service.resume(person, id, key, ResumeRequest { reason }).await;
                stop.map(|stop| Word::Stop(Box::new(stop)))
            }
            Saying::Look => {
                let looked = service.look(person, id, key).await;
                looked.map(|looked| Word::Looked(Box::new(looked)))
            }
            Saying::Claim => service.claim(person, id, key).await.map(|_| Word::Claimed),
            Saying::Question(text) => {
                let asked = service.ask(person, id, key, AskRequest { text }).await;
                asked.map(|row| Word::Asked(row.agent))
            }
            Saying::Review(finding, note) => {
                let review = service.review(person, id, key, ReviewRequest { finding, note }).await;
                review.map(|_| Word::Reviewed(finding))
            }
            Saying::Undo(reason) => {
                let undo = service.request_undo(person, id, key, UndoRequest { reason }).await;
                undo.map(|row| Word::UndoRequested(row.agent))
            }
        };
        said.map_err(refused)
    }

    /// Sends every decision that was made, and takes the answers in.
    pub async fn deliver(&mut self) {
        let is_batch = |effect: &Effect| matches!(effect, Effect::Batch { .. });
        while let Some(at) = self.waiting.iter().position(is_batch) {
            let Effect::Batch { key, request, .. } = self.waiting.remove(at) else {
                unreachable!()
            };
            let service = &self.gate.service;
            let person = service
                .authenticate(self.gate.token(&self.person))
                .unwrap()
                .person()
                .unwrap();
            let body = serde_json::to_vec(&request).unwrap();
            let answer = service
                .batch(person, RequestKey::new(key.clone(), &body), request)
                .await;
            self.tell(Msg::Batched {
                key,
                answer: answer.map_err(refused),
                at: self.now(),
            });
        }
        while let Some(at) = self
            .waiting
            .iter()
            .position(|effect| matches!(effect, Effect::Decide { .. }))
        {
            let Effect::Decide { key, id, request, .. } = self.waiting.remove(at) else {
                unreachable!()
            };
            let person = self
                .gate
                .service
                .authenticate(self.gate.token(&self.person))
                .unwrap()
                .person()
                .unwrap();
            let body = serde_json::to_vec(&request).unwrap();
            let answer = self
                .gate
                .service
                .decide(person, id, RequestKey::new(key.clone(), &body), request)
                .await;
            self.tell(Msg::Decided {
                key,
                answer: answer.map_err(refused),
                at: self.now(),
            });
        }
        self.read().await;
    }
}
