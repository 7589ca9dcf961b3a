"""From the files of a set to its arrays: read, prepared, and judged by what its pictures show."""
