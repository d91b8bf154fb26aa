"""What only several exchanges together show: each file its memory and its verdict."""
