"""What the pages and the files beside them are called."""

INDEX, BRIEF, REPORT = "index.html", "ringkasan.html", "laporan.html"
SOURCES = "asal-angka.html"
"""Where every unit's figures come from, down to sheets and columns."""
GLOSSARY = "istilah.html"
ANNEX = "lampiran.xlsx"
"""Every table of the pages in one workbook."""
KEY = "kunci.html"
"""The internal page, among the cleaned data; reports hold no file name."""
RESERVED = frozenset(name.partition(".")[0] for name in (INDEX, BRIEF, REPORT, SOURCES, GLOSSARY, ANNEX))
"""What no notebook's page may be called."""
