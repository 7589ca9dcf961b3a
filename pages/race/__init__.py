"""Race: two to four settings, trained side by side."""
