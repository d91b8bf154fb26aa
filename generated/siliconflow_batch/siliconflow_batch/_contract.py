"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "be0fe9e3c6d24be63fd83026dc203fdc1a3aa15793672287268275dc3156d3bb"
