"""What contracts, and the pages that they were built from, say against themselves: no exchange is judged here."""
