"""What enterprises owe and by when."""
