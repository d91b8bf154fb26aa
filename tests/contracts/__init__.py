"""How the contracts and clients are built: pages → sources → overlay → contract → client → table."""
