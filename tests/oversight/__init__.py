"""Tests of what a council asks."""
