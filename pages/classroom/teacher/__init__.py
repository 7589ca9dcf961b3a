"""What a teacher does step by step: picks, code, watching, handwriting, results."""
