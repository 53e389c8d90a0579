//! What was decided a moment ago, told at the start.

use jiff::SignedDuration;
use signoff::domain::Role;

use crate::it::console::desk::{desk, desk_started, full_desk};

/// After a crash: what the gate says of a decision whose answer no console had.
#[tokio::test]
async fn who_starts_again_is_told_what_the_last_decision_came_to() {
    let mut before = full_desk((80, 24)).await;
    before.go_to("send_email").await;
    let envelope = serde_json::json!({"id": before.model.focus.unwrap().to_string()});
    let envelope = before.gate.read("sam", &envelope).await;
    before.gate.approve("sam", &envelope).await;
    let caller = before.gate.service.authenticate(before.gate.token("sam")).unwrap();
    let last = before.gate.service.me(&caller).await.unwrap().last_decision.unwrap();
    for size in [(60, 20), (120, 40)] {
        let last = last.clone();
        let ago = SignedDuration::from_secs(40);
        let mut next = desk_started("sam", Role::Senior, size, |start| start.decided = Some((last, ago))).await;
        next.draw();
        let text = next.text().split_whitespace().collect::<Vec<_>>().join(" ");
        // What an agent wrote is shown, as everywhere.
        let told = "Your last decision, 40 s ago: approved email.external, mail:refunds@\u{430}cme-payments.example: it is \
                    approved now, entry ";
        assert!(text.contains(told), "{text}");
        for _ in 0..20 {
            next.look();
        }
        assert!(!next.text().contains("Your last decision"), "{}", next.text());
    }
    let mut none = desk("sam", Role::Senior, (80, 24)).await;
    none.draw();
    assert!(!none.text().contains("Your last decision"), "{}", none.text());
}
