from django.db import models


class Event(models.Model):
    """Something that happened, for the tests to count."""

    name = models.CharField(max_length=100)
    created = models.DateTimeField(auto_now_add=True)
