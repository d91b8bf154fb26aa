"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "1186c875e13107db9549c14fc2e9c0e14ef474e435bab763afe8b5c34062d01a"
