"""PyJWT reads a token by nothing but the gate's address, and refuses it for anybody else."""

import json
import sys

import jwt

url, token, audience, digest = sys.argv[1:]
issuer = "signoff/" + json.loads(sys.stdin.read())["ledger"]
key = jwt.PyJWKClient(f"{url}/.well-known/jwks.json").get_signing_key_from_jwt(token)
assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": key.key_id, "typ": "approval+jwt"}
must = {"require": ["iss", "aud", "sub", "iat", "exp", "jti"]}
read = jwt.decode(token, key, algorithms=["EdDSA"], audience=audience, issuer=issuer, options=must)
assert read["payload_sha256"] == digest, read
assert read["rev"] == 1, read


def refused(why, change=lambda token: token, **other):
    asked = {"algorithms": ["EdDSA"], "audience": audience, "issuer": issuer, **other}
    try:
        jwt.decode(change(token), key, **asked)
    except why:
        return
    raise AssertionError(f"{why} was expected")


def another_payload(token):
    head, claims, signature = token.split(".")
    return ".".join([head, claims[:-4] + ("AAAA" if claims[-4:] != "AAAA" else "BBBB"), signature])


refused(jwt.InvalidAudienceError, audience="somebody-else")
refused(jwt.InvalidIssuerError, issuer="signoff/another")
refused(jwt.InvalidTokenError, another_payload)
refused(jwt.InvalidAlgorithmError, algorithms=["HS256"])
print("read by PyJWT", jwt.__version__)
