"""Everything that changes who acts for an enterprise."""
