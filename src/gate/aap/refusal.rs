//! A refusal in the protocol's words, and the name that every answer carries.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::aap::{ErrorBody, ErrorDetail, ErrorKind, REQUEST_ID};
use crate::gate::Refusal;

/// Names an answer; what was refused is said in the protocol's words.
pub(in crate::gate) fn named(response: Response, refusal: Option<Refusal>, request_id: &str) -> Response {
    let mut response = match refusal {
        Some(refusal) => answer(refusal, request_id.to_owned()),
        None => response,
    };
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(REQUEST_ID), value);
    }
    response
}

fn answer(refusal: Refusal, request_id: String) -> Response {
    let kind = ErrorKind::from(refusal.kind);
    let status = StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let error = ErrorDetail {
        kind,
        code: refusal.code.to_owned(),
        message: match refusal.hint {
            Some(hint) => format!("{} {hint}", refusal.message),
            None => refusal.message,
        },
        param: refusal.pointer.as_deref().and_then(param),
        request_id,
    };
    let mut response = (status, Json(ErrorBody { error })).into_response();
    if let Some(seconds) = refusal.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    if kind == ErrorKind::Authentication {
        let bearer = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
    }
    response
}

/// `context.envelope.confidence` for `/context/envelope/confidence`; nothing for the body as a whole.
fn param(pointer: &str) -> Option<String> {
    let steps = pointer.strip_prefix('/')?.split('/');
    let steps: Vec<String> = steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    Some(steps.join(".")).filter(|param| !param.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_with_dots() {
        assert_eq!(param("/arguments/a~1b/0").as_deref(), Some("arguments.a/b.0"));
        assert_eq!(param(""), None);
        assert_eq!(param("/"), None);
    }
}
