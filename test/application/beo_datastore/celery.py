import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beo_datastore.settings")

app = Celery("beo_datastore")
app.config_from_object("django.conf:settings")
app.autodiscover_tasks(["beo_datastore"])
