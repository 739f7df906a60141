"""Packs a directory as an archive with the same bytes for the same files: python3 scripts/pack.py DIRECTORY OUT

OUT ends in .tar.gz or .zip. The directory is the only thing at the archive's top. Times are SOURCE_DATE_EPOCH, in seconds.
"""

import gzip
import os
import sys
import tarfile
import time
import zipfile
from pathlib import Path

# The first second that a zip archive can tell.
EARLIEST = 315532800


def mode(path: Path) -> int:
    return 0o755 if path.name in ("identilint", "identilint.exe") else 0o644


def main(directory: Path, out: Path) -> None:
    moment = max(int(os.environ.get("SOURCE_DATE_EPOCH", EARLIEST)), EARLIEST)
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    name = lambda path: path.relative_to(directory.parent).as_posix()  # noqa: E731
    if out.name.endswith(".zip"):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                entry = zipfile.ZipInfo(name(path), time.gmtime(moment)[:6])
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = mode(path) << 16
                archive.writestr(entry, path.read_bytes())
    elif out.name.endswith(".tar.gz"):
        with open(out, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=moment) as packed:
            with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
                for path in files:
                    entry = tarfile.TarInfo(name(path))
                    entry.size, entry.mtime, entry.mode = path.stat().st_size, moment, mode(path)
                    with open(path, "rb") as file:
                        archive.addfile(entry, file)
    else:
        sys.exit(f"{out}: neither .tar.gz nor .zip")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
