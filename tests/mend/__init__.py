"""From a drift report to a proposed Overlay."""
