"""Measuring the desk against a bare Flask view that sends the same SQL; see README.md."""
