"""Makes the site's one font file from its published source.

The font is the one exception to "no vendored files": the subset is committed,
and this script is how it was made, so anyone can make it again or add letters.

    python -m pip install "fonttools[woff]==4.68.0"
    python site/tools/build_font.py

Needs `npm` on the path: the source is fetched with `npm pack`, at a pinned
version whose checksum is verified here. The result is the same, byte for byte,
for the same versions of the package, fonttools and brotli.

Traps for whoever writes with this font:
- `tnum` (figures of equal width) widens full stop and comma as well: use it for
  columns of whole numbers only.
- There are no arrows pointing left or right and no signs for "at most" and "at
  least": draw an SVG, or write the words.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import IO, cast

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PACKAGE = "@fontsource-variable/schibsted-grotesk"
VERSION = "5.3.0"
INTEGRITY = "sha512-ndS6H/KICWANchlHF3q4UdZD+xrZ3Ji0rUobIuXlgvDUzDfqZDsVuXPXZb636nJZMHE9zZ9Fmwgqazm8hMB50Q=="  # noqa: E501
FONT_IN_PACKAGE = "package/files/schibsted-grotesk-latin-wght-normal.woff2"
LICENCE_IN_PACKAGE = "package/LICENSE"

TARGET_DIR = Path(__file__).resolve().parents[1] / "static" / "samkurs" / "fonts"
FONT_NAME = "schibsted-grotesk.woff2"
LICENCE_NAME = "schibsted-grotesk-OFL.txt"

# 400 to 700 is what the design uses; the source goes on to 900.
WEIGHTS = (400, 700)

# English, Norwegian, Swedish, Danish and Finnish, with the accents their spelling
# borrows, and the punctuation of all of them. What is left out falls back to the
# reader's own font, one letter at a time. Each letter more costs its kerning too.
UNICODES = [
    *range(0x20, 0x7F),
    *(ord(letter) for letter in "ÀÁÄÅÆÉÓÔÖØÜßàáäåæçèéêëíñóôöøúü"),
    # no-break space, section, degree, guillemets, middle dot, times, one half
    *(0xA0, 0xA7, 0xB0, 0xAB, 0xBB, 0xB7, 0xD7, 0xBD),
    # minus, euro, en and em dash, quotation marks, bullet, ellipsis
    *(0x2212, 0x20AC, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A),
    *(0x201C, 0x201D, 0x201E, 0x2022, 0x2026),
]

# Kerning, and figures of equal width where a column needs them. The accented letters
# above are whole glyphs, so combining marks need no positioning.
FEATURES = ["kern", "tnum"]


def fetch_package(workdir: Path) -> Path:
    """Download the pinned package into `workdir` and return its archive, verified."""
    npm = shutil.which("npm") or sys.exit("npm is not on the path.")
    # Nothing of the command comes from outside this file.
    subprocess.run(  # noqa: S603
        [npm, "pack", "--silent", f"{PACKAGE}@{VERSION}"],
        cwd=workdir,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = workdir.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        sys.exit(f"{PACKAGE}@{VERSION}: the checksum is not the pinned one; stopped.")
    return archive


def build(source: IO[bytes], target: Path) -> None:
    """Write the subset of the variable font `source` to `target` as woff2."""
    # The file's own timestamp stays, so that the output does not depend on the day.
    font = TTFont(source, recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHTS})

    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.hinting = False
    options.recalc_timestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=UNICODES)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def main() -> None:
    """Make the font and put its licence beside it."""
    TARGET_DIR.mkdir(parents=True, exist_ok=True)
    target = TARGET_DIR / FONT_NAME
    with tempfile.TemporaryDirectory() as workdir:
        archive = fetch_package(Path(workdir))
        with tarfile.open(archive) as package:
            # Both members are plain files of the package, so neither is None.
            build(cast("IO[bytes]", package.extractfile(FONT_IN_PACKAGE)), target)
            licence = cast("IO[bytes]", package.extractfile(LICENCE_IN_PACKAGE)).read()
    (TARGET_DIR / LICENCE_NAME).write_bytes(licence)
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
