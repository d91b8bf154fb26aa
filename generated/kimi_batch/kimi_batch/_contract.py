"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "665fadfd8dde6ad6fee8af8f7708897852d12cd7a31dd67612987c7f22b2cfd6"
