use proptest::prelude::*;

use super::*;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIKbgC9/CgGyJeDwrX4kFcaOkbNvmJ7HThuGZtZlSXnN";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn known(principal: u128, revoked: Option<&str>) -> KnownKey {
    let public = crate::signature::ssh::SshSecretKey::from_seed(&[7; 32]).public();
    KnownKey {
        key: public.fingerprint(),
        principal: PrincipalId(uuid::Uuid::from_u128(principal)),
        public: public.line(),
        pin: false,
        added_at: at("2026-11-21T04:12:09.5Z"),
        revoked_at: revoked.map(at),
    }
}

#[test]
fn a_line_says_from_when_to_when_in_whole_seconds_and_is_read_again() {
    let names = BTreeMap::from([(PrincipalId(uuid::Uuid::from_u128(1)), "ana".to_owned())]);
    let text = signer_lines(
        vec![known(1, Some("2026-11-22T00:00:00.001Z"))],
        &names,
        &BTreeSet::new(),
    );
    let expected = "ana,00000000-0000-0000-0000-000000000001 namespaces=\"decision@signoff.v1\",\
                    valid-after=\"20261121041209Z\",valid-before=\"20261122000001Z\" ssh-ed25519 ";
    assert!(text.starts_with(expected), "{text}");
    let read = Signer::parse(&text).expect("read");
    assert!(!read[0].decides(at("2026-11-21T04:12:08Z")));
    assert!(read[0].decides(at("2026-11-21T04:12:09.5Z")));
    assert!(!read[0].decides(at("2026-11-22T00:00:01Z")));
}

#[test]
fn an_admins_key_is_for_vouchers_and_for_no_decision() {
    let admins = BTreeSet::from([PrincipalId(uuid::Uuid::from_u128(1))]);
    let text = signer_lines(vec![known(1, None)], &BTreeMap::new(), &admins);
    let read = Signer::parse(&text).expect("a line").remove(0);
    let later = "2026-11-23T00:00:00Z".parse().expect("a time");
    assert!(read.vouches(later) && !read.decides(later), "{text}");
    let other = Signer::parse(&signer_lines(vec![known(1, None)], &BTreeMap::new(), &BTreeSet::new()));
    let other = other.expect("a line").remove(0);
    assert!(other.decides(later) && !other.vouches(later));
}

#[test]
fn a_name_that_was_anothers_too_names_nobody() {
    let id = |n| PrincipalId(uuid::Uuid::from_u128(n));
    let names = BTreeMap::from([(id(1), "ana".to_owned()), (id(2), "ana".to_owned())]);
    let text = signer_lines(vec![known(1, None)], &names, &BTreeSet::new());
    assert!(text.starts_with("00000000-0000-0000-0000-000000000001 "), "{text}");
}

#[test]
fn a_plain_line_counts_for_everything_and_a_comment_for_nothing() {
    let read = Signer::parse(&format!("# people\n\nana {KEY} laptop\n")).expect("read");
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].names, "ana");
    assert!(read[0].decides(at("2026-11-21T04:12:09Z")));
    let other = Signer::parse(&format!("ana namespaces=\"file\" {KEY}")).expect("read");
    assert!(!other[0].decides(at("2026-11-21T04:12:09Z")));
}

#[test]
fn what_is_not_understood_is_an_error_with_its_line() {
    for (line, why) in [
        ("ana", "holds no key"),
        ("ana ssh-ed25519 AAAA", "holds no key"),
        (&format!("* {KEY}"), "by a pattern"),
        (&format!("ana cert-authority {KEY}"), "`cert-authority`"),
        (&format!("ana valid-before=\"20261122\" {KEY}"), "with the Z"),
        (&format!("ana valid-before=\"20261322Z\" {KEY}"), "with the Z"),
        (&format!("ana namespaces=\"file {KEY}"), "no key"),
    ] {
        let error = Signer::parse(&format!("# people\n{line}\n")).expect_err(line);
        assert_eq!(error.line, 2);
        assert!(error.to_string().contains(why), "{line}: {error}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_read_panics(text in "([a-z,*\" =\n#]|valid-before=|20261122Z|ssh-ed25519 ){0,40}") {
        let _ = Signer::parse(&text);
    }
}
