use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn key() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

fn claims() -> Claims {
    Claims {
        iss: "signoff/00000000-0000-0000-0000-000000000009".to_owned(),
        aud: "runner".to_owned(),
        sub: EnvelopeId(Uuid::from_u128(1)),
        payload_sha256: Digest([1; 32]),
        rev: 1,
        iat: 1_000,
        exp: 1_300,
        jti: "AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
    }
}

/// A token of our key with any header and any claims: only the signature is sound.
fn signed(header: &str, claims: &[u8]) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key().sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

#[test]
fn a_token_says_what_was_signed_and_only_by_its_own_key() {
    let token = sign(&key(), &claims()).expect("a token");
    assert_eq!(open(&token, &key().public()), Some(claims()));
    assert_eq!(open(&token, &SecretKey::from_seed(&[8; 32]).public()), None);
}

#[test]
fn the_header_is_these_bytes_and_no_others_even_where_the_signature_is_sound() {
    let kid = thumbprint(&key().public());
    let bytes = serde_json::to_vec(&claims()).expect("JSON");
    let good = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"approval+jwt"}}"#);
    assert_eq!(signed(&good, &bytes), sign(&key(), &claims()).expect("a token"));
    let other = thumbprint(&SecretKey::from_seed(&[8; 32]).public());
    for bad in [
        String::new(),
        "{}".to_owned(),
        good.replace("EdDSA", "none"),
        good.replace("EdDSA", "HS256"),
        good.replace("EdDSA", "eddsa"),
        good.replace(&kid, &other),
        good.replace("approval+jwt", "JWT"),
        good.replace(r#","typ":"approval+jwt""#, ""),
        good.replace('{', r#"{"jku":"https://example.com/jwks.json","#),
        good.replace('{', r#"{"crit":["b64"],"#),
        good.replace('{', r#"{"x5u":"https://example.com/","#),
        good.replace(
            '{',
            &format!(r#"{{"jwk":{{"kty":"OKP","crv":"Ed25519","x":"{other}"}},"#),
        ),
        good.replace(':', ": "),
        format!("{good} "),
        format!(" {good}"),
        format!("{good}\n"),
        // The same members in another order.
        format!(r#"{{"kid":"{kid}","alg":"EdDSA","typ":"approval+jwt"}}"#),
    ] {
        assert_eq!(open(&signed(&bad, &bytes), &key().public()), None, "{bad:?}");
    }
}

#[test]
fn a_token_has_one_spelling() {
    let token = sign(&key(), &claims()).expect("a token");
    let parts: Vec<&str> = token.split('.').collect();
    let [header, body, signature] = parts[..] else {
        unreachable!("three parts");
    };
    // The last character of 64 bytes carries four bits that mean nothing.
    let last = signature.chars().last().expect("a character");
    let loose: String = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        .chars()
        .skip_while(|c| *c != last)
        .skip(1)
        .take(1)
        .collect();
    for bad in [
        format!("{header}.{body}.{signature}=="),
        format!("{header}.{body}.{}{loose}", &signature[..signature.len() - 1]),
        format!("{header}.{body}.{signature}."),
        format!("{header}.{body}."),
        format!("{header}.{body}"),
        format!("{header}..{signature}"),
        format!("{header}.{body}.{body}.{signature}"),
        format!(" {token}"),
        format!("{token} "),
        format!("{header}.{body}=.{signature}"),
        format!("{header}=.{body}.{signature}"),
        token.replace(['-', '_'], "+"),
        String::new(),
        "..".to_owned(),
    ] {
        assert_eq!(open(&bad, &key().public()), None, "{bad:?}");
    }
}

#[test]
fn claims_of_another_shape_are_none_though_our_key_signed_them() {
    let kid = thumbprint(&key().public());
    let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"approval+jwt"}}"#);
    let value = serde_json::to_value(claims()).expect("JSON");
    let without = |member: &str| {
        let mut value = value.clone();
        value.as_object_mut().expect("an object").remove(member);
        value.to_string()
    };
    for bad in [
        "null".to_owned(),
        without("aud"),
        without("exp"),
        value.to_string().replace("\"runner\"", r#"["runner","other"]"#),
        value.to_string().replace("1300", "\"1300\""),
        value.to_string().replace('{', r#"{"admin":true,"#),
    ] {
        assert_eq!(open(&signed(&header, bad.as_bytes()), &key().public()), None, "{bad}");
    }
}

proptest! {
    /// Whatever single character is put in the place of another, it is no token any more.
    #[test]
    fn one_other_character_is_another_token(at in 0_usize..600, with in "[A-Za-z0-9_.=+/ -]") {
        let token = sign(&key(), &claims()).expect("a token");
        let at = at % token.len();
        prop_assume!(token[at..=at] != with);
        let changed = format!("{}{with}{}", &token[..at], &token[at + 1..]);
        prop_assert_eq!(open(&changed, &key().public()), None);
    }

    #[test]
    fn no_text_brings_it_down(text in "\\PC{0,200}") {
        prop_assert_eq!(open(&text, &key().public()), None);
    }
}
