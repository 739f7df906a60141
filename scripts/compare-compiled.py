#!/usr/bin/env python3
"""Compares what identilint says of Bicep with what it says of the ARM template that it was compiled to.

    python3 scripts/compare-compiled.py IDENTILINT CHECKOUT

Every directory of CHECKOUT that holds both main.bicep and main.json is a pair. The Bicep files of the checkout, tests
left out, are copied to one tree and the compiled templates to another; each is analysed once, and for each pair the sets
of (rule, severity, message) are compared. Differences are printed, then the share of pairs that agree. Exit code 0 if
all do.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict

SKIPPED = {"tests", "test", "examples", ".git", "node_modules"}


def copy(paths, root, target):
    for path in paths:
        place = target / path.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def findings(binary, tree):
    """The findings of a tree, by the directory of the root template that they belong to."""
    run = subprocess.run(
        [binary, "--format", "json"], cwd=tree, capture_output=True, text=True, check=False
    )
    if run.returncode not in (0, 1):
        sys.exit(f"{binary} failed on {tree}: {run.stderr}")
    report = json.loads(run.stdout)
    by_directory = defaultdict(set)
    for finding in report["findings"]:
        place = pathlib.PurePosixPath(finding["primary"]["path"]).parent
        by_directory[str(place)].add((finding["rule"], finding["severity"], finding["message"]))
    return by_directory, report["coverage"]["files"]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    binary, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    wanted = [path for path in sorted(root.rglob("*.bicep")) if not SKIPPED & set(path.relative_to(root).parts)]
    pairs = [path.parent for path in wanted if path.name == "main.bicep" and (path.parent / "main.json").is_file()]
    with tempfile.TemporaryDirectory() as scratch:
        source, compiled = pathlib.Path(scratch, "source"), pathlib.Path(scratch, "compiled")
        copy(wanted, root, source)
        copy([pair / "main.json" for pair in pairs], root, compiled)
        of_source, seen = findings(binary, source)
        of_compiled, seen_compiled = findings(binary, compiled)
    agreeing = 0
    for pair in pairs:
        name = pair.relative_to(root).as_posix()
        # A module that stands below another one is part of that one's compiled template.
        below = {found for place, all_of in of_source.items() if (place + "/").startswith(name + "/") for found in all_of}
        left, right = below, of_compiled.get(name, set())
        if left == right:
            agreeing += 1
            continue
        print(name)
        for found in sorted(left - right):
            print("  only in Bicep:", *found)
        for found in sorted(right - left):
            print("  only compiled:", *found)
    print(f"files: {seen['analysed']} Bicep, {seen_compiled['analysed']} compiled, "
          f"{len(seen['partial']) + len(seen_compiled['partial'])} with syntax errors")
    share = 100 * agreeing / max(len(pairs), 1)
    print(f"{agreeing} of {len(pairs)} pairs agree ({share:.1f} %)")
    sys.exit(0 if agreeing == len(pairs) else 1)


if __name__ == "__main__":
    main()
