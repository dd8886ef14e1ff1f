"""Addresses of the needs pages, under ``/{lang}/needs/``."""

app_name = "needs"

urlpatterns: list = []
