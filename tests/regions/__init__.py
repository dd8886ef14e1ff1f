"""Regions, people and rights."""
