"""Screens of rounds: arranging them, taking them through their phases, preparing the meeting."""
