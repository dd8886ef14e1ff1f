"""Addresses of the forum pages, under ``/{lang}/forum/``."""

app_name = "workspace"

urlpatterns: list = []
