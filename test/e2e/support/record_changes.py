"""Plug-in of the emulated AWS: makes its Route 53 change records one request after another, and create again what is deleted.

The emulator's threads replace a zone's whole list of records, so that of two deletions at the same time one got lost. Its
library refuses to create a record that was created before, though it is deleted, if the zone has one that sorts after it;
the emulator checks itself whether a record exists.
"""

import threading
from functools import wraps


def register():
    from moto.route53.models import ChangeList, Route53Backend

    library = Route53Backend.change_resource_record_sets
    lock = threading.Lock()

    @wraps(library)
    def change(*args, **kwargs):
        with lock:
            return library(*args, **kwargs)

    Route53Backend.change_resource_record_sets = change
    ChangeList.__contains__ = lambda self, change: False
