"""Plug-in of the emulated AWS: makes its Route 53 change records one request after another.

The emulator's threads replace a zone's whole list of records, so that of two deletions at the same time one got lost.
"""

import threading
from functools import wraps


def register():
    from moto.route53.models import Route53Backend

    library = Route53Backend.change_resource_record_sets
    lock = threading.Lock()

    @wraps(library)
    def change(*args, **kwargs):
        with lock:
            return library(*args, **kwargs)

    Route53Backend.change_resource_record_sets = change
