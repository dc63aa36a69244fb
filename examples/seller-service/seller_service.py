#!/usr/bin/env python3
"""A small seller's system: the interfaces that KooGallery calls for a SaaS product (access guide V2.0).

It needs nothing but Python, keeps everything in memory, and charges nobody. The access key stands in the environment
variable SELLER_ACCESS_KEY. To see what a preflight says about a service that is not right, tell it to misbehave:

    SELLER_ACCESS_KEY=... python3 seller_service.py --port 8443 \
        --certificate server.pem --private-key server.key --misbehave other-instance
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import ssl
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

OK, NOT_AUTHENTICATED, WRONG_PARAMETER, NO_INSTANCE = "000000", "000001", "000002", "000003"
BODY_BYTES_MAX = 64 * 1024
FRESH_SECONDS = 60

MISBEHAVIOURS = {
    "wrong-content-type": "answers are text/html",
    "not-json": "answers are no JSON",
    "status-500": "every answer has the status 500",
    "slow": "newInstance takes six seconds",
    "too-slow": "newInstance takes half a minute",
    "other-instance": "the same order makes another instance each time",
    "refuses-repetition": "the same order is refused the second time",
    "missing-instance": "newInstance answers no instanceId",
    "missing-message": "answers have no resultMsg",
    "missing-url": "queryInstance answers no frontEndUrl",
    "missing-info": "queryInstance answers no info",
    "half-usage": "usageInfo has no statisticalTime",
    "long-message": "resultMsg has 300 characters",
    "huge": "answers have two megabytes",
    "no-body-sign": "answers are not signed",
    "wrong-body-sign": "answers are signed with another key",
    "accepts-wrong-signature": "signatures are not compared",
    "accepts-stale": "timestamps may be old",
    "unknown-is-fine": "instances that do not exist are answered with success",
    "tells-secrets": "queryInstance fails, and resultMsg repeats the password, the access key and the signature of the call",
    "asynchronous": "newInstance answers 000004 the first time",
    "redirects": "every call is led to an address inside (with --redirect-to)",
}


class Instances:
    """What was bought, and what became of it."""

    def __init__(self, misbehaves):
        self.misbehaves = misbehaves
        self.lock = threading.Lock()
        self.by_order = {}
        self.instances = {}
        self.nonces = {}

    def is_new(self, nonce):
        """Whether a nonce was not used within the time in which its timestamp is taken."""
        now = time.time()
        with self.lock:
            self.nonces = {known: at for known, at in self.nonces.items() if now - at < 2 * FRESH_SECONDS}
            if nonce in self.nonces:
                return False
            self.nonces[nonce] = now
            return True

    def make(self, call):
        order = (call["orderId"], call["orderLineId"])
        with self.lock:
            known = self.by_order.get(order)
            if known and "refuses-repetition" in self.misbehaves:
                return {"resultCode": "000103", "resultMsg": "already purchased"}
            if known is None or "other-instance" in self.misbehaves:
                instance = call["businessId"]
                self.instances[instance] = {"status": "UNFREEZE", "order": order}
                self.by_order[order] = instance
                if known is None and "asynchronous" in self.misbehaves:
                    return {"resultCode": "000004", "resultMsg": "being made"}
                known = instance
        if "missing-instance" in self.misbehaves:
            return success()
        return success(instanceId=known)

    def query(self, call):
        if "missing-info" in self.misbehaves:
            return success()
        info = []
        for instance in call["instanceId"].split(","):
            if instance not in self.instances and "unknown-is-fine" not in self.misbehaves:
                return no_instance(instance)
            app = {
                "frontEndUrl": "https://app.seller.example/" + instance,
                "userName": "admin-of-the-buyer",
                "password": "correct horse battery staple",
            }
            if "missing-url" in self.misbehaves:
                del app["frontEndUrl"]
            entry = {"instanceId": instance, "appInfo": app}
            if "half-usage" in self.misbehaves:
                entry["usageInfo"] = {"usageValue": "7"}
            info.append(entry)
        return success(info=info)

    def change(self, call):
        """Renews, freezes, upgrades: what is done twice is done."""
        with self.lock:
            instance = self.instances.get(call["instanceId"])
            if instance is None:
                return no_instance(call["instanceId"])
            if call["activity"] == "updateInstanceStatus":
                instance["status"] = call["status"]
            if call["activity"] == "refreshInstance":
                instance["expires"] = call.get("expireTime")
        return success()

    def release(self, call):
        with self.lock:
            instance = self.instances.pop(call["instanceId"], None)
            if instance is None:
                return no_instance(call["instanceId"])
            self.by_order.pop(instance["order"], None)
        return success()


def success(**more):
    return {"resultCode": OK, "resultMsg": "success", **more}


def no_instance(instance):
    return {"resultCode": NO_INSTANCE, "resultMsg": "there is no instance " + instance[:100]}


# What each activity does, and the fields without which it cannot be done.
ACTIVITIES = {
    "newInstance": (Instances.make, ["orderId", "orderLineId", "businessId"]),
    "queryInstance": (Instances.query, ["instanceId"]),
    "refreshInstance": (Instances.change, ["instanceId", "scene", "orderId", "orderLineId"]),
    "updateInstanceStatus": (Instances.change, ["instanceId", "status"]),
    "upgradeInstance": (Instances.change, ["instanceId", "orderId", "orderLineId"]),
    "changeInstanceCheck": (Instances.change, ["instanceId", "productInfo"]),
    "releaseInstance": (Instances.release, ["instanceId"]),
    "orderNotify": (lambda instances, call: success(), ["orderId", "orderLineId"]),
}


def digest(key, message):
    return hmac.new(key.encode(), message, hashlib.sha256)


def expected_signature(key, nonce, timestamp, body):
    """The signature of a call, over the body as it came: reading and writing it again could change it."""
    payload = digest(key, body).hexdigest()
    return digest(key, (key + nonce + timestamp + payload).encode()).hexdigest()


def is_fresh(timestamp):
    """Thirteen digits are milliseconds, ten are seconds: pages of the marketplace say both."""
    if not timestamp.isdigit() or len(timestamp) not in (10, 13):
        return False
    moment = int(timestamp) / (1000 if len(timestamp) == 13 else 1)
    return abs(time.time() - moment) <= FRESH_SECONDS


class Handler(BaseHTTPRequestHandler):
    """One call."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            return self.answer({"resultCode": WRONG_PARAMETER, "resultMsg": "the call is too long"})
        body = self.rfile.read(length)
        misbehaves = self.server.misbehaves
        if "redirects" in misbehaves:
            self.send_response(307)
            self.send_header("Location", self.server.redirect_to)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        if b'"newInstance"' in body and ("too-slow" in misbehaves or "slow" in misbehaves):
            time.sleep(30 if "too-slow" in misbehaves else 6)
        self.answer(self.result(body))

    def do_GET(self):
        """Where a redirect would lead. Whoever comes here was led astray."""
        self.server.led_astray = True
        self.answer(success())

    def result(self, body):
        misbehaves = self.server.misbehaves
        query = parse_qs(urlsplit(self.path).query)
        signature, timestamp, nonce = (query.get(name, [""])[0] for name in ("signature", "timestamp", "nonce"))
        wanted = expected_signature(self.server.access_key, nonce, timestamp, body)
        is_signed = hmac.compare_digest(signature.lower().encode(), wanted.encode())
        if not is_signed and "accepts-wrong-signature" not in misbehaves:
            return {"resultCode": NOT_AUTHENTICATED, "resultMsg": "the signature is wrong"}
        if not is_fresh(timestamp) and "accepts-stale" not in misbehaves:
            return {"resultCode": NOT_AUTHENTICATED, "resultMsg": "the timestamp is too old"}
        if not nonce or not self.server.instances.is_new(nonce):
            return {"resultCode": NOT_AUTHENTICATED, "resultMsg": "the nonce was used before"}
        try:
            call = json.loads(body)
            act, needed = ACTIVITIES[call["activity"]]
            if any(not isinstance(call.get(name), str) or not call[name] for name in needed):
                raise KeyError
        except (ValueError, KeyError, TypeError):
            return {"resultCode": WRONG_PARAMETER, "resultMsg": "a parameter is missing or wrong"}
        result = act(self.server.instances, call)
        if "tells-secrets" in misbehaves and call["activity"] == "queryInstance":
            told = ["correct horse battery staple", self.server.access_key, signature]
            result = {**result, "resultCode": "000005", "resultMsg": "failed: " + " ".join(told)}
        return result

    def answer(self, result):
        misbehaves = self.server.misbehaves
        if "missing-message" in misbehaves:
            result.pop("resultMsg", None)
        if "long-message" in misbehaves:
            result["resultMsg"] = "x" * 300
        body = json.dumps(result).encode()
        if "not-json" in misbehaves:
            body = b"<html>It works!</html>"
        if "huge" in misbehaves:
            body = b" " * (2 << 20)
        self.send_response(500 if "status-500" in misbehaves else 200)
        html = "wrong-content-type" in misbehaves
        self.send_header("Content-Type", "text/html" if html else "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if "no-body-sign" not in misbehaves:
            key = self.server.access_key + ("x" if "wrong-body-sign" in misbehaves else "")
            signature = base64.b64encode(digest(key, body).digest()).decode()
            self.send_header("Body-Sign", f'sign_type="HMAC-SHA256", signature="{signature}"')
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # The caller has given up.

    def log_message(self, format, *arguments):
        """Says what was called, without the address: it holds the signature."""
        print(f"{self.command} from {self.client_address[0]}", file=sys.stderr)


class Server(ThreadingHTTPServer):
    """The service. Connections that go wrong concern nobody else."""

    daemon_threads = True

    def __init__(self, address, context):
        super().__init__(address, Handler)
        self.context = context

    def finish_request(self, request, client_address):
        # The handshake is made here, on the connection's own thread: a caller that says nothing holds up nobody.
        if not self.context:
            super().finish_request(request, client_address)
            return
        request.settimeout(30)
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request, client_address):
        print(f"a connection from {client_address[0]} failed: {sys.exc_info()[1]}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(
        description="A small seller's system with the interfaces that KooGallery calls.",
        epilog="Ways to misbehave: " + "; ".join(f"{name}: {what}" for name, what in MISBEHAVIOURS.items()),
    )
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (this machine only)")
    parser.add_argument("--port", type=int, default=8443, help="the port; 0 takes a free one")
    parser.add_argument("--certificate", help="PEM file with the certificate and its chain: serves TLS")
    parser.add_argument("--private-key", help="PEM file with the certificate's key")
    parser.add_argument("--misbehave", action="append", default=[], choices=sorted(MISBEHAVIOURS), metavar="HOW")
    parser.add_argument("--redirect-to", default="https://169.254.169.254/", help="where `redirects` leads")
    arguments = parser.parse_args()
    access_key = os.environ.get("SELLER_ACCESS_KEY", "")
    if len(access_key) < 8:
        sys.exit("set SELLER_ACCESS_KEY to the access key, as the Seller Console shows it")
    context = None
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(arguments.certificate, arguments.private_key)
    server = Server((arguments.host, arguments.port), context)
    server.access_key = access_key
    server.misbehaves = set(arguments.misbehave)
    server.redirect_to = arguments.redirect_to
    server.instances = Instances(server.misbehaves)
    scheme = "https" if arguments.certificate else "http"
    print(f"listening on {scheme}://{arguments.host}:{server.server_address[1]}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
