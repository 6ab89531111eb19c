"""How much is taken of a file that somebody hands in; the pages that take files show the first six."""

MAX_BYTES = 5_000_000
MAX_UNPACKED = 50_000_000
MAX_ROWS = 5_000  # under the titles
MAX_COLUMNS = 60
MAX_CHARACTERS = 32_000  # in a cell
MAX_TEXT = 10_000_000  # characters in all cells; one text can stand in thousands of cells and weigh nothing in the file

MAX_PARTS = 1_000  # of an Office file
MAX_RATIO = 400  # of a part of XML to its packed size; Word and Excel reach 100 at most
MAX_TAG = 2_000_000  # bytes of XML in which no element begins or ends
MAX_DEPTH = 200  # of elements in elements
MAX_ELEMENTS = 1_500_000  # of XML in all parts; a full table takes 1,200,000
MAX_HELD = 100_000  # of them, those that a reader of workbooks holds at once: one row, one text, or all styles
MAX_TREE = 1_500_000  # elements and, twice, attributes of a Word file, which is held as a whole: 120 bytes each
