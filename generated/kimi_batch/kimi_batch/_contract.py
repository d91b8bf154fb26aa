"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "b08607902a6be15aca67f5585f579cca31d37cf0581597a72e4b739c0d5ba9fd"
