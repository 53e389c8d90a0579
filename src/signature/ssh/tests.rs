use ssh_key::private::Ed25519Keypair;
use ssh_key::public::{KeyData, SkEd25519};
use ssh_key::{Algorithm, Signature};

use super::*;
use crate::signature::SecretKey;

const MESSAGE: &[u8] = b"{\"decision\":\"approve\"}";

fn key(n: u8) -> SshSecretKey {
    SshSecretKey::from_seed(&[n; 32])
}

#[test]
fn what_was_signed_holds_for_this_key_purpose_and_message_alone() {
    let (ana, ben) = (key(1), key(2));
    let signature = ana.sign(DECISION, MESSAGE).expect("signed");
    let check = |key: &SshPublicKey, namespace, message: &[u8]| {
        signature.holds(key, namespace, message, Demand::default()).map(drop)
    };
    assert_eq!(check(&ana.public(), DECISION, MESSAGE), Ok(()));
    assert_eq!(check(&ben.public(), DECISION, MESSAGE), Err(SshError::OtherKey));
    assert_eq!(check(&ana.public(), DECISION, b"{}"), Err(SshError::Altered));
    let other = SshError::Namespace {
        wanted: LOGIN.to_owned(),
        found: DECISION.to_owned(),
    };
    assert_eq!(check(&ana.public(), LOGIN, MESSAGE), Err(other));
}

#[test]
fn a_signature_has_one_text() {
    let signature = key(1).sign(DECISION, MESSAGE).expect("signed");
    let text = signature.text();
    assert_eq!(SshSignature::parse(&text), Ok(signature.clone()));
    assert_eq!(SshSignature::from_armored(&signature.armored()), Ok(signature));
    for bad in [
        format!("{text} "),
        format!("{text}AAAA"),
        text[..text.len() - 4].to_owned(),
        String::new(),
    ] {
        assert_eq!(SshSignature::parse(&bad), Err(SshError::NotASignature), "{bad}");
    }
}

#[test]
fn an_altered_byte_anywhere_is_found() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let ana = key(1);
    let bytes = STANDARD
        .decode(ana.sign(DECISION, MESSAGE).expect("signed").text())
        .expect("base64");
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        let held = SshSignature::parse(&STANDARD.encode(&altered))
            .and_then(|signature| signature.holds(&ana.public(), DECISION, MESSAGE, Demand::default()));
        assert!(held.is_err(), "byte {at}");
    }
}

/// A hardware key's signature made in software: PROTOCOL.u2f, with the flags one likes.
fn hardware(flags: u8) -> (SshPublicKey, SshSignature) {
    use sha2::{Digest as _, Sha256};
    let pair = Ed25519Keypair::from_seed(&[3; 32]);
    let public = SshPublicKey(KeyData::SkEd25519(SkEd25519::new(pair.public, "ssh:")));
    let data = signed_data(DECISION, MESSAGE).expect("data");
    let mut trailer = vec![flags];
    trailer.extend(7_u32.to_be_bytes());
    let mut signed = Sha256::digest("ssh:").to_vec();
    signed.extend(&trailer);
    signed.extend(Sha256::digest(&data));
    let mut signature = SecretKey::from_seed(&[3; 32]).sign(&signed).to_vec();
    signature.extend(&trailer);
    let signature = Signature::new(Algorithm::SkEd25519, signature).expect("signature");
    let sig = ssh_key::SshSig::new(public.0.clone(), DECISION, ssh_key::HashAlg::Sha512, signature).expect("sshsig");
    (public, SshSignature::of(sig))
}

#[test]
fn a_hardware_key_has_to_be_touched_and_asked_for_its_pin_where_that_is_demanded() {
    let check = |flags, pin| {
        let (key, signature) = hardware(flags);
        let read = SshSignature::parse(&signature.text()).expect("one text");
        read.holds(&key, DECISION, MESSAGE, Demand { pin })
    };
    let held = |pin| Held { touched: true, pin };
    assert_eq!(check(0x01, false), Ok(held(false)));
    assert_eq!(check(0x05, true), Ok(held(true)));
    assert_eq!(check(0x00, false), Err(SshError::NotTouched));
    assert_eq!(check(0x04, false), Err(SshError::NotTouched));
    assert_eq!(check(0x01, true), Err(SshError::NoPin));
}

#[test]
fn a_key_is_one_line_and_rsa_is_none() {
    let line = key(1).public().line();
    assert!(line.starts_with("ssh-ed25519 AAAA"), "{line}");
    let commented = format!("{line} ana@example\n");
    assert_eq!(SshPublicKey::parse(&commented), Ok(key(1).public()));
    assert_eq!(SshPublicKey::from_blob(&key(1).public().blob()), Ok(key(1).public()));
    let rsa = include_str!("../../../tests/fixtures/ssh/rsa.pub");
    assert!(matches!(
        SshPublicKey::parse(rsa),
        Err(SshError::Kind(_) | SshError::NotAKey)
    ));
    assert_eq!(SshPublicKey::parse("ssh-ed25519 AAAA"), Err(SshError::NotAKey));
}

#[test]
fn a_sealed_key_opens_with_its_passphrase_alone_and_shows_nothing() {
    let sealed = key(1).sealed("correct horse", &[9; 32]).expect("sealed");
    assert!(matches!(SshSecretKey::parse(&sealed, None), Ok(None)));
    assert!(matches!(
        SshSecretKey::parse(&sealed, Some("wrong")),
        Err(SshError::WrongPassphrase)
    ));
    let opened = SshSecretKey::parse(&sealed, Some("correct horse"))
        .expect("opened")
        .expect("a key");
    assert_eq!(opened.public(), key(1).public());
    assert_eq!(SshSecretKey::public_of(&sealed), Ok(key(1).public()));
    assert_eq!(format!("{opened:?}"), "SshSecretKey(hidden)");
}
