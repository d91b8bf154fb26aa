"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "f26f89ade73b74774ecbbd79621da48b9a8830c6dd01f0614f524dacb9fb93b0"
