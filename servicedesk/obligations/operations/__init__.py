"""Everything that is remembered about obligations: the list, reminders, starts, calendar links."""
