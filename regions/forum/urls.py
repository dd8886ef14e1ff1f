"""Addresses of the forum pages, under ``/{lang}/forum/``."""

from django.urls import path

from . import ballot_views, chair, views

app_name = "workspace"

urlpatterns = [
    path("", views.home, name="home"),
    path("rounds/<int:pk>/ballot/<int:number>/", ballot_views.ballot, name="ballot"),
    path("rounds/<int:pk>/ballot/<int:number>/recused/", ballot_views.recused, name="recused"),
    path("rounds/<int:pk>/ballot/", ballot_views.overview, name="overview"),
    path("rounds/<int:pk>/ballot/submit/", ballot_views.send, name="send"),
    path("rounds/<int:pk>/ballot/replace/", ballot_views.replace, name="replace"),
    path("rounds/<int:pk>/ballot/sent/", ballot_views.receipt, name="sent"),
    path("rounds/<int:pk>/order/", views.order, name="order"),
    path("rounds/<int:pk>/steps/", chair.steps, name="chair"),
]
