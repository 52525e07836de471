from django.urls import path

from beo_datastore import views

urlpatterns = [
    path("", views.index),
    path("upload", views.upload),
    path("export", views.export),
    path("start", views.start),
    path("stylesheet", views.stylesheet),
]
