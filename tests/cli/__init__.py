"""The command line as a whole: its frame, its inputs and outputs."""
