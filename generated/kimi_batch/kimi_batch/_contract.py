"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "b5c0beb9f7a893729afb178bcee09d55cc2aabdcf72df7cbf7ac81783228d8b2"
