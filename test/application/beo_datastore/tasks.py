import time

from beo_datastore.celery import app
from beo_datastore.models import Event


@app.task
def tick():
    Event.objects.create(name="tick")


@app.task
def work(name, seconds):
    Event.objects.create(name=name + " started")
    time.sleep(seconds)
    Event.objects.create(name=name + " finished")
