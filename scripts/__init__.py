"""What builds the committed files: pages → specs/sources → specs/*.yaml → generated/* → docs."""
