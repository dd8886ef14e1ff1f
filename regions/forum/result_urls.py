"""Addresses of public results, under ``/{lang}/rounds/``."""

from django.urls import path

from . import results

app_name = "rounds"

urlpatterns = [
    path("<slug:region>/", results.method, name="method"),
    path("<slug:region>/<slug:slug>/", results.result, name="result"),
    path("<slug:region>/<slug:slug>/result.json", results.result_json, name="result_json"),
    path("<slug:region>/<slug:slug>/result.csv", results.result_csv, name="result_csv"),
]
