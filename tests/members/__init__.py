"""Members, agents and mandates of enterprises."""
