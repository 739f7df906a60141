"""One commit of a git repository, read without a work tree: a checkout or a bare clone will do."""
import os
import subprocess
import sys


class Repo:
    """The repository `owner/name` below the folder `mirrors`, at one commit, which may be that of a release."""

    def __init__(self, mirrors, source, commit, release=None):
        self.source, self.commit, self.release = source, commit, release
        self.path = find(mirrors, source)
        if self.git("cat-file", "-t", commit, check=False).strip() != "commit":
            sys.exit(f"{self.path} does not hold commit {commit}")
        self.date = self.git("log", "-1", "--format=%cI", commit).strip()

    def git(self, *args, check=True):
        done = subprocess.run(["git", "-C", self.path, *args], check=check, stdout=subprocess.PIPE,
                              stderr=None if check else subprocess.DEVNULL)
        return done.stdout.decode()

    def head(self):
        """What a fact file says of where its facts are from."""
        return {"commit": self.commit, "date": self.date}

    def paths(self, under, ending=""):
        listed = self.git("ls-tree", "-r", "--name-only", "-z", self.commit, "--", under)
        return [path for path in listed.split("\0") if path and path.endswith(ending)]

    def commits(self, path):
        """The commits that changed a file, newest first."""
        if self.git("rev-parse", "--is-shallow-repository").strip() == "true":
            sys.exit(f"{self.path} has only a part of the history, which is needed")
        return self.git("log", "--format=%H", self.commit, "--", path).split()

    def mentions(self, text, under):
        """Whether a file below the folder `under` contains the text."""
        return bool(self.git("grep", "-lF", text, self.commit, "--", under, check=False))

    def text(self, path):
        return next(self.texts([path]))[1]

    def texts(self, paths):
        """(path, text) of files of the commit."""
        paths = list(paths)
        return zip(paths, self.blobs(f"{self.commit}:{path}" for path in paths))

    def blobs(self, names):
        """The texts of `commit:path` names. One that is not there ends the run: facts must not be lost in silence."""
        with subprocess.Popen(["git", "-C", self.path, "cat-file", "--batch"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as batch:
            for name in names:
                batch.stdin.write(name.encode() + b"\n")
                batch.stdin.flush()
                head = batch.stdout.readline().decode().split()
                if len(head) != 3 or head[1] != "blob":
                    sys.exit(f"{self.path} does not hold {name}")
                data = batch.stdout.read(int(head[2]) + 1)[:-1]
                yield data.decode("utf-8", "replace")


def find(mirrors, source):
    """The folder of a clone: `name`, `owner+name`, either with `.git`, or `owner+name/repo`."""
    name, full = source.split("/")[1], source.replace("/", "+")
    for folder in (full + "/repo", full, full + ".git", name, name + ".git"):
        path = os.path.join(mirrors, folder)
        if os.path.exists(os.path.join(path, "HEAD")) or os.path.exists(os.path.join(path, ".git")):
            return path
    sys.exit(f"no clone of {source} in {mirrors}: git clone https://github.com/{source}")
