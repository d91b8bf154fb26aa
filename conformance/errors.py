"""What a user can mend: told in one line, without a traceback, wherever it comes from."""


class UserError(Exception):
    """Something cannot be had as it was asked for; the message is one line, and the command line ends with 2."""
