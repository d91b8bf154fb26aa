"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "66fd4011ab3203e2b55d3afc112dfeef4520996405a2e3b5376d0991ec53155e"
