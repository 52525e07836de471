"""The application for gunicorn, with a health check, and without the path of Django's admin in its logs.

/health tells the load balancer whether Django answers requests.

The load balancer sends an IP address as Host, which Django rejects with 400 before any view. The health check passes the
request on with a Host that is allowed, so that it goes through Django's middleware and URLs. Django's 404 is healthy; a
/health of the application's own is used. The database is not asked: while it is unavailable, replacing instances does not
help.

Where CloudFront is in front of the instance, it tells Django whether a request came over HTTPS.
"""

import hashlib
import hmac
import logging
import os
import re

from django.conf import settings

from beo_datastore.wsgi import application as django

PATH = "/health"
# As the application reads it.
ADMIN = os.environ.get("ADMIN_URL", "").strip().replace("/", "").lower()
# Of the secret that CloudFront sends with each request; empty where a load balancer or nothing is in front.
ORIGIN_VERIFY_SHA256 = os.environ.get("ORIGIN_VERIFY_SHA256", "")


def application(environ, start_response):
    # What gunicorn writes: beanstalk/run.
    environ["LOGGED_PATH"] = hide_admin(environ.get("PATH_INFO", ""))
    if ORIGIN_VERIFY_SHA256:
        set_scheme(environ)
    if environ.get("PATH_INFO") != PATH:
        return django(environ, start_response)
    status = get_status(environ)
    is_healthy = status < 500 and status != 400
    body = "Django answers {}.\n".format(status).encode()
    start_response(
        "200 OK" if is_healthy else "503 Service Unavailable",
        [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")],
    )
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]


def set_scheme(environ):
    """Sets X-Forwarded-Proto, which Django trusts, from the header of CloudFront, which removes the client's own.

    Requests without the secret did not come through the stack's distribution: what they claim does not count.
    """
    secret = environ.pop("HTTP_X_ORIGIN_VERIFY", "").encode("latin-1")
    is_known = hmac.compare_digest(hashlib.sha256(secret).hexdigest(), ORIGIN_VERIFY_SHA256)
    is_secure = is_known and environ.get("HTTP_CLOUDFRONT_FORWARDED_PROTO") == "https"
    environ["HTTP_X_FORWARDED_PROTO"] = environ["wsgi.url_scheme"] = "https" if is_secure else "http"


def get_status(environ):
    statuses = []

    def start_response(status, headers, exc_info=None):
        statuses.append(int(status.split(" ")[0]))

    request = {name: value for name, value in environ.items() if name != "HTTP_X_FORWARDED_HOST"}
    request["HTTP_HOST"] = get_host()
    response = django(request, start_response)
    try:
        for _ in response:
            pass
    finally:
        if hasattr(response, "close"):
            response.close()
    return statuses[0]


def get_host():
    """Returns a Host that Django accepts: the first one of ALLOWED_HOSTS, which may be a pattern."""
    host = next(iter(settings.ALLOWED_HOSTS), "")
    return "localhost" if host in ("", "*") else host.lstrip(".")


def hide_admin(text):
    """Replaces the path of the admin, which is a secret, and keeps what follows it."""
    return re.sub("^/" + ADMIN + r"(?=/|$)", "/(admin)", text) if ADMIN else text


def hide_admin_in_record(record):
    if isinstance(record.args, tuple):
        record.args = tuple(hide_admin(value) if isinstance(value, str) else value for value in record.args)
    return True


def is_not_health_check(record):
    return getattr(getattr(record, "request", None), "path", None) != PATH or record.levelno >= logging.ERROR


# Otherwise Django logs "Not Found: /health" for each check.
logging.getLogger("django.request").addFilter(is_not_health_check)
# Both log the paths of requests that failed.
for name in ("django.request", "django.security.csrf"):
    logging.getLogger(name).addFilter(hide_admin_in_record)
