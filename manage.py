#!/usr/bin/env python3
"""Run Samkurs's management commands."""

import os
import sys
from pathlib import Path

# `site/` holds the Django project but is no package: the standard library owns the name.
sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samkurs.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
