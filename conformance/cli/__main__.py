"""`python -m conformance.cli`."""

from conformance.cli import main

if __name__ == "__main__":
    main()
