"""Signs and verifies requests between servers with signedjson: a request a line, an answer a line, both JSON."""
import json
import sys

from signedjson.key import decode_signing_key_base64, decode_verify_key_bytes
from signedjson.sign import SignatureVerifyException, sign_json, verify_signed_json
from unpaddedbase64 import decode_base64


def request_object(request):
    signed = {key: request[key] for key in ("method", "uri", "origin", "destination")}
    if "content" in request:
        signed["content"] = request["content"]
    return signed


def sign(request):
    key = decode_signing_key_base64("ed25519", request["version"], request["seed"])
    signed = sign_json(request_object(request), request["origin"], key)
    return {"sig": signed["signatures"][request["origin"]]["ed25519:" + request["version"]]}


def verify(request):
    key_id = "ed25519:" + request["version"]
    signed = request_object(request)
    signed["signatures"] = {request["origin"]: {key_id: request["sig"]}}
    try:
        verify_signed_json(signed, request["origin"], decode_verify_key_bytes(key_id, decode_base64(request["key"])))
    except SignatureVerifyException:
        return {"valid": False}
    return {"valid": True}


for line in sys.stdin:
    request = json.loads(line)
    answer = sign(request) if request["op"] == "sign" else verify(request)
    sys.stdout.write(json.dumps(answer) + "\n")
