"""What a teacher sees and does while a class works."""
