"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "809f18e1ffb5031bcb278e35c78150f3151cdbb1f8c48d673f48cd3d9269effd"
