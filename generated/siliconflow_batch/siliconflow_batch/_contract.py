"""What this package is generated from."""

CONTRACT = "specs/siliconflow.yaml"
CONTRACT_SHA256 = "50eb014e4b9bd8c760071e4799afe94b91ed0a202cbb97b9c0eb9bf96da281c5"
