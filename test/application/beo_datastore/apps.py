from django.apps import AppConfig
from django.db.models.signals import post_migrate


def note(sender, **kwargs):
    """Leaves an event for each run of migrate."""
    from beo_datastore.models import Event

    Event.objects.create(name="migrate")


class BeoDatastoreConfig(AppConfig):
    name = "beo_datastore"

    def ready(self):
        post_migrate.connect(note, sender=self)
