"""What the register can be asked; one module for each thing asked about."""
