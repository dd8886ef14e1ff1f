"""Training needs: reported, moderated, merged."""
