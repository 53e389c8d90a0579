//! How fast the policy judges, with its full trace.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::json;
use signoff::config::DEFAULT_POLICY;
use signoff::domain::{Digest, Origin};
use signoff::policy::{Facts, Policy, judge};

fn facts(tool: &str, arguments: &serde_json::Value) -> Facts {
    Facts {
        tool: tool.into(),
        server: Some("billing".into()),
        environment: Some("production".into()),
        server_origin: Origin::Agent,
        environment_origin: Origin::Agent,
        agent: "support-3".into(),
        confidence: Some(0.9),
        document: json!({ "arguments": arguments }),
        signals: serde_json::Map::new(),
        own: Vec::new(),
        outside_scope: None,
        attested: std::collections::BTreeMap::new(),
        stopped: None,
    }
}

fn verdicts(c: &mut Criterion) {
    let policy = Policy::parse(DEFAULT_POLICY, Digest([0; 32])).expect("the shipped policy");
    let mut group = c.benchmark_group("policy/judge");
    group.throughput(Throughput::Elements(1));
    for (name, facts) in [
        ("read", facts("get_order", &json!({"id": 1}))),
        ("money", facts("issue_refund", &json!({"amount": "6000.00"}))),
        ("unknown", facts("frobnicate_x", &json!({}))),
    ] {
        group.bench_function(name, |b| b.iter(|| judge(black_box(&policy), black_box(&facts))));
    }
    group.finish();
}

criterion_group!(benches, verdicts);
criterion_main!(benches);
