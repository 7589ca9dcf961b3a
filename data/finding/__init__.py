"""Find the files of data sets: in folders and archives, by their names and first bytes."""
