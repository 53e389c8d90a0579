//! What calls a reviewer who looks elsewhere: something severe that is new, and time that runs out.
//!
//! The words are ours alone: nothing that an agent wrote reaches a notification.

use jiff::civil::Time;

use crate::api::Summary;
use crate::console::{Effect, Model};
use crate::domain::{EnvelopeId, Severity, Stage};

/// The first rows were there before anybody looked: nobody is called for them.
pub(super) fn know(model: &mut Model) {
    let (now, left) = (model.gate_now(), model.settings.alerts.left.value);
    let late = |row: &&Summary| row.deadline_at.duration_since(now) <= left;
    let late: Vec<EnvelopeId> = model.rows.all().filter(late).map(|row| row.id).collect();
    let severe = model.rows.all().filter(|row| row.severity == Severity::Severe);
    let severe: Vec<EnvelopeId> = severe.map(|row| row.id).collect();
    model.alerted.late = late.into_iter().collect();
    model.alerted.severe = severe.into_iter().collect();
}

/// After news of the queue: a call for what is severe and was not there before.
pub(super) fn severe(model: &mut Model, news: &[EnvelopeId]) -> Option<Effect> {
    let new = |id: &&EnvelopeId| {
        let row = model.rows.get(**id);
        row.is_some_and(|row| row.severity == Severity::Severe) && !model.alerted.severe.contains(*id)
    };
    let new: Vec<EnvelopeId> = news.iter().filter(new).copied().collect();
    let first = model.rows.get(*new.first()?)?;
    let class = word(first);
    model.alerted.severe.extend(&new);
    let text = match new.len() {
        1 => format!("severe: {class} waits"),
        n => format!("{n} severe envelopes came"),
    };
    let wanted = model.settings.alerts.severe.value;
    wanted.then(|| call(model, text)).flatten()
}

/// At each second: a call for what comes near its end.
pub(super) fn late(model: &mut Model) -> Option<Effect> {
    let (now, within) = (model.gate_now(), model.settings.alerts.left.value);
    let near = |row: &&Summary| {
        let left = row.deadline_at.duration_since(now);
        left.is_positive() && left <= within && !model.alerted.late.contains(&row.id)
    };
    let near: Vec<(EnvelopeId, String)> = model
        .rows
        .all()
        .filter(near)
        .map(|row| (row.id, word(row).to_owned()))
        .collect();
    let (_, class) = near.first()?;
    let minutes = (within.as_secs() + 59) / 60;
    let text = match near.len() {
        1 => format!("{minutes} min left: {class}"),
        n => format!("{minutes} min left for {n} envelopes"),
    };
    model.alerted.late.extend(near.iter().map(|(id, _)| *id));
    call(model, text)
}

/// The class, which is the policy's word, where it is nothing but a word.
fn word(row: &Summary) -> &str {
    let plain = |class: &&str| {
        class
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    let class = row.class.as_deref().filter(plain);
    match row.stage {
        Stage::Quarantined => "an unknown kind",
        _ => class.unwrap_or("an envelope"),
    }
}

fn call(model: &Model, text: String) -> Option<Effect> {
    let alerts = &model.settings.alerts;
    let time = model.zone.to_datetime(model.now).time();
    if alerts
        .quiet
        .value
        .iter()
        .any(|hours| is_within(time, hours.from, hours.until))
    {
        return None;
    }
    let (bell, notify) = (alerts.bell.value, alerts.notify.value);
    Some(Effect::Alert { bell, notify, text })
}

/// Whether a time of the day lies between two others, perhaps over midnight.
fn is_within(time: Time, from: Time, until: Time) -> bool {
    if from <= until {
        from <= time && time < until
    } else {
        from <= time || time < until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_go_over_midnight() {
        let at = |hour| Time::constant(hour, 0, 0, 0);
        assert!(is_within(at(23), at(22), at(7)) && is_within(at(3), at(22), at(7)));
        assert!(!is_within(at(7), at(22), at(7)) && !is_within(at(12), at(22), at(7)));
        assert!(is_within(at(9), at(9), at(17)) && !is_within(at(17), at(9), at(17)));
    }
}
