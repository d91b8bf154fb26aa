"""Does every line of a batch's input have its answer? Results held against the input that they are of."""

from conformance.results.command import ResultsOptions, results
from conformance.results.found import Counted, Disagreement, Found, Tokens
from conformance.results.input import ResultsError

__all__ = ["Counted", "Disagreement", "Found", "ResultsError", "ResultsOptions", "Tokens", "results"]
