"""The type files of Azure/bicep-types-az: one JSON list of nodes each, which refer to each other by index."""
import json
import re
from typing import NamedTuple

REQUIRED, READ_ONLY = 1, 2
CONTAINERS = ("ObjectType", "DiscriminatedObjectType", "ArrayType", "UnionType")


class Place(NamedTuple):
    """A node in a body and the way to it."""
    steps: tuple  # `.name`, `[]` each item, `{}` each value of a map, `?d=v` the variant whose discriminator d is v
    index: int
    read_only: bool
    required: bool
    description: str

    @property
    def leaf(self):
        """The last property name on the way."""
        return next((step[1:] for step in reversed(self.steps) if step[0] == "."), "")

    @property
    def path(self):
        """The way without its variants: what one of them takes, the body takes."""
        return "".join(step for step in self.steps if step[0] != "?").removeprefix(".")

    @property
    def parent(self):
        """The name of the object that the leaf is a property of, with what follows the name: `a[]`, `a?kind=X`."""
        last = max(i for i, step in enumerate(self.steps) if step[0] == ".")
        return "".join(self.steps[:last]).rsplit(".", 1)[-1]


class TypeFile:
    def __init__(self, nodes):
        self.nodes = nodes

    def children(self, index):
        """(step, index, flags, description) of what a node contains; the step of a union's member is empty."""
        node = self.nodes[index]
        for name, p in (node.get("properties") or node.get("baseProperties") or {}).items():
            yield "." + name, target(p["type"]), p.get("flags", 0), p.get("description", "")
        kind = node["$type"]
        if kind == "ObjectType" and "additionalProperties" in node:
            yield "{}", target(node["additionalProperties"]), 0, ""
        elif kind == "ArrayType":
            yield "[]", target(node["itemType"]), 0, ""
        elif kind == "UnionType":
            for element in node["elements"]:
                yield "", target(element), 0, ""
        elif kind == "DiscriminatedObjectType":
            for value, element in node["elements"].items():
                yield f"?{node['discriminator']}={value}", target(element), 0, ""

    def leading(self, wanted):
        """The nodes from which a sensitive node or a wanted step can be reached."""
        containers = [i for i, node in enumerate(self.nodes) if node["$type"] in CONTAINERS]
        parents, todo = {}, [i for i, node in enumerate(self.nodes) if node.get("sensitive")]
        for i in containers:
            for step, child, _, _ in self.children(i):
                parents.setdefault(child, []).append(i)
                if wanted(step):
                    todo.append(i)
        seen = set()
        while todo:
            i = todo.pop()
            if i not in seen:
                seen.add(i)
                todo += parents.get(i, ())
        return seen

    def walk(self, index, leading, wanted):
        """The places below a node: what `leading` holds, what a wanted step leads to, and the items of that.

        Everything below a read-only property is read-only. A node occurs once on any one way.
        """
        def visit(place, above, hot):
            yield place
            if place.index in above:
                return
            above = above | {place.index}
            for step, child, flags, text in self.children(place.index):
                want = wanted(step) or (hot and step in ("[]", "{}"))
                if want or child in leading:
                    steps = place.steps + (step,) if step else place.steps
                    if step[:1] != ".":
                        text = place.description
                    yield from visit(Place(steps, child, place.read_only or bool(flags & READ_ONLY),
                                           bool(flags & REQUIRED), text), above, want)

        for place in visit(Place((), index, False, False, ""), frozenset(), False):
            if place.steps:
                yield place

    def literals(self, index):
        """The strings that a node lists, and whether it takes any other string."""
        node = self.nodes[index]
        if node["$type"] == "StringLiteralType":
            return [node["value"]], False
        if node["$type"] != "UnionType":
            return [], node["$type"] in ("StringType", "AnyType")
        members = [self.literals(target(element)) for element in node["elements"]]
        return [text for texts, _ in members for text in texts], any(is_open for _, is_open in members)


def target(reference):
    """The index in `{"$ref": "#/12"}`; a reference into another file has no place here."""
    return int(reference["$ref"].removeprefix("#/"))


def type_files(repo):
    for _, text in repo.texts(repo.paths("generated", "/types.json")):
        yield TypeFile(json.loads(text))


def is_stable(version):
    return re.fullmatch(r"\d{4}-\d\d-\d\d", version) is not None


def age(version):
    """Sort key of an api-version: by date; of one date, the stable one is the newer."""
    return version[:10], len(version) == 10, version


def current(versions):
    """The latest stable api-version, or the latest preview of a type that has no stable one."""
    return max(versions, key=lambda version: (is_stable(version), age(version)))


def newer_preview(versions):
    """The latest preview if it is newer than the current version, or else None."""
    latest = max(versions, key=age)
    return None if latest == current(versions) else latest
