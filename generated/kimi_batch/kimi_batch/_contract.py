"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "a6e9d60bdf102ffb36e16e24967b6c9670da986eeec73307333f1c664e02d365"
