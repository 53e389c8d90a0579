"""PyJWT reads a token by the keys that were published, and refuses it for anybody else."""

import json
import sys

import jwt

told = json.loads(sys.stdin.read())
key = next(key for key in jwt.PyJWKSet.from_dict(told["jwks"]).keys if key.key_id == jwt.get_unverified_header(told["token"])["kid"])
asked = {"algorithms": ["EdDSA"], "issuer": "signoff/" + told["ledger"], "options": {"require": ["exp", "jti", "sub"]}}
read = jwt.decode(told["token"], key, audience="support-3", **asked)
assert read["payload_sha256"] == told["payload_sha256"], read
try:
    jwt.decode(told["token"], key, audience="somebody-else", **asked)
    raise SystemExit("it is anybody's")
except jwt.InvalidAudienceError:
    print("a token for", read["aud"], "read by PyJWT", jwt.__version__)
