"""The lines of a batch's output and error files: one by one, whatever is wrong with them, none of them kept."""
