//! A refused request: one status, one code, one sentence.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::api::{DISK_FULL, ErrorBody, ErrorDetail, ErrorType};
use crate::domain::{Barred, IllegalStep};
use crate::ledger;
use crate::store::StoreError;

/// Why the gate did not do what was asked. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub kind: ErrorType,
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    pub pointer: Option<String>,
    pub hint: Option<&'static str>,
    /// After how many seconds it may be otherwise: the header `Retry-After`.
    pub retry_after: Option<u32>,
}

impl Refusal {
    pub fn new(kind: ErrorType, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            message: message.into(),
            pointer: None,
            hint: None,
            retry_after: None,
        }
    }

    pub fn invalid(code: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..Self::new(ErrorType::InvalidRequest, code, message)
        }
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorType::Conflict, code, message)
    }

    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorType::Forbidden, code, message)
    }

    pub fn not_found() -> Self {
        Self::new(
            ErrorType::NotFound,
            "not_found",
            "There is no such thing here, or it is not yours to see.",
        )
    }

    pub fn unauthorized() -> Self {
        Self {
            hint: Some("Send the credential that was printed when the principal was added: `Authorization: Bearer …`."),
            ..Self::new(
                ErrorType::Unauthorized,
                "unauthorized",
                "The request carries no credential that is known here.",
            )
        }
    }

    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }
}

impl From<Barred> for Refusal {
    fn from(why: Barred) -> Self {
        match why {
            Barred::Hidden => Self::not_found(),
            Barred::Undecided(_) | Barred::ReadOnly | Barred::NoSenior(_) | Barred::NoAdmin => {
                Self::forbidden(why.code(), why.to_string())
            }
        }
    }
}

impl From<StoreError> for Refusal {
    /// The cause goes to the log; the caller learns that nothing was done and may try again.
    fn from(error: StoreError) -> Self {
        tracing::error!(error = ?error, "the ledger refused");
        if error.is_full() {
            let message = "The gate's disk is full, so nothing was recorded and nothing was done.";
            return Self::new(ErrorType::Unavailable, DISK_FULL, message)
                .hint("Make room where the gate keeps its data; then send it again with the same key.");
        }
        match error {
            StoreError::Entry(ledger::EntryError::TooLong(_)) => Self::new(
                ErrorType::TooLarge,
                "entry_too_large",
                "What the entry would hold is too large.",
            ),
            StoreError::ReadOnly => Self::forbidden("read_only", "This ledger is only read; nothing is changed here."),
            StoreError::Commit(_)
            | StoreError::Full
            | StoreError::WriterGone
            | StoreError::ReaderGone
            | StoreError::Sql(_)
            | StoreError::Open(..) => Self::new(
                ErrorType::Unavailable,
                "ledger_unavailable",
                "The ledger could not be read or written, so nothing was done.",
            ),
            StoreError::Entry(_)
            | StoreError::Canonical(_)
            | StoreError::Corrupt(_)
            | StoreError::Newer(_)
            | StoreError::Older(_)
            | StoreError::NotALedger(_)
            | StoreError::Unreadable(..)
            | StoreError::Moved(_)
            | StoreError::Copy(..)
            | StoreError::Unsound(_) => Self::new(
                ErrorType::Internal,
                "internal",
                "The gate met something it did not expect, so nothing was done.",
            ),
        }
    }
}

impl From<IllegalStep> for Refusal {
    fn from(step: IllegalStep) -> Self {
        Self::conflict(
            "wrong_stage",
            format!("It is {} and that step is not open any more.", step.stage),
        )
    }
}

impl From<ledger::Refusal> for Refusal {
    fn from(refusal: ledger::Refusal) -> Self {
        Self::invalid(refusal.code.into(), refusal.pointer, refusal.message).hint(refusal.code.hint())
    }
}

impl From<ledger::PayloadError> for Refusal {
    fn from(error: ledger::PayloadError) -> Self {
        match error {
            ledger::PayloadError::Refused(refusal) => refusal.into(),
            ledger::PayloadError::Canonical(error) => error.into(),
        }
    }
}

impl From<ledger::CanonicalError> for Refusal {
    fn from(_: ledger::CanonicalError) -> Self {
        Self::invalid("not_json", "", "The body has no canonical form.")
    }
}

impl Refusal {
    /// The answer, under the id by which the log knows the request.
    pub(super) fn answer(self, request_id: String) -> Response {
        let status = StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let error = ErrorDetail {
            kind: self.kind,
            code: self.code.to_owned(),
            message: self.message,
            pointer: self.pointer,
            hint: self.hint.map(str::to_owned),
            request_id,
        };
        let mut response = (status, axum::Json(ErrorBody { error })).into_response();
        if self.kind == ErrorType::Unauthorized {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl IntoResponse for Refusal {
    /// Rides along to the router, which knows the request and turns it into an answer.
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
