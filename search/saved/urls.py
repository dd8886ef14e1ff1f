"""Addresses of saved searches, under ``/{lang}/courses/saved/``."""

from django.urls import path

from . import views

app_name = "saved"

urlpatterns = [
    path("", views.save, name="save"),
    path("sent/", views.sent, name="sent"),
    path("link/", views.links, name="links"),
    path("link/sent/", views.link_sent, name="link_sent"),
    path("confirm/<str:secret>/", views.confirm_search, name="confirm"),
    path("mine/<str:secret>/", views.mine, name="mine"),
    path("mine/<str:secret>/<int:key>/", views.one, name="one"),
]
