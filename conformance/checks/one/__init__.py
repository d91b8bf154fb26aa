"""What one exchange alone shows: pure functions from a case to breaches."""
