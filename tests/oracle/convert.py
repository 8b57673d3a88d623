"""Makes an XForm of every workbook that is named, beside it, and prints what pyxform refuses. One process for all."""

import sys
from pathlib import Path

from pyxform.xls2xform import convert

for name in sys.argv[1:]:
    workbook = Path(name)
    try:
        workbook.with_suffix(".xml").write_text(convert(workbook, validate=False).xform, encoding="utf-8")
    except Exception as refusal:
        print(f"{workbook.name}\t{' '.join(str(refusal).split())}")
