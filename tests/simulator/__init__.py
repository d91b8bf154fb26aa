"""The tests of the simulators and of the rules for input files."""
