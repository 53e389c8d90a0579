//! Signals: named single values that a service attests, or an agent claims, about one action.
//!
//! A rule reads them as it reads an argument, and a reviewer reads them in a line each, so they are
//! small and flat: no text that could be an argument of its own, nothing nested that no rule reaches.

use serde_json::{Map, Value};

/// How many signals one message may carry.
pub const MAX_SIGNALS: usize = 64;

/// The longest name of a signal, in bytes.
pub const MAX_SIGNAL_NAME: usize = 64;

/// The longest text a signal may have as its value, in bytes.
pub const MAX_SIGNAL_TEXT: usize = 256;

/// What is no signal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignalError {
    #[error("at most {MAX_SIGNALS} signals go into one message")]
    Many,
    #[error("a signal's name has 1 to {MAX_SIGNAL_NAME} visible ASCII characters and no space")]
    Name,
    #[error("a signal is true, false, a number, or a text of at most {MAX_SIGNAL_TEXT} bytes")]
    Value,
}

/// Checks a message's signals; the name of the first that is none comes with why.
pub fn check_signals(signals: &Map<String, Value>) -> Result<(), (String, SignalError)> {
    if signals.len() > MAX_SIGNALS {
        return Err((String::new(), SignalError::Many));
    }
    for (name, value) in signals {
        let named = (1..=MAX_SIGNAL_NAME).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
        let single = match value {
            Value::Bool(_) | Value::Number(_) => true,
            Value::String(text) => text.len() <= MAX_SIGNAL_TEXT,
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        };
        if !named {
            return Err((name.clone(), SignalError::Name));
        }
        if !single {
            return Err((name.clone(), SignalError::Value));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(signals: &Value) -> Result<(), SignalError> {
        let signals = signals.as_object().expect("a message is an object");
        check_signals(signals).map_err(|(_, why)| why)
    }

    #[test]
    fn a_signal_is_one_value_under_a_plain_name() {
        assert_eq!(
            checked(&json!({"fraud_score": 0.97, "known": true, "tier": "gold", "n": -1})),
            Ok(())
        );
        for (bad, why) in [
            (json!({"": 1}), SignalError::Name),
            (json!({"fraud score": 1}), SignalError::Name),
            (json!({"fr\u{200b}aud": 1}), SignalError::Name),
            (json!({"a".repeat(65): 1}), SignalError::Name),
            (json!({"x": null}), SignalError::Value),
            (json!({"x": [0.97]}), SignalError::Value),
            (json!({"x": {"value": 0.97}}), SignalError::Value),
            (json!({"x": "a".repeat(257)}), SignalError::Value),
        ] {
            assert_eq!(checked(&bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn a_message_of_signals_has_an_end() {
        let many: Value = (0..65)
            .map(|n| (format!("s{n}"), json!(n)))
            .collect::<Map<_, _>>()
            .into();
        assert_eq!(checked(&many), Err(SignalError::Many));
    }
}
