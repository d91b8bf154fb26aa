"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "da174552b7fe3e9f910d2b6ba0b885f514fc7064215fe2f40be49a4abfa82241"
