#!/usr/bin/env python3
"""Applies all fixes to copies of directories and looks at what comes of it.

    python3 scripts/try-fixes.py target/debug/identilint DIRECTORY...

For each directory, in a copy: the diff of `--fix=unsafe` is taken by `git apply`; the files are then those that
`--fix=unsafe` writes; no finding and no syntax error is new, but for those that stood behind a mended one; a second run changes nothing; and whatever `terraform fmt`
left as it was before it leaves as it is (without Terraform that is not looked at). Prints what was fixed, and exits with
1 if anything is amiss.
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Findings that may come to light behind others, as the tool knows them.
NEXT = set(
    re.findall(r'\("([a-z0-9-]+)", "([a-z0-9-]+)"\)', (ROOT / "src/fix/succession.rs").read_text(encoding="utf-8"))
)

KINDS = {".tf", ".tofu", ".tfvars", ".bicep", ".bicepparam", ".json", ".sql", ".yaml", ".yml", ".hcl", ".md", ".sh"}


def run(command, where):
    done = subprocess.run(command, cwd=where, capture_output=True, check=False)
    # Line ends stay as they are.
    done.stdout, done.stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    return done


def copied(source, target):
    """The files that are read, and no links that lead out."""
    for path in source.rglob("*"):
        kept = path.suffix in KINDS and path.is_file() and not path.is_symlink()
        if kept and ".git" not in path.relative_to(source).parts and path.stat().st_size < 4_000_000:
            new = target / path.relative_to(source)
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, new)
    run(["git", "init", "-q", "."], target)


def findings(tool, where, persona):
    done = run([tool, "--format", "json", "--persona", persona, "."], where)
    if done.returncode == 2 and not done.stdout:
        return None
    report = json.loads(done.stdout)
    return collections.Counter((one["rule"], one["subject"]) for one in report["findings"])


def unformatted(where):
    if not shutil.which("terraform"):
        return set()
    return set(run(["terraform", "fmt", "-write=false", "-list=true", "-recursive"], where).stdout.splitlines())


def texts(where):
    return {
        path.relative_to(where): path.read_bytes()
        for path in where.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(where).parts
    }


def tried(tool, source, work):
    """What is amiss, and what the tool says it did."""
    one, other = work / "one", work / "other"
    one.mkdir()
    copied(source, one)
    persona = ["--persona", "pedantic"]
    before = findings(tool, one, "pedantic")
    if before is None:
        return [], "nothing to check", []
    shutil.copytree(one, other)
    badly = unformatted(one)
    diff = run([tool, *persona, "--diff", "--fix=unsafe", "."], one)
    problems = []
    if diff.stdout:
        (work / "fixes.diff").write_text(diff.stdout, newline="")
        applied = run(["git", "apply", "--whitespace=nowarn", str(work / "fixes.diff")], one)
        if applied.returncode:
            problems.append(f"git does not apply the diff: {applied.stderr.strip()}")
    fixed = run([tool, *persona, "--fix=unsafe", "."], other)
    if fixed.returncode == 2 and "fixed" not in fixed.stdout:
        problems.append(f"failed: {fixed.stderr.strip()}")
    said = [line for line in fixed.stdout.splitlines() if re.match(r"fixed |  not applied|  and \d+ more not", line)]
    hidden = "secret" in diff.stderr
    if not hidden and texts(one) != texts(other):
        problems.append("the diff and the fixes differ")
    after = findings(tool, other, "pedantic")
    if after is None:
        return [*problems, "it cannot be read any more"], "", said
    new = {key: count for key, count in (after - before).items()}
    mended = set(re.findall(r"^  .*: \d+ ([a-z0-9-]+)$", fixed.stdout, re.MULTILINE))
    problems += [
        f"new: {rule} at {subject}"
        for rule, subject in new
        if not any((other, rule) in NEXT for other in mended)
    ]
    # Of what is not applied the second run may apply nothing either.
    again = run([tool, *persona, "--diff", "--fix=unsafe", "."], other)
    if again.stdout:
        problems.append(f"a second run changes something: {again.stdout[:400]}")
    worse = unformatted(other) - badly
    problems += [f"no longer formatted: {path}" for path in sorted(worse)]
    return problems, said[0] if said else "", said[1:]


def main():
    tool, *sources = sys.argv[1:]
    tool = str(pathlib.Path(tool).resolve())
    amiss = fixed = left = dropped = 0
    for source in map(pathlib.Path, sources):
        with tempfile.TemporaryDirectory() as work:
            problems, said, refused = tried(tool, source, pathlib.Path(work))
        print(f"{source.name}: {said}")
        for line in [*problems, *refused]:
            print(f"    {line.strip()}")
        amiss += len(problems)
        figures = re.match(r"fixed (\d+) of (\d+)", said)
        if figures:
            fixed += int(figures[1])
            left += int(figures[2]) - int(figures[1])
        dropped += sum(int(more[1]) if (more := re.match(r"  and (\d+) more", line)) else 1 for line in refused)
        sys.stdout.flush()
    print(f"{fixed} fixed, {dropped} not applied, {left} findings left, {amiss} problems")
    sys.exit(1 if amiss else 0)


if __name__ == "__main__":
    main()
