"""Tests of the advisers."""
