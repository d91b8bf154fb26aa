"""The generated clients: their face, and what drift does to them."""
