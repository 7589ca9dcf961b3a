"""What a class changes on all pages: joining it, and who may see it."""
