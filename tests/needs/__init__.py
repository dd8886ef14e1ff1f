"""Needs: reported, moderated, merged."""
