"""The engagement report of a period: counted once (`figures.py`), drawn as sheets, as a Word document, as a page."""
