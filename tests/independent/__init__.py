"""Servers that this project did not write, which speak an OpenAI-style `/v1/batches`."""
