"""Makes the bundled font, Inter.otf and Inter.woff2, from Inter Regular.

    python make.py Inter-Regular.otf      # needs fonttools and brotli

Source: Inter 4.0-beta7 (https://github.com/rsms/inter), as packed by Debian in fonts-inter 4.0~beta7+ds-1,
/usr/share/fonts/opentype/inter/Inter-Regular.otf. Licence: SIL Open Font License 1.1, see LICENSE-OFL.txt.
Inter.otf measures and draws text in PNG and PDF; Inter.woff2 is the same font embedded in SVG.
"""

import sys

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x018F, 0x018F), (0x0192, 0x0192), (0x01FA, 0x01FF), (0x0218, 0x021B),
    (0x02C6, 0x02DD), (0x0370, 0x03FF), (0x0400, 0x045F), (0x0462, 0x0463), (0x0472, 0x0475), (0x0490, 0x0493),
    (0x04AE, 0x04B1), (0x1E80, 0x1E85), (0x1EF2, 0x1EF3), (0x2010, 0x2027), (0x202F, 0x203E), (0x2044, 0x2044),
    (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x2138), (0x2150, 0x215E), (0x2190, 0x2199), (0x2200, 0x22FF),
    (0x25A0, 0x25FF),
]


def make(source, target, flavor):
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.notdef_outline = True  # a character that is not there shows as a box
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.flavor = flavor
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for first, last in RANGES for c in range(first, last + 1)])
    subsetter.subset(font)
    font.flavor = flavor
    font.save(target)


make(sys.argv[1], "Inter.otf", None)
make(sys.argv[1], "Inter.woff2", "woff2")
