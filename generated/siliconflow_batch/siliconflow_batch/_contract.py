"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "3eccf3dcd47a5dba7bcf9f9b2829bf6bb29e8ddf6be1bf5c74754c4fead39abe"
