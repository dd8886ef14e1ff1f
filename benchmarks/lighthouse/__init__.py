"""Lighthouse: how a browser on a phone rates the pages. `package.json` pins it."""
