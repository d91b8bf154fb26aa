"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "913fecd2814bf70d1a6382b96216dc363b7c35ce3e74a46531aa907c8af5479d"
