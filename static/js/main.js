// Comfort for pages that all work without it.  Each module looks for its own marks in the
// page and does nothing where there are none.
