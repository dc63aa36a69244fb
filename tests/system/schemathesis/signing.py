"""Signs what schemathesis sends, as a seller's program would: SDK-HMAC-SHA256, written down once more from its
description, with nothing of ours."""

import hashlib
import hmac
import itertools
import os
from datetime import datetime, timezone
from urllib.parse import quote, unquote, unquote_plus, urlsplit

import requests
import schemathesis

ACCESS_KEY = os.environ["GALLERIST_ACCESS_KEY"]
SECRET_KEY = os.environ["GALLERIST_SECRET_KEY"]
NUMBERS = itertools.count()


def encoded(text):
    return quote(text, safe="~")


class Signature(requests.auth.AuthBase):
    def __call__(self, request):
        parts = urlsplit(request.url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        # Two requests within a second that are equal to the byte would have one signature.
        request.headers["X-Request-Id"] = str(next(NUMBERS))
        request.headers["X-Sdk-Date"] = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        signed = {"host": parts.netloc}
        for name in ["X-Sdk-Date", "X-Request-Id"]:
            signed[name.lower()] = request.headers[name]
        path = "/".join(encoded(part) for part in unquote(parts.path).split("/"))
        path = path if path.endswith("/") else path + "/"
        pairs = [part.partition("=") for part in parts.query.split("&") if part]
        pairs = sorted((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)
        query = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
        headers = "".join(f"{name}:{value.strip()}\n" for name, value in sorted(signed.items()))
        names = ";".join(sorted(signed))
        digest = hashlib.sha256(body).hexdigest()
        canonical = "\n".join([request.method, path, query, headers, names, digest])
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = "\n".join(["SDK-HMAC-SHA256", request.headers["X-Sdk-Date"], digest])
        signature = hmac.new(SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
        request.headers["Authorization"] = (
            f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={names}, Signature={signature}"
        )
        return request


schemathesis.auth.set_from_requests(Signature())
