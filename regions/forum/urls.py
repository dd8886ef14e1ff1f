"""Addresses of the forum pages, under ``/{lang}/forum/``."""

from django.urls import path

from . import chair

app_name = "workspace"

urlpatterns = [
    path("rounds/<int:pk>/steps/", chair.steps, name="chair"),
]
