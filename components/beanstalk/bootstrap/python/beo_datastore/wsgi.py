"""Answers 200 everywhere until the application is deployed."""

PAGE = b"""The infrastructure of BEO Datastore is ready. The application is not deployed yet.

In a checkout of the application:

    eb deploy <application-name>
    eb deploy <application-name>-worker
"""


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]
