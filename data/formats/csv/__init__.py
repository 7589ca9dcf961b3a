"""Read a table of images in any of the forms that programs write: `read_table`.

One image per line: its pixels, and its label in any column or none. Commas, semicolons, tabs, bars
or spaces stand between the values; names of the columns, an index, comments, quotes and blank lines
may be there. `text` opens the file, `layout` tells how its lines are divided, `columns` what each
column holds. pandas reads, a chunk at a time, and `reader` checks what comes. If something is
wrong, `faults` finds the line.
"""

from data.formats.csv.label_file import read_labels
from data.formats.csv.reader import read_table

__all__ = ["read_labels", "read_table"]
