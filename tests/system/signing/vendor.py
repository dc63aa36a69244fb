"""Signs requests, one JSON object on each line, with the vendor's own signer, and says what its client would send."""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from requests.utils import requote_uri


def sign(asked):
    credentials = BasicCredentials(asked["accessKey"], asked["secretKey"], "project")
    request = SdkRequest(
        method=asked["method"],
        schema="https",
        host=asked["host"],
        resource_path=asked["path"],
        query_params=[tuple(pair) for pair in asked["query"]],
        header_params=dict(asked["headers"]),
        body=bytes.fromhex(asked["body"]) or None,
    )
    signed = Signer(credentials).sign(request)
    return {
        # Header values are texts of one byte a character by now.
        "headers": [[name, value.encode("iso-8859-1").hex()] for name, value in signed.header_params.items()],
        # What the HTTP library makes of the address that the signer left.
        "uri": requote_uri(signed.uri),
    }


for line in sys.stdin:
    print(json.dumps(sign(json.loads(line))))
