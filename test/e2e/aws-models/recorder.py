"""Plug-in of the emulated AWS: appends each request to the file $AWS_REQUESTS, one JSON line each, secrets in plain text."""

import datetime
import io
import json
import os
import re
import threading
from functools import lru_cache


def register():
    from aws_emulator.server import Emulator

    library = Emulator.__call__
    lock = threading.Lock()
    recorded = set()

    def call(self, environ, start_response):
        if environ["PATH_INFO"].startswith(("/_emulator", "/moto-api")):
            return library(self, environ, start_response)
        body = _read_body(environ)
        request = dict(environ)
        status = []

        def start(line, headers, *more):
            status[:] = [int(line.split()[0])]
            return start_response(line, headers, *more)

        answer = b"".join(library(self, environ, start))
        # An SDK that got no answer sends the request again under the same id.
        attempt = (environ.get("HTTP_AMZ_SDK_INVOCATION_ID"), status[0])
        with lock:
            if attempt[0] is None or attempt not in recorded:
                recorded.add(attempt)
                _append({**parse(request, body), "status": status[0], "agent": request.get("HTTP_USER_AGENT", "")})
        return [answer]

    Emulator.__call__ = call


def _read_body(environ):
    """Returns the body, and puts it back for the services."""
    length = environ.get("CONTENT_LENGTH")
    chunked = "HTTP_TRANSFER_ENCODING" in environ
    body = environ["wsgi.input"].read(*([int(length)] if length else [])) if length or chunked else b""
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _append(record):
    with open(os.environ["AWS_REQUESTS"], "a") as file:
        file.write(json.dumps(record, default=_to_text) + "\n")


def _to_text(value):
    """Parameters are parsed to Python's types; a moment is written as AWS's models want it: 2026-11-24T09:30:00Z."""
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
        return moment.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    return str(value)


def parse(environ, body):
    """Returns the request's service, region, operation and parameters, or the reason why it cannot be read."""
    from aws_emulator.calls import identify
    from moto.core.parse import PROTOCOL_PARSERS
    from moto.core.request import determine_request_protocol
    from werkzeug.wrappers import Request

    call = identify({**environ, "wsgi.input": io.BytesIO(body)})
    record = {"service": call.service, "region": call.region, "operation": call.action}
    try:
        service = _load_service(call.service)
        request = Request({**environ, "wsgi.input": io.BytesIO(body)})
        operation = service.operation_model(call.action)
        if call.service == "s3":
            operation = _find_operation(service, call.action, request)
        protocol = determine_request_protocol(service, environ.get("CONTENT_TYPE"))
        parameters = PROTOCOL_PARSERS[protocol](operation).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": b"" if operation.has_streaming_input else body,
                "url_path": request.path,
                "url_params": _path_parameters(operation.http["requestUri"], request.path),
            }
        )
        sent = [] if operation.has_streaming_input else _sent_names(protocol, request, body)
        return {**record, "operation": operation.name, "parameters": parameters, "protocol": protocol, "sent": sent}
    except Exception as error:
        return {**record, "unreadable": f"{type(error).__name__}: {error}"}


@lru_cache(maxsize=None)
def _load_service(name):
    from moto.core.utils import get_service_model

    return get_service_model(name)


def _find_operation(service, name, request):
    """Of the operations with the same method and path, returns the one whose required parameters are there."""
    sent = {*request.args, *map(str.lower, request.headers.keys())}
    return max(
        (operation for operation in _alternatives(service, name) if _required_names(operation) <= sent),
        key=lambda operation: len(_required_names(operation)),
    )


@lru_cache(maxsize=None)
def _alternatives(service, name):
    http = service.operation_model(name).http
    return [
        operation
        for operation in map(service.operation_model, service.operation_names)
        if (operation.http["method"], operation.http["requestUri"]) == (http["method"], http["requestUri"])
        and not operation.deprecated
    ]


@lru_cache(maxsize=None)
def _required_names(operation):
    """Returns the names of the query parameters and headers without which the operation is not meant."""
    members = operation.input_shape.members if operation.input_shape else {}
    locations = [members[name].serialization for name in getattr(operation.input_shape, "required_members", [])]
    return {
        one["name"] if one["location"] == "querystring" else one["name"].lower()
        for one in locations
        if one.get("location") in ("querystring", "header")
    }


def _path_parameters(template, path):
    """Returns the path's values for the names of a template such as "/{Bucket}/{Key+}"."""
    pattern = re.sub(
        r"\\\{(\w+)(\\\+)?\\\}",
        lambda name: f"(?P<{name[1]}>{'.+' if name[2] else '[^/]+'})",
        re.escape(template.partition("?")[0]),
    )
    match = re.fullmatch(pattern.rstrip("/") + "/?", path)
    return match.groupdict() if match else {}


def _sent_names(protocol, request, body):
    """Returns the names of the members in the body: they show whether the model knows all of them."""
    if protocol in ("query", "ec2"):
        return sorted({name for name in request.values if name not in ("Action", "Version")})
    if protocol == "rest-xml":
        return sorted(set(re.findall(r"<(\w+)", body.decode())))
    return sorted(json.loads(body or b"{}"))
