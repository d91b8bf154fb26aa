"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "b11109a9485fa84687dbca0c4384f45b19d93ad7996d08c4c96808412cfa9aee"
