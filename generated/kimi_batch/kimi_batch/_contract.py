"""What this package is generated from."""

CONTRACT = "specs/kimi.yaml"
CONTRACT_SHA256 = "06ed878eac82a7204016c3d2e90b224084c331d4a6277bf6a8117c5f99212073"
