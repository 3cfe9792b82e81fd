"""Layers that two architectures share."""
