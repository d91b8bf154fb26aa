"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "aff6802efdcda75782b7781a353f89f86561de2917db5631a231e335d4173a6c"
