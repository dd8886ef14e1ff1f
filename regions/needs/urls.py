"""Addresses of the needs pages, under ``/{lang}/needs/``."""

from django.urls import path

from . import ours, receipts, views

app_name = "needs"

urlpatterns = [
    path("ours/", ours.ours, name="ours"),
    path("ours/<int:pk>/confirm/", ours.back, name="back"),
    path("ours/<int:pk>/answer/", ours.answer, name="ours_answer"),
    path("ours/<int:pk>/withdraw/", ours.withdraw, name="ours_withdraw"),
    path("ours/shared/<int:pk>/", ours.have_this_too, name="co_sign"),
    path("", views.start, name="start"),
    path("link/", views.links, name="links"),
    path("link/sent/", views.links_sent, name="links_sent"),
    path("confirm/<str:secret>/", receipts.confirm, name="confirm"),
    path("r/<str:secret>/", receipts.receipt, name="receipt"),
    path("r/<str:secret>/describe/", receipts.describe, name="describe"),
    path("r/<str:secret>/change/", receipts.change, name="change"),
    path("r/<str:secret>/answer/", receipts.answer, name="answer"),
    path("r/<str:secret>/withdraw/", receipts.withdraw, name="withdraw"),
    path("r/<str:secret>/send/", receipts.send, name="send"),
    path("r/<str:secret>/again/", receipts.resend, name="resend"),
    path("<slug:region>/report/", views.report, name="report"),
    path("<slug:region>/suggest/", views.suggestions, name="suggest"),
]
