"""The application's Celery, for beat."""

from beo_datastore.celery import app

# Stores when a task was sent as soon as it was sent, not every three minutes: after the loss of an instance, the next
# scheduler does not send it again.
app.conf.beat_sync_every = 1
