"""Recorded traffic: read in every form, judged as a live run is, written masked."""
