"""Answers 200 everywhere until the application is deployed."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"""The infrastructure of BEO Datastore is ready. The application is not deployed yet.

In a checkout of the application:

    eb deploy <application-name>
    eb deploy <application-name>-worker
"""


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PAGE)

    do_GET = do_HEAD = do_POST = answer


# The port that the Dockerfile exposes, and Elastic Beanstalk's proxy asks.
ThreadingHTTPServer(("", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()
