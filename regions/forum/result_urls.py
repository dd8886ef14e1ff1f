"""Addresses of public results, under ``/{lang}/rounds/``."""

app_name = "rounds"

urlpatterns: list = []
