"""What several pages share. Which module may import which others: tests/test_imports.py."""
