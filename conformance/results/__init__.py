"""Does every line of a batch's input have its answer? Results held against the input that they are of."""

from conformance.results.command import ResultsOptions, results
from conformance.results.found import Account, CountDisagreement, Counted, Tokens
from conformance.results.input import ResultsError

__all__ = ["Account", "CountDisagreement", "Counted", "ResultsError", "ResultsOptions", "Tokens", "results"]
