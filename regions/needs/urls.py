"""Addresses of the needs pages, under ``/{lang}/needs/``."""

from django.urls import path

from . import ours

app_name = "needs"

urlpatterns = [
    path("ours/", ours.ours, name="ours"),
    path("ours/<int:pk>/confirm/", ours.back, name="back"),
    path("ours/<int:pk>/withdraw/", ours.withdraw, name="ours_withdraw"),
    path("ours/shared/<int:pk>/", ours.have_this_too, name="co_sign"),
]
