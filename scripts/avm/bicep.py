#!/usr/bin/env python3
"""Derives, from the compiled main.json of every published AVM Bicep module, what a caller's parameters and the
module's outputs mean for identities.  Python 3 standard library only.

    avm-bicep.py <checkout of Azure/bicep-registry-modules> [folder for the tables] [--types arm.tsv] [--no-history]

`--types` takes identilint's table src/azure/arm.tsv; then column 8 also has the parameters that reach an id or a secret
which that table knows, or an object in which there may be one.

Each main.json is *evaluated*, not searched: a small interpreter of the ARM template language runs it
  - once with every top-level parameter symbolic, to see which parameter reaches which ARM property, also through
    variables, loops and the inlined nested deployments, and what each output is made of;
  - some times with concrete values of the identity parameter (absent, {}, systemAssigned true/false, ...), to see
    what `identity` the template really sends.
The same is done for the main.json of every release tag `<module>/<x.y.z>`; column 9 is the difference.
"""
import collections, hashlib, itertools, json, os, pickle, re, subprocess, sys

# ------------------------------------------------------------------------------------------------ expressions

TOKEN = re.compile(r"\s*(?:(?P<num>-?\d+(?:\.\d+)?)|(?P<str>'(?:[^']|'')*')|(?P<name>[A-Za-z_$][\w$]*)|(?P<op>[()\[\],.]))")
PARSED = {}


def parse(text):
    """`[f(x).y]` without its brackets to a tree: ('lit', v) | ('call', name, args) | ('get', base, key)."""
    tree = PARSED.get(text)
    if tree is None:
        tokens, at = [], 0
        while at < len(text):
            if text[at:].strip() == "":
                break
            found = TOKEN.match(text, at)
            if not found:
                raise ValueError(f"cannot read {text[at:at + 40]!r}")
            tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        tree, rest = expression(tokens, 0)
        if rest != len(tokens):
            raise ValueError("trailing text in " + text)
        PARSED[text] = tree
    return tree


def expression(tokens, at):
    kind, text = tokens[at]
    if kind == "num":
        tree, at = ("lit", float(text) if "." in text else int(text)), at + 1
    elif kind == "str":
        tree, at = ("lit", text[1:-1].replace("''", "'")), at + 1
    else:
        name, at = text, at + 1
        while tokens[at][1] == ".":  # ns.function(
            name, at = name + "." + tokens[at + 1][1], at + 2
        assert tokens[at][1] == "(", (name, tokens[at])
        at, args = at + 1, []
        while tokens[at][1] != ")":
            arg, at = expression(tokens, at)
            args.append(arg)
            if tokens[at][1] == ",":
                at += 1
        tree, at = ("call", name.lower(), tuple(args), name), at + 1
    while at < len(tokens) and tokens[at][1] in ".[" and tokens[at][0] == "op":
        if tokens[at][1] == ".":
            tree, at = ("get", tree, ("lit", tokens[at + 1][1])), at + 2
        else:
            key, at = expression(tokens, at + 1)
            assert tokens[at][1] == "]"
            tree, at = ("get", tree, key), at + 1
    return tree, at


# ----------------------------------------------------------------------------------------------------- values
# None, bool, int, str, list, dict are themselves. The rest is not known, or known only by where it comes from:


class Value:
    __slots__ = ()

    def __eq__(self, other):
        return type(self) is type(other) and self.key() == other.key()

    def __ne__(self, other):
        return not self == other

    def __hash__(self):
        return hash(self.key())

    def __repr__(self):
        return f"{type(self).__name__}{self.key()!r}"


def frozen(value):
    if isinstance(value, dict):
        return ("{",) + tuple((key, frozen(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ("[",) + tuple(frozen(item) for item in value)
    return (type(value).__name__, value) if isinstance(value, (bool, int)) else value


class Sym(Value):
    """A top-level parameter, or something in it: `slots[].name`."""
    __slots__ = ("path",)

    def __init__(self, path):
        self.path = path

    def key(self):
        return self.path


class Call(Value):
    """Made of its parts in a way that does not matter."""
    __slots__ = ("name", "args", "frozen")

    def __init__(self, name, args):
        self.name, self.args = name, tuple(args)
        self.frozen = (name, frozen(self.args))

    def key(self):
        return self.frozen


class Alt(Value):
    """One of these; a `coalesce` keeps its order."""
    __slots__ = ("items", "conditions", "frozen")

    def __init__(self, items, conditions):
        self.items, self.conditions = tuple(items), tuple(conditions)
        self.frozen = frozen(self.items)

    def key(self):
        return self.frozen


class Each(Value):
    """A list of unknown length with such items."""
    __slots__ = ("item",)

    def __init__(self, item):
        self.item = item

    def key(self):
        return frozen(self.item)


class MapOf(Value):
    __slots__ = ("item",)

    def __init__(self, item):
        self.item = item

    def key(self):
        return frozen(self.item)


class Union(Value):
    """union(a, b): the later wins."""
    __slots__ = ("items",)

    def __init__(self, items):
        self.items = tuple(items)

    def key(self):
        return frozen(self.items)


class Id(Value):
    __slots__ = ("type", "names")

    def __init__(self, kind, names):
        self.type, self.names = kind, tuple(names)

    def key(self):
        return (self.type.lower(), frozen(self.names))


class Attr(Value):
    """A property of a deployed resource, at its ARM path."""
    __slots__ = ("res", "path")

    def __init__(self, res, path):
        self.res, self.path = res, tuple(path)

    def key(self):
        return (id(self.res), self.path)


class Index(Value):
    __slots__ = ()

    def key(self):
        return ()


class Lambda(Value):
    __slots__ = ("names", "body", "scope")

    def __init__(self, names, body, scope):
        self.names, self.body, self.scope = names, body, scope

    def key(self):
        return id(self)


IDX = Index()
UNKNOWN = Call("?", ())


def is_known(value):
    if isinstance(value, Value):
        return False
    if isinstance(value, dict):
        return all(is_known(item) for item in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return True


def alternatives(items, conditions=()):
    flat, conds = [], list(conditions)
    for item in items:
        if isinstance(item, Alt):
            conds.extend(item.conditions)
            inner = item.items
        else:
            inner = (item,)
        for one in inner:
            if not any(type(one) is type(other) and one == other for other in flat):
                flat.append(one)
    if len(flat) > 24:
        flat = flat[:24]
    if len(flat) == 1:
        return flat[0]
    return Alt(flat, conds[:24])


def get(base, key):
    if base is None:
        return None
    if isinstance(base, dict):
        if isinstance(key, str):
            for name in (key,) if key in base else [name for name in base if name.lower() == key.lower()]:
                return base[name]
            return None
        return alternatives([*base.values(), None], [key]) if base else None  # a table: the key may not be in it
    if isinstance(base, list):
        if isinstance(key, int):
            return base[key] if -len(base) <= key < len(base) else None
        return alternatives(base) if base else None
    if isinstance(base, Sym):
        return Sym(f"{base.path}.{key}") if isinstance(key, str) else Sym(base.path + "[]")
    if isinstance(base, Each):
        return base.item if not isinstance(key, str) else UNKNOWN
    if isinstance(base, MapOf):
        return base.item
    if isinstance(base, Alt):
        items = [get(item, key) for item in base.items]
        some = [item for item in items if item is not None]
        return alternatives(some, base.conditions) if some else None
    if isinstance(base, Union):
        found = []
        for item in reversed(base.items):
            value = get(item, key)
            if value is not None:
                found.append(value)
            if isinstance(item, dict) and key in item:
                break
        return alternatives(found) if found else None
    if isinstance(base, Attr):
        return base.res.attribute(base.path + (key if isinstance(key, (str, int)) else "[]",))
    return Call("get", (base, key))


def truth(value):
    if isinstance(value, bool):
        return value
    if isinstance(value, Alt):
        seen = {truth(item) for item in value.items}
        if len(seen) == 1:
            return seen.pop()
    return None


def is_empty(value):
    if value is None or isinstance(value, (str, list, dict)):
        return not value
    if isinstance(value, Id):
        return False
    if isinstance(value, Alt):
        seen = {is_empty(item) for item in value.items}
        if len(seen) == 1:
            return seen.pop()
    if isinstance(value, Union):
        seen = [is_empty(item) for item in value.items]
        return False if False in seen else (True if all(seen) else None)
    return None


def sources(value, conditions=False, into=None):
    """The top-level parameters (with paths) that a value is made of."""
    into = {} if into is None else into  # ordered set
    if isinstance(value, Sym):
        into[value.path] = None
    elif isinstance(value, dict):
        for item in value.values():
            sources(item, conditions, into)
    elif isinstance(value, (list, tuple)):
        for item in value:
            sources(item, conditions, into)
    elif isinstance(value, (Call, )):
        sources(value.args, conditions, into)
    elif isinstance(value, Alt):
        sources(value.items, conditions, into)
        if conditions:
            sources(value.conditions, True, into)
    elif isinstance(value, (Each, MapOf)):
        sources(value.item, conditions, into)
    elif isinstance(value, Union):
        sources(value.items, conditions, into)
    elif isinstance(value, Id):
        sources(value.names, conditions, into)
    return into


# ------------------------------------------------------------------------------------------------- evaluation

MAX_DEPTH = 200


class Resource:
    """A resource of a template, evaluated when asked; `deployment` ones have a template of their own."""

    def __init__(self, template, symbol, raw, index):
        self.template, self.symbol, self.raw, self.index = template, symbol, raw, index
        self.type = raw.get("type", "")
        self.copy = raw.get("copy") if isinstance(raw.get("copy"), dict) else None
        self.existing = bool(raw.get("existing"))
        self.is_deployment = self.type.lower() == "microsoft.resources/deployments" and "properties" in raw
        self._inner = None
        self._cache = {}

    def loops(self):
        return {"": self.index, self.copy["name"]: self.index} if self.copy else {}

    def value(self, key):
        if key not in self._cache:
            self._cache[key] = None
            self._cache[key] = self.template.evaluate(self.raw.get(key), self.loops())
        return self._cache[key]

    def condition(self):
        if "condition" not in self.raw:
            return True
        value = self.raw["condition"]
        return truth(self.template.evaluate(value, self.loops()))

    def inner(self):
        if self._inner is None and self.is_deployment:
            body = self.raw["properties"]
            template = body.get("template")
            if isinstance(template, str):  # loadJsonContent() keeps it in a variable
                template = self.template.evaluate(template, self.loops())
            if isinstance(template, dict):
                self._inner = Template(template, body.get("parameters") or {}, (self.template, self.loops()))
        return self._inner

    def attribute(self, path):
        if self.is_deployment and path[:2] == ("properties", "outputs"):
            inner = self.inner()
            if len(path) < 4 or inner is None:
                return Attr(self, path)
            if path[3] != "value":
                return UNKNOWN
            value = inner.output(path[2])
            for key in path[4:]:
                value = get(value, IDX if key == "[]" else key)
            return value
        if path == ("name",) and "name" in self.raw:
            return self.value("name")
        return Attr(self, path)


def nullable(template, declared):
    """Whether a parameter may be left out: said with it, or with the type that it names (`type x = {...}?`)."""
    for _ in range(10):
        if declared.get("nullable"):
            return True
        reference = declared.get("$ref")
        if not reference:
            return False
        declared = (template.get("definitions") or {}).get(reference.rsplit("/", 1)[-1]) or {}
    return False


class Template:
    def __init__(self, raw, given, outer=None, symbolic=True):
        """`given`: for a nested template the raw `parameters`, evaluated in `outer`; at the top values by name."""
        self.raw, self.given, self.outer, self.symbolic = raw, given, outer, symbolic
        self.parameters, self.variables, self.outputs = {}, {}, {}
        self.functions = {}
        for space in raw.get("functions") or []:
            for name, body in space["members"].items():
                self.functions[f"{space['namespace']}.{name}".lower()] = body
        self.variable_loops = {}
        for loop in (raw.get("variables") or {}).get("copy") or []:
            self.variable_loops[loop["name"]] = loop
        self.depth = 0 if outer is None else outer[0].depth + 1
        resources = raw.get("resources") or []
        pairs = resources.items() if isinstance(resources, dict) else [(None, one) for one in resources]
        self.resources = []
        for symbol, one in pairs:
            self.add(symbol, one, None)

    def add(self, symbol, raw, parent):
        index = None
        if isinstance(raw.get("copy"), dict):
            index = IDX
        self.resources.append(Resource(self, symbol, raw, index))

    def settle(self):
        """With concrete parameters: give a loop over a known list its first index, drop a loop over nothing."""
        kept = []
        for one in self.resources:
            if one.copy:
                count = self.evaluate(one.copy["count"], {})
                if count == 0 and not isinstance(count, (bool, Value)):
                    continue
                if isinstance(count, int):
                    one.index = 0
            if one.condition() is not False:
                kept.append(one)
        return kept

    # -- names

    def parameter(self, name):
        key = name.lower()
        if key not in self.parameters:
            self.parameters[key] = UNKNOWN  # against loops
            self.parameters[key] = self._parameter(name)
        return self.parameters[key]

    def _parameter(self, name):
        declared = get(self.raw.get("parameters") or {}, name) or {}
        default = "defaultValue" in declared
        if self.outer is None:
            if name in self.given:
                value = self.given[name]
            elif self.symbolic:
                return Sym(name)
            elif default:
                return self.evaluate(declared["defaultValue"], {})
            elif nullable(self.raw, declared):
                return None
            else:
                return Sym(name)
        else:
            outer, loops = self.outer
            passed = get(self.given, name)
            if passed is None:
                value = None
            elif isinstance(passed, str):
                value = get(outer.evaluate(passed, loops), "value")
            elif "value" in passed:
                value = outer.evaluate(passed["value"], loops)
            else:
                value = Call("secretReference", (outer.evaluate(passed.get("reference"), loops),))
        if default and (value is None or (isinstance(value, Alt) and None in value.items)):
            fallback = self.evaluate(declared["defaultValue"], {})
            if value is None:
                return fallback
            return alternatives([item for item in value.items if item is not None] + [fallback], value.conditions)
        return value

    def variable(self, name):
        key = name.lower()
        if key not in self.variables:
            self.variables[key] = UNKNOWN
            raw = self.raw.get("variables") or {}
            if name in self.variable_loops:
                self.variables[key] = self.loop(self.variable_loops[name], {})
            else:
                self.variables[key] = self.evaluate(get(raw, name), {})
        return self.variables[key]

    def loop(self, loop, loops):
        count = self.evaluate(loop["count"], loops)
        if isinstance(count, int) and not isinstance(count, bool):
            return [self.evaluate(loop["input"], {**loops, loop.get("name", ""): at, "": at}) for at in range(count)]
        return Each(self.evaluate(loop["input"], {**loops, loop.get("name", ""): IDX, "": IDX}))

    def output(self, name):
        if name not in self.outputs:
            self.outputs[name] = UNKNOWN
            raw = get(self.raw.get("outputs") or {}, name)
            if raw is None:
                return UNKNOWN
            if "copy" in raw:
                self.outputs[name] = self.loop(raw["copy"], {})
            else:
                self.outputs[name] = self.evaluate(raw.get("value"), {})
        return self.outputs[name]

    # -- expressions

    def evaluate(self, raw, loops, scope=None):
        if isinstance(raw, str):
            if raw.startswith("[") and raw.endswith("]") and not raw.startswith("[["):
                try:
                    return self.run(parse(raw[1:-1]), loops, scope or {}, 0)
                except RecursionError:
                    return UNKNOWN
            return raw[1:] if raw.startswith("[[") else raw
        if isinstance(raw, list):
            return [self.evaluate(item, loops, scope) for item in raw]
        if isinstance(raw, dict):
            made = {}
            for key, item in raw.items():
                if key == "copy" and isinstance(item, list):
                    for loop in item:
                        made[loop["name"]] = self.loop(loop, loops)
                elif key.startswith("[") and key.endswith("]"):
                    name = self.evaluate(key, loops, scope)
                    made[name if isinstance(name, str) else repr(name)] = self.evaluate(item, loops, scope)
                else:
                    made[key] = self.evaluate(item, loops, scope)
            return made
        return raw

    def run(self, tree, loops, scope, depth):
        if depth > MAX_DEPTH:
            return UNKNOWN
        if tree[0] == "lit":
            return tree[1]
        if tree[0] == "get":
            return get(self.run(tree[1], loops, scope, depth + 1), self.run(tree[2], loops, scope, depth + 1))
        name, raw = tree[1], tree[2]
        run = lambda one: self.run(one, loops, scope, depth + 1)
        if name == "if":
            condition = run(raw[0])
            known = truth(condition)
            if known is None:
                return alternatives([run(raw[1]), run(raw[2])], [condition])
            return run(raw[1] if known else raw[2])
        if name in ("and", "or"):
            seen = []
            for one in raw:
                value = run(one)
                known = truth(value)
                if known is (name == "or"):
                    return known
                if known is None:
                    seen.append(value)
            return Call(name, seen) if seen else name == "and"
        if name == "lambda":
            *names, body = raw
            return Lambda([one[1] for one in names], body, (loops, scope))
        if name == "lambdavariables":
            return scope.get(run(raw[0]), UNKNOWN)
        args = [run(one) for one in raw]
        if name == "parameters":
            return scope[("p", args[0])] if ("p", args[0]) in scope else self.parameter(args[0])
        if name == "variables":
            return self.variable(args[0])
        if name == "copyindex":
            value = loops.get(args[0] if args and isinstance(args[0], str) else "", IDX)
            offset = args[-1] if args and isinstance(args[-1], int) else 0
            return value + offset if isinstance(value, int) else IDX
        if name == "reference":
            return self.reference(args)
        if name in self.functions:
            body = self.functions[name]
            inner = {("p", one["name"]): value for one, value in zip(body.get("parameters") or [], args)}
            return self.evaluate(body["output"]["value"], {}, inner)
        function = FUNCTIONS.get(name)
        if function:
            value = function(self, args)
            if value is not NotImplemented:
                return value
        if name.startswith("list"):
            return Call("secret:" + tree[3], [self.target(args[0])] + args[1:])
        return Call(name, args)

    def call(self, function, *args):
        loops, scope = function.scope
        inner = {**scope, **dict(zip(function.names, args))}
        return self.run(function.body, loops, inner, 1)

    def target(self, value):
        """The resource that a symbolic name or an id means."""
        symbol, value = None, id_of(value)
        if isinstance(value, str):
            found = re.fullmatch(r"([^\[]+)(\[.*\])?", value)
            symbol = found and found[1]
        elif isinstance(value, Call) and value.name == "format" and isinstance(value.args[0], str):
            found = re.fullmatch(r"(\w+)\[\{0\}\]", value.args[0])
            symbol = found and found[1]
        if symbol is not None:
            for one in self.resources:
                if one.symbol == symbol:
                    return one
        if isinstance(value, Alt):
            found = [self.target(item) for item in value.items]
            found = [one for one in found if isinstance(one, Resource)]
            return found[0] if found else value
        if isinstance(value, Id):
            same = [one for one in self.resources if one.symbol is None and one.type.lower() == value.type.lower()]
            names = [one for one in same if frozen(name_of(one.value("name"))) == frozen(joined(value.names))]
            if names:
                return names[0]
            if same:
                # loops: the names differ in the index only
                shape = lambda text: re.sub(r"Index\(\)|\d+", "#", repr(text))
                alike = [one for one in same if shape(name_of(one.value("name"))) == shape(joined(value.names))]
                if alike:
                    return alike[0]
            return Resource(self, None, {"type": value.type, "existing": True, "name": None}, None)
        return value

    def reference(self, args):
        full = len(args) > 2 and isinstance(args[2], str) and args[2].lower() == "full"
        target = args[0]
        if isinstance(target, Alt):
            return alternatives([self.reference([one] + args[1:]) for one in target.items], target.conditions)
        found = self.target(target)
        if not isinstance(found, Resource):
            return Call("reference", args)
        return Attr(found, () if full else ("properties",))


def id_of(value):
    """An id in any of its spellings: resourceId(), `Microsoft.X/y/{0}`, replace(id, '/shares/', '/fileshares/')."""
    if isinstance(value, Call) and value.name == "replace":
        return id_of(value.args[0])
    if isinstance(value, str):
        segments, args = value.split("/"), ()
    elif isinstance(value, Call) and value.name == "format" and isinstance(value.args[0], str):
        segments, args = value.args[0].split("/"), value.args[1:]
        if segments[0] == "{0}" and len(segments) > 2 and segments[1] != "providers":
            base = id_of(args[0])  # a child: format('{0}/config/x', id)
            if isinstance(base, Id) and len(segments) % 2:
                return Id("/".join([base.type] + segments[1::2]), base.names + tuple(segments[2::2]))
            return value
    else:
        return value
    if not re.match(r"Microsoft\.\w+", segments[0]) or len(segments) % 2 == 0:
        return value
    names = []
    for one in segments[2::2]:
        found = re.fullmatch(r"\{(\d+)\}", one)
        names.append(args[int(found[1])] if found else one)
    return Id("/".join(segments[:1] + segments[1::2]), names)


def name_of(value):
    """A resource's name as its segments: format('{0}/{1}', a, b) is [a, b]."""
    if isinstance(value, str):
        return tuple(value.split("/"))
    if isinstance(value, Call) and value.name == "format" and isinstance(value.args[0], str):
        pieces = value.args[0].split("/")
        made = []
        for piece in pieces:
            found = re.fullmatch(r"\{(\d+)\}", piece)
            if found:
                made.append(value.args[int(found[1]) + 1])
            elif "{" in piece:
                # renumbered, so that it equals the same text on its own
                numbers = [int(number) for number in re.findall(r"\{(\d+)\}", piece)]
                text = piece
                for at, number in enumerate(numbers):
                    text = text.replace("{%d}" % number, "{%d}" % at, 1)
                made.append(Call("format", [text] + [value.args[number + 1] for number in numbers]))
            else:
                made.append(piece)
        return tuple(made)
    return (value,)


def joined(names):
    made = ()
    for one in names:
        made += name_of(one)
    return made


# --------------------------------------------------------------------------------------------------- functions

FUNCTIONS = {}


def function(*names):
    def register(body):
        for name in names:
            FUNCTIONS[name.lower()] = body
        return body
    return register


@function("not")
def _(template, args):
    known = truth(args[0])
    return NotImplemented if known is None else not known


@function("null")
def _(template, args):
    return None


@function("true")
def _(template, args):
    return True


@function("false")
def _(template, args):
    return False


@function("bool")
def _(template, args):
    if isinstance(args[0], str) and args[0].lower() in ("true", "false", "1", "0"):
        return args[0].lower() in ("true", "1")
    return args[0] if isinstance(args[0], bool) else NotImplemented


@function("equals")
def _(template, args):
    a, b = args
    if is_known(a) and is_known(b):
        return type(a) is type(b) and a == b
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Alt) and is_known(other) and all(is_known(item) for item in one.items):
            seen = {type(item) is type(other) and item == other for item in one.items}
            if len(seen) == 1:
                return seen.pop()
    return NotImplemented


@function("empty")
def _(template, args):
    known = is_empty(args[0])
    return NotImplemented if known is None else known


@function("coalesce")
def _(template, args):
    items, conditions = [], []
    for one in args:
        if one is None:
            continue
        if isinstance(one, Alt):
            conditions.extend(one.conditions)
            items.extend(item for item in one.items if item is not None)
            if None in one.items or any(isinstance(item, (Sym, Attr)) for item in one.items):
                continue
            break
        items.append(one)
        if not isinstance(one, (Sym, Attr)) and not (isinstance(one, Call) and one.name == "get"):
            break
    return alternatives(items, conditions) if items else None


@function("tryGet")
def _(template, args):
    value = args[0]
    for key in args[1:]:
        value = get(value, key)
    return value


@function("createObject")
def _(template, args):
    made = {}
    for at in range(0, len(args) - 1, 2):
        key = args[at]
        if isinstance(key, str):
            made[key] = args[at + 1]
        else:
            return MapOf(args[at + 1]) if len(args) == 2 and not is_known(key) and args[at + 1] != {} else Call("createObject", args)
    return made


@function("createArray", "array")
def _(template, args):
    return list(args)


@function("union", "shallowMerge")
def _(template, args):
    items = args
    if len(items) == 1:  # shallowMerge([...])
        if isinstance(items[0], list):
            items = items[0]
        else:
            return NotImplemented
    items = [item for item in items if item is not None]
    if all(isinstance(item, list) for item in items):
        made = []
        for item in items:
            made.extend(one for one in item if not any(type(one) is type(two) and one == two for two in made))
        return made
    if all(isinstance(item, dict) for item in items):
        made = {}
        for item in items:
            for key, value in item.items():
                if isinstance(value, dict) and isinstance(made.get(key), dict):
                    made[key] = {**made[key], **value}
                else:
                    made[key] = value
        return made
    if any(isinstance(item, (list, Each)) for item in items):
        return concat(items)
    return Union(items)


def concat(items):
    if all(isinstance(item, list) for item in items):
        return [one for item in items for one in item]
    made = []
    for item in items:
        if isinstance(item, list):
            made.extend(item)
        elif isinstance(item, Each):
            made.append(item.item)
        elif isinstance(item, Alt):
            made.extend(get(one, IDX) for one in item.items if not isinstance(one, (str, dict)))
        else:
            made.append(get(item, IDX))
    made = [item for item in made if item is not None]
    return Each(alternatives(made)) if made else []


@function("concat")
def _(template, args):
    if all(isinstance(item, str) for item in args):
        return "".join(args)
    if any(isinstance(item, (list, Each)) for item in args):
        return concat(args)
    return NotImplemented


@function("contains")
def _(template, args):
    where, what = args
    if isinstance(where, dict) and isinstance(what, str):
        return any(key.lower() == what.lower() for key in where)
    if isinstance(where, str) and isinstance(what, str):
        return what in where
    if isinstance(where, list) and is_known(where) and is_known(what):
        return what in where
    if where is None:
        return False
    return NotImplemented


@function("length")
def _(template, args):
    return len(args[0]) if isinstance(args[0], (list, dict, str)) else NotImplemented


@function("range")
def _(template, args):
    if all(isinstance(one, int) for one in args):
        return list(range(args[0], args[0] + min(args[1], 100)))
    return Each(IDX)


def items_of(value):
    """The items of a list: a Python list of them, or an Each."""
    if isinstance(value, list) or isinstance(value, Each):
        return value
    if value is None:
        return []
    if isinstance(value, Alt):
        if all(item == [] for item in value.items):
            return []
        return Each(alternatives([one for one in (get(item, IDX) for item in value.items) if one is not None] or [UNKNOWN]))
    return Each(get(value, IDX))


@function("map")
def _(template, args):
    items = items_of(args[0])
    apply = lambda item: template.call(args[1], *([item] + ([IDX] if len(args[1].names) > 1 else [])))
    if isinstance(items, list):
        return [apply(item) for item in items]
    return Each(apply(items.item))


@function("filter")
def _(template, args):
    items = items_of(args[0])
    if isinstance(items, list):
        keep = []
        for item in items:
            known = truth(template.call(args[1], item, IDX))
            if known is None:
                return Each(alternatives(items))
            if known:
                keep.append(item)
        return keep
    return items


@function("reduce")
def _(template, args):
    items = items_of(args[0])
    if isinstance(items, list):
        value = args[1]
        for item in items:
            value = template.call(args[2], value, item, IDX)
        return value
    return Call("reduce", [items.item, template.call(args[2], args[1], items.item, IDX)])


@function("toObject")
def _(template, args):
    items = items_of(args[0])
    value = lambda item: template.call(args[2], item) if len(args) > 2 else item
    if isinstance(items, list):
        pairs = [(template.call(args[1], item), value(item)) for item in items]
        if all(isinstance(key, str) for key, _ in pairs):
            return dict(pairs)
        return MapOf(alternatives([item for _, item in pairs]))
    return MapOf(value(items.item))


@function("items")
def _(template, args):
    if isinstance(args[0], dict):
        return [{"key": key, "value": value} for key, value in args[0].items()]
    if isinstance(args[0], MapOf):
        return Each({"key": UNKNOWN, "value": args[0].item})
    if isinstance(args[0], Sym):
        return Each({"key": Sym(args[0].path + "{}"), "value": Sym(args[0].path + "{}")})
    return NotImplemented


@function("flatten")
def _(template, args):
    items = items_of(args[0])
    if isinstance(items, list):
        inner = [items_of(item) for item in items]
        return concat(inner) if inner else []
    inner = items_of(items.item)
    return Each(alternatives(inner)) if isinstance(inner, list) and inner else inner


@function("first", "last")
def _(template, args):
    if isinstance(args[0], list):
        return args[0][0] if args[0] else None
    if isinstance(args[0], (Sym, Each, Alt)):
        return get(args[0], IDX) if not isinstance(args[0], Each) else args[0].item
    return NotImplemented


@function("format")
def _(template, args):
    if all(isinstance(one, (str, int)) for one in args):
        return re.sub(r"\{(\d+)(?::[^}]*)?\}", lambda found: str(args[int(found[1]) + 1]), args[0])
    if args[0] == "{0}" and len(args) == 2:
        return args[1]
    return NotImplemented


@function("string")
def _(template, args):
    return args[0] if isinstance(args[0], (str, Sym)) else NotImplemented


@function("toLower")
def _(template, args):
    return args[0].lower() if isinstance(args[0], str) else NotImplemented


@function("split")
def _(template, args):
    if isinstance(args[0], str) and isinstance(args[1], str):
        return args[0].split(args[1])
    return NotImplemented


@function("json")
def _(template, args):
    try:
        return json.loads(args[0]) if isinstance(args[0], str) else NotImplemented
    except ValueError:
        return NotImplemented


@function("objectKeys")
def _(template, args):
    return list(args[0]) if isinstance(args[0], dict) else NotImplemented


@function("greater")
def _(template, args):
    return args[0] > args[1] if all(type(one) is int for one in args) else NotImplemented


@function("greaterOrEquals")
def _(template, args):
    return args[0] >= args[1] if all(type(one) is int for one in args) else NotImplemented


@function("less")
def _(template, args):
    return args[0] < args[1] if all(type(one) is int for one in args) else NotImplemented


@function("resourceId", "subscriptionResourceId", "tenantResourceId", "managementGroupResourceId", "extensionResourceId")
def _(template, args):
    for at, one in enumerate(args):
        if isinstance(one, str) and re.match(r"^[\w.]+\.[\w.]+/", one) and not one.startswith("/"):
            return Id(one, args[at + 1:])
    return NotImplemented


# ---------------------------------------------------------------------------------------------------- analysis

# Not looked into: they have no identity, and roles on them say nothing about one.
SKIPPED = re.compile(r"(?i)Microsoft\.(Network/privateEndpoints|Insights/diagnosticSettings|Authorization/locks)(/|$)")
ROLE_ASSIGNMENT = "microsoft.authorization/roleassignments"
USER_ASSIGNED = "microsoft.managedidentity/userassignedidentities"

# Column 8: ARM properties worth knowing of, by a word in their path (below `properties`, or `name`/`value` of some types).
INTERESTING = re.compile(
    r"(?i)identit(?!yprovider)|principal|objectid$|clientid$|\.sid$|localauth|localaccounts|localuser|sharedkey"
    r"|administrators?\b|administratorlogin\w*$|adminpassword|adminuserenabled|azureadonly|\.enablerbac\w*$|aadprofile"
    r"|defaulttooauth|accesspolicies\b|secret|registr(y|ies)\b|registrycredentials|siteconfig|functionappconfig|password"
    r"|keyvault|keyurl|connectionstring|authconfig$|authconfig\.(active|password)|authoptions|oidcissuer|accesskey"
    r"|environmentvariables|template\.(init)?containers|roleassignmentmode|credentials?\b|userassigned|authenticationmode"
    r"|authenticationtype|authmode|roleassignments?\b"
)
BORING = re.compile(
    r"(?i)allowcredentials|vpnauthentication|passwordauthentication$|passwordreset|syncntlm|synconprem|secretparametervalues"
    r"|secretrotation|clientaffine|registryadapters|scheduledpurge"
)
GRANTS_OF_DATA = re.compile(r"(?i)(sql|cassandra|mongo|gremlin|table)?(roleassignments|accesspolicyassignments|principalassignments|schedulerequests)$")
WHOLE = {  # all of a resource's own values matter, with its name
    "microsoft.web/sites/config": ("name", "properties"),
    "microsoft.web/sites/slots/config": ("name", "properties"),
    "microsoft.web/staticsites/config": ("name", "properties"),
    "microsoft.web/sites/slots": ("name",),
    "microsoft.keyvault/vaults/secrets": ("name", "properties.value"),
    "microsoft.documentdb/mongoclusters/users": ("name", "properties"),
    "microsoft.dbforpostgresql/flexibleservers/administrators": ("name", "properties"),
    "microsoft.dbformysql/flexibleservers/administrators": ("name", "properties"),
    "microsoft.web/sites/basicpublishingcredentialspolicies": ("name", "properties.allow"),
    "microsoft.web/sites/slots/basicpublishingcredentialspolicies": ("name", "properties.allow"),
    "microsoft.managedidentity/userassignedidentities/federatedidentitycredentials": ("name", "properties"),
}
# Column 6: addresses of a resource
ADDRESS = re.compile(r"(?i)(primaryendpoints\.\w+|uri|url|endpoint|endpoints|hostname|hostnames|fqdn|loginserver|domain|domainname|secreturi\w*)$")
TYPES = {}  # with --types: ARM type -> paths of ids and secrets in it, or in an object that a parameter hands on whole
SWITCHES = re.compile(
    r"(?i)(disablelocalauth\w*|allowsharedkeyaccess|adminuserenabled|azureadonlyauthentication|enablerbacauthorization"
    r"|disablelocalaccounts|disableaccesskeyauthentication|accesskeysauthentication|passwordauth|roleassignmentmode)$"
)


def walk(template, chain=()):
    for at, one in enumerate(template.resources):
        yield one, chain + (at,)
        if one.is_deployment and not (one.symbol or "").lower().endswith("telemetry") and len(chain) < 9:
            inner = one.inner()
            if inner:
                yield from walk(inner, chain + (at,))


def is_cut(value):
    """A piece of an id that was given as a whole: last(split(parameters('id'), '/'))."""
    if isinstance(value, Call):
        return value.name == "split" or any(is_cut(item) for item in value.args)
    return isinstance(value, Alt) and any(is_cut(item) for item in value.items)


def flow(value, path="", derived=False, ids=True):
    """(ARM path, parameter path, whether it is computed from it) for every parameter in a value. The names in an id
    count where `ids`, or where they are cut out of another id."""
    if isinstance(value, Sym):
        yield path, value.path, derived
    elif isinstance(value, Id):
        for item in value.names:
            if ids or is_cut(item):
                yield from flow(item, path, True, True)
    elif isinstance(value, Alt):
        for item in value.items:
            yield from flow(item, path, derived, ids)
    elif isinstance(value, Each):
        yield from flow(value.item, path + "[]", derived, ids)
    elif isinstance(value, MapOf):
        yield from flow(value.item, path + "{}", derived, ids)
    elif isinstance(value, Union):
        for item in value.items:
            yield from flow(item, path, derived, ids)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from flow(item, f"{path}.{key}" if path else key, derived, ids)
    elif isinstance(value, list):
        for item in value:
            yield from flow(item, path + "[]", derived, ids)
    elif isinstance(value, Call):
        for item in value.args:
            yield from flow(item, path, True, ids)


def same_type(one, other):
    return one.lower() == other.lower()


def kinds_of(value):
    """The kinds in an evaluated `identity`: a set of system, user, or {'?'}."""
    if value is None:
        return frozenset()
    if isinstance(value, dict):
        value = value.get("type")
        if value is None:
            return frozenset()
    if isinstance(value, str):
        text = value.lower()
        return frozenset(kind for kind in ("system", "user") if kind + "assigned" in text)
    if isinstance(value, Alt):
        seen = {kinds_of(item) for item in value.items}
        if len(seen) == 1:
            return seen.pop()
    if isinstance(value, Call) and value.name == "fail":
        return frozenset(["fail"])
    return frozenset("?")


def say(kinds):
    return ",".join(kind for kind in ("system", "user", "fail", "?") if kind in kinds) or "none"


KEYS = {
    "systemassigned": "system",
    "userassignedresourceids": "user",
    "userassignedresourceid": "user",  # some modules take one
    "userassignedresourcesids": "user",  # until 2024
}


def given(path, value):
    """{'a': [{'b': value}]} for a[].b"""
    for one in reversed(path.split(".")):
        name = one.rstrip("[]")
        value = {name: [value] if one.endswith("[]") else value}
    return value


def merged(one, other):
    made = dict(one)
    for key, item in other.items():
        if key in made and isinstance(item, dict) and isinstance(made[key], dict):
            made[key] = merged(made[key], item)
        elif key in made and isinstance(item, list) and isinstance(made[key], list):
            made[key] = [merged(made[key][0], item[0])]
        else:
            made[key] = item
    return made


class Module:
    def __init__(self, path, raw):
        self.path, self.raw = path, raw
        self.is_pattern = path.startswith("avm/ptn/")
        self.template = Template(raw, {})
        self.all = [(one, chain) for one, chain in walk(self.template) if one.type]
        self.kept = [
            (one, chain) for one, chain in self.all
            if not one.existing and not one.is_deployment and (len(chain) == 1 or not SKIPPED.match(one.type))
        ]
        self.main, self.main_resource = self.find_main()
        self.plain = None

    def output_names(self):
        return list(self.raw.get("outputs") or {})

    def find_main(self):
        name = next((name for name in self.output_names() if name.lower() == "resourceid"), None)
        value = self.template.output(name) if name else None
        found = None
        for one in value.items if isinstance(value, Alt) else (value,):
            one = id_of(one)
            if isinstance(one, Attr) and one.path in (("id",), ("properties", "id")):
                return one.res.type, one.res
            if isinstance(one, Id):
                found = one
        if found is None:
            # No output of that name (old versions of some, and a few new ones): a template with one resource of
            # its own besides extensions deploys that one.
            own = [
                one for one, chain in self.kept
                if len(chain) == 1 and not same_type(one.type, ROLE_ASSIGNMENT) and not SKIPPED.match(one.type)
            ]
            types = list(dict.fromkeys(one.type for one in own))
            if self.is_pattern or len(types) != 1:
                return None, None
            return types[0], own[0]
        names = frozen(joined(found.names))
        candidates = [one for one, _ in self.kept if same_type(one.type, found.type)]
        for one in candidates:
            if frozen(name_of(one.value("name"))) == names:
                return one.type, one
        return (candidates[0].type, candidates[0]) if candidates else (found.type, None)

    def short(self, kind):
        """A type relative to the main one."""
        if self.main:
            if same_type(kind, self.main):
                return ""
            if kind.lower().startswith(self.main.lower() + "/"):
                return kind[len(self.main):]
        return kind

    # -- with concrete values

    def instance(self, values, chain):
        """The resource at `chain` with concrete parameters, as if it were deployed."""
        template = Template(self.raw, values, None, False)
        for depth, at in enumerate(chain):
            one = template.resources[at]
            if one.copy:
                count = template.evaluate(one.copy["count"], {})
                if isinstance(count, int):
                    one.index = 0
            if depth == len(chain) - 1:
                return one
            template = one.inner()
        return None

    def declared(self, path):
        """The schema of a parameter path, or None."""
        segments = path.split(".")
        schema = {"properties": self.raw.get("parameters") or {}}
        for one in segments:
            name = one.rstrip("[]{}")
            schema = self.resolved(schema)
            schema = get(schema.get("properties") or {}, name)
            if schema is None:
                return None
            for _ in range(one.count("[]")):
                schema = self.resolved(schema).get("items")
                if schema is None:
                    return None
        return self.resolved(schema)

    def resolved(self, schema):
        for _ in range(10):
            reference = schema.get("$ref")
            if not reference:
                break
            schema = (self.raw.get("definitions") or {}).get(reference.rsplit("/", 1)[-1]) or {}
        return schema

    # -- column 4

    def identities(self):
        facts = {}
        for one, chain in self.kept:
            if "identity" not in one.raw:
                continue
            for fact in self.identity(one, chain):
                if "deploymentScripts" in fact and "managedIdentit" not in fact:
                    continue  # a script's own identity, made for it
                facts[fact] = None
        return list(facts)

    def identity(self, one, chain):
        value = one.value("identity")
        if value is None:
            return
        found = sources(value, True)
        bases = {}
        for path in found:
            base, _, key = path.rpartition(".")
            if key.rstrip("[]").lower() in KEYS:
                bases.setdefault(base, set()).add(key.rstrip("[]"))
        where = self.short(one.type)
        at = f" @{where}" if where else ""
        if not bases:
            yield from self.other_identity(one, chain, value, at)
            return
        base, *fallbacks = list(bases)
        outer = base.rsplit(".", 1)[0] if "." in base else None
        around = given(outer, {}) if outer else {}

        def kinds(value, more=None):
            values = merged(around, given(base, value)) if value is not None else around
            if more:
                values = merged(values, more)
            instance = self.instance(values, chain)
            return kinds_of(instance.value("identity")) if instance else frozenset("?")

        key = next((name for name in sorted(bases[base]) if KEYS[name.lower()] == "user"), "userAssignedResourceIds")
        ids = ["/u"] if key.endswith("s") else "/u"
        absent, empty = kinds(None), kinds({})
        system, no_system = kinds({"systemAssigned": True}), kinds({"systemAssigned": False})
        user, both = kinds({key: ids}), kinds({key: ids, "systemAssigned": True})
        schema = self.declared(base)
        takes = set()
        for name in (schema or {}).get("properties") or bases[base]:
            kind = KEYS.get(name.lower())
            if kind:
                takes.add(kind)
        if not (schema or {}).get("properties"):
            takes = {KEYS[name.lower()] for name in bases[base]}
        is_required = False
        top = (self.raw.get("parameters") or {}).get(base)
        if top is not None and "defaultValue" not in top and not nullable(self.raw, top):
            is_required = True
        always = absent & empty & no_system & user & {"system"}
        said = []
        if "system" in takes:
            said.append("system")
        if "user" in takes:
            said.append("user" if key == "userAssignedResourceIds" else f"user({key})")
        if takes == {"system", "user"}:
            said.append("both" if both == {"system", "user"} else f"both={say(both)}")
        text = f"{base}:{','.join(said)}"
        if always:
            text += " always=system"
        else:
            if is_required:
                text += " required"
            elif absent:
                text += f" default={say(absent)}"
            if empty and not is_required:
                text += f" {{}}={say(empty)}"
        if "system" in takes and system != {"system"}:
            text += f" system={say(system)}"
        if "user" in takes and user != {"user"} and not always:
            text += f" user={say(user)}"
        for other in fallbacks:
            taken = kinds(None, given(other, {"systemAssigned": True}))
            if "system" in taken:
                text += f" else={other}"
        mine = {base, *fallbacks}
        into = [path for path in sources(value) if path.rsplit(".", 1)[0] not in mine and path not in mine]
        if into:
            text += " also=" + ",".join(path.rstrip("[]") for path in into)
        conditions = [
            path for path in found
            if path not in into and path not in mine and path.rsplit(".", 1)[0] not in mine
        ]
        if conditions:
            text += " if=" + ",".join(conditions)
        yield text + at

    def other_identity(self, one, chain, value, at):
        kinds = get(value, "type")
        users = get(value, "userAssignedIdentities")
        found = []
        for path in sources(kinds):
            found.append(f"{path}:type")
        # Parameters that are the id; those within the name of an identity made here are not.
        for _, path, _ in flow(users, ids=False):
            found.append(f"{path.rstrip('[]')}:user")
        conditions = [path for path in sources(kinds, True) if f"{path}:type" not in found]
        found = list(dict.fromkeys(found))
        if found:
            instance = self.instance({}, chain)
            absent = kinds_of(instance.value("identity")) if instance else frozenset("?")
            text = "+".join(found)
            if absent:
                text += f" default={say(absent)}"
            if conditions:
                text += " if=" + ",".join(conditions)
            yield text + at
        elif not self.is_pattern and kinds_of(value):
            conditions = self.conditions(chain)
            text = f"*:always={say(kinds_of(value))}"
            if conditions:
                text += " if=" + ",".join(conditions)
            yield text + at

    # -- columns 5 and 6

    def described(self, value, path):
        """(output path, what it is, resource type)"""
        value = id_of(value)
        if isinstance(value, Attr):
            yield path, ".".join(map(str, value.path)), value.res.type
        elif isinstance(value, Id):
            yield path, "id", value.type
        elif isinstance(value, (Alt, Union)):
            for item in value.items:
                yield from self.described(item, path)
        elif isinstance(value, Each):
            yield from self.described(value.item, path + "[]")
        elif isinstance(value, MapOf):
            yield from self.described(value.item, path + "{}")
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from self.described(item, f"{path}.{key}")
        elif isinstance(value, list):
            for item in value:
                yield from self.described(item, path + "[]")
        elif isinstance(value, Sym):
            yield path, f"param({value.path})", ""
        elif isinstance(value, Call):
            if value.name.startswith("secret:"):
                yield path, "secret", ""
            elif value.name in ("get", "format", "concat", "base64", "string"):
                for item in value.args:
                    for _, what, _ in self.described(item, path):
                        if what == "secret":
                            yield path, "secret", ""

    def outputs(self):
        principals, others, echoes = {}, {}, {}
        raw = self.raw.get("outputs") or {}
        for name in raw:
            if name in ("location", "resourceGroupName", "privateEndpoints"):
                continue
            kind = str(raw[name].get("type", "")).lower()
            value = self.template.output(name)
            if kind.startswith("secure"):
                others[f"{name}=secret"] = None
                continue
            for path, what, where in dict.fromkeys(self.described(value, name)):
                if "privateEndpoints" in path or "hostNameBindings" in path or (
                        SKIPPED.match(where) and not same_type(where, self.main or "")):
                    continue
                what = re.sub(r"^properties\.", "", what)
                short = self.short(where) if where else ""
                suffix = f"({short})" if short else ""
                last = what.rsplit(".", 1)[-1].lower()
                is_identity = same_type(where, USER_ASSIGNED)
                if what.startswith("param("):
                    echoes.setdefault(path, []).append(f"{path}={what}")
                    continue
                if what in ("identity.tenantId", "tenantId"):
                    continue
                if what == "identity.principalId":
                    principals[f"{path}=principalId{suffix}"] = None
                elif is_identity and what in ("principalId", "clientId"):
                    principals[f"{path}={what}{suffix}"] = None
                elif last in ("principalid", "clientid", "objectid") or what == "identity":
                    principals[f"{path}={what}{suffix}"] = None
                elif is_identity and short and what in ("id", "name") or "identity" in what.lower() and last == "resourceid":
                    principals[f"{path}={what}{suffix}"] = None
                elif what == "secret":
                    others[f"{path}=secret"] = None
                elif what == "id":
                    others[f"{path}=id{suffix}"] = None
                elif ADDRESS.search(what):
                    others[f"{path}={what}{suffix}"] = None
            if name == "name":
                own = name_of(self.main_resource.value("name"))[-1] if self.main_resource else None
                items = value.items if isinstance(value, Alt) else (value,)
                if own is not None and any(frozen(item) == frozen(own) for item in items):
                    others["name=name"] = None
        for path, facts in echoes.items():  # an identity's id, or one that the caller gave
            if any(fact.startswith(path + "=") for fact in principals):
                principals.update(dict.fromkeys(facts))
        return list(principals), list(others)

    # -- columns 7 and 8

    def scope(self, one):
        """(type of the scope, its value)"""
        value = one.value("scope")
        if value is None:
            schema = str(one.template.raw.get("$schema", "")).lower()
            for word, name in (("subscriptiond", "subscription"), ("managementgroupd", "managementGroup"), ("tenantd", "tenant")):
                if word in schema:
                    return name, None
            return "resourceGroup", None
        kinds = dict.fromkeys(
            made.type if isinstance(made, Id) else "?"
            for made in (id_of(item) for item in (value.items if isinstance(value, Alt) else (value,)))
        )
        return "|".join(kinds), value

    def grants(self):
        """Role assignments: on the main resource by a parameter, and all the others."""
        own, others = {}, {}
        for one, chain in self.kept:
            if not same_type(one.type, ROLE_ASSIGNMENT):
                continue
            properties = one.value("properties")
            kind, scope = self.scope(one)
            if "privateEndpoints" in kind and not same_type(kind, self.main or "") or (
                    kind.lower() == "microsoft.resources/deploymentscripts" and not same_type(kind, self.main or "")):
                continue
            principal = get(properties, "principalId")
            role = get(properties, "roleDefinitionId")
            given = [path for _, path, derived in flow(principal) if not derived]
            where = self.short(kind)
            if given:
                path = given[0]
                holder, _, field = path.rpartition(".")
                roles = [item for item in sources(role, True) if item != path and "rincipal" not in item.rsplit(".", 1)[-1]]
                if same_type(one.type, self.main or ""):
                    # the module is a role assignment
                    others[f"{path}=grant.principalId"] = None
                    for item in roles[:1]:
                        others[f"{item}=grant.role"] = None
                    for item in sources(get(properties, "principalType")):
                        others[f"{item}=grant.principalType"] = None
                    for item in sources(scope) if scope is not None else self.places(chain):
                        others[f"{item}=grant.scope"] = None
                    others[f"*=grant.on({kind})"] = None
                elif holder.endswith("[]"):
                    holder = holder[:-2]
                    # unless the items are {principalId, roleDefinitionIdOrName}: the fields that are, and fixed roles
                    inner = [item[len(holder) + 3:] for item in roles[:2] if item.startswith(holder + "[].")]
                    fixed = "" if inner else ":" + ",".join(guids(role)[:3])
                    fields = "" if (field, inner[:1]) == ("principalId", ["roleDefinitionIdOrName"]) else (
                        "{" + ",".join([field, *inner]) + "}")
                    if where == "" or kind == "resourceGroup" and same_type(self.main or "", "Microsoft.Resources/resourceGroups"):
                        own[holder + fields + fixed] = None
                    else:
                        others[f"{holder}{fields}=grants({where}{fixed})"] = None
                else:
                    roles = guids(role) or roles[:1]
                    if len(roles) > 3:
                        roles = roles[:0] + ["?"]
                    others[f"{path}=grant.principalId({where or 'main'}:{','.join(roles)})"] = None
                    if scope is not None and kind == "?":
                        for item in sources(scope):
                            others[f"{item}=grant.scope"] = None
            else:
                # A grant that the module makes for an identity of its own.
                held = [item for item in (principal.items if isinstance(principal, Alt) else (principal,)) if isinstance(item, Attr)]
                if not held or self.is_pattern and not same_type(held[0].res.type, self.main or ""):
                    continue
                conditions = self.conditions(chain)
                if isinstance(principal, Alt):
                    conditions = list(sources(principal.conditions, True, dict.fromkeys(conditions)))
                holder = self.short(held[0].res.type) or "main"
                cause = "&".join(conditions) or "*"
                roles = guids(role) or [item for item in sources(role, True) if "role" in item.lower()][:1]
                others[f"{cause}=ownGrant({holder}->{where or 'main'}:{','.join(roles)})"] = None
        return list(own), list(others)

    def places(self, chain):
        """The parameters that say where the deployments around a resource go."""
        found, template = {}, self.template
        for at in chain:
            one = template.resources[at]
            for key in ("scope", "subscriptionId", "resourceGroup"):
                if one.is_deployment and key in one.raw:
                    sources(one.value(key), False, found)
            template = one.inner() if one.is_deployment else template
        return found

    def conditions(self, chain):
        """The parameters in the conditions of a resource and of the deployments around it."""
        found, template = {}, self.template
        for at in chain:
            one = template.resources[at]
            if "condition" in one.raw:
                sources(one.template.evaluate(one.raw["condition"], one.loops()), True, found)
            template = one.inner() if one.is_deployment else template
        return list(found)

    def settings(self, collapse=True):
        """Parameters that reach an ARM property that matters."""
        found, switches = {}, {}
        for one, chain in self.kept:
            if same_type(one.type, ROLE_ASSIGNMENT):
                continue
            lower = one.type.lower()
            whole = WHOLE.get(lower, ())
            if GRANTS_OF_DATA.search(lower):
                whole = tuple("properties." + name for name in (
                    "principalId", "objectId", "user.objectId", "roleDefinitionId", "role", "scope", "accessPolicyName", "principalType"))
            body = {key: one.raw[key] for key in ("name", "kind", "properties") if key in one.raw}
            if lower.endswith("deploymentscripts") and one is not self.main_resource:
                continue
            value = one.template.evaluate(body, one.loops())
            if "name" in value:
                value["name"] = name_of(value["name"])[-1]
            title = value.get("name")
            named = f"[{title.lower()}]" if isinstance(title, str) and lower.endswith("/config") else ""
            if lower.endswith("/config"):
                body = value.get("properties")
                direct = {source for _, source, _ in flow(body)}
                say_so = {}
                for source in sources(body, True):
                    last = source.rsplit(".", 1)[-1]
                    if last != "name" and not any(source == one or one.startswith(source + "[") for one in direct):
                        say_so.setdefault(last, []).append(source)
                for group in say_so.values():
                    switches[f"{'|'.join(group)}=?{self.short(one.type)}{named}:properties".replace("?:", "?")] = None
            for path, source, derived in flow(value):
                known = TYPES.get(lower, ())
                hit = not derived and any(
                    one == path.lower() or one.startswith((path.lower() + ".", path.lower() + "[", path.lower() + "{")) for one in known)
                hit = hit or any(path == start or path.startswith(start + ".") or path.startswith(start + "{") for start in whole)
                if not hit and not (path.startswith("properties.") and INTERESTING.search(path) and not BORING.search(path)):
                    continue
                if derived and source == "name":
                    continue
                if lower == "microsoft.keyvault/vaults/secrets" and (self.main or "").lower() not in (
                        "microsoft.keyvault/vaults", lower) and (derived or not path.startswith("properties")):
                    continue  # keys of this very resource, exported under some name
                if derived and (self.is_pattern or not hit and not INTERESTING.search(path.rsplit(".", 1)[-1])):
                    continue
                if self.is_pattern and not re.search(r"(?i)identit|principal|objectid|clientid|secret|password|keyvault|roledef", source):
                    continue
                slot = found.setdefault((self.short(one.type) + named, path, chain), {})
                slot.setdefault(source, derived)
        # what is fixed, for switches of the main resource
        facts = {}
        for (where, path, chain), slot in found.items():
            direct = [source for source, derived in slot.items() if not derived]
            from_ = direct or list(slot)
            mark = "" if direct else "~"
            default = self.default(chain, path) if len(from_) == 1 else ""
            facts[(where, path, chain)] = (tuple(from_), mark, default)
        return self.parents() + self.collapsed(facts, collapse) + list(switches) + self.fixed()

    def parents(self):
        """The parameters that name what the main resource stands below."""
        if not self.main_resource or "name" not in self.main_resource.raw:
            return []
        names, kinds = name_of(self.main_resource.value("name")), self.main.split("/")
        made = {}
        if len(names) == len(kinds) - 1:
            for at, name in enumerate(names[:-1]):
                for source in sources(name):
                    made[f"{source}=parent({'/'.join(kinds[:at + 2])})"] = None
        return list(made)

    def default(self, chain, path):
        if "[]" in path or "{}" in path:
            return ""
        instance = self.instance({}, chain)
        if instance is None:
            return ""
        value = instance.value("properties") if path.startswith("properties.") else None
        for key in path.split(".")[1:]:
            value = get(value, key)
        if isinstance(value, bool):
            return f"(default {str(value).lower()})"
        if isinstance(value, str) and value and len(value) < 30:
            return f"(default {value})"
        return ""

    def ignored(self):
        """Parameters of a known meaning that the type declares and the template never uses in that meaning."""
        used, found = set(), []
        for one, _ in self.all:
            if same_type(one.type, ROLE_ASSIGNMENT):
                used.update(sources(one.value("properties")))
            elif "identity" in one.raw:
                used.update(sources(one.value("identity"), True))
        used = {re.sub(r"(\[\])?\.[^.]*$", "", path).lower() for path in used} | {path.lower() for path in used}

        def look(schema, path, depth):
            schema = self.resolved(schema)
            while schema.get("items"):
                schema, path = self.resolved(schema["items"]), path + "[]"
            for name, inner in (schema.get("properties") or {}).items():
                at = f"{path}.{name}" if path else name
                if name in ("roleAssignments", "managedIdentities"):
                    hit = any(one == at.lower() or one.startswith((at + ".").lower()) or one.startswith((at + "[]").lower()) for one in used)
                    if not hit and "rivateEndpoint" not in at:
                        found.append(f"{at}=ignored")
                elif depth < 5 and isinstance(inner, dict):
                    look(inner, at, depth + 1)

        look({"properties": self.raw.get("parameters") or {}}, "", 0)
        return found

    def fixed(self):
        facts = {}
        for one, chain in self.kept:
            if self.is_pattern or one is not self.main_resource:
                continue
            stack = [("properties", one.raw.get("properties"))]
            while stack:
                path, raw = stack.pop()
                if isinstance(raw, dict):
                    stack.extend((f"{path}.{key}", item) for key, item in raw.items())
                elif isinstance(raw, (bool, str)) and SWITCHES.search(path):
                    value = one.template.evaluate(raw, one.loops())
                    if isinstance(value, (bool, str)):
                        facts[f"*={path}(fixed {str(value).lower()})"] = None
        return list(facts)

    def collapsed(self, facts, collapse):
        """a[].x=p[].x and a[].y=p[].y as a[]{x,y}=p[]."""
        groups, made = {}, {}
        for (where, path, chain), (from_, mark, default) in facts.items():
            head, _, leaf = path.rpartition(".")
            heads = [source.rpartition(".") for source in from_]
            if collapse and head and not default and all(piece[2] == leaf and piece[0] for piece in heads):
                key = (where, head, tuple(piece[0] for piece in heads), mark, chain)
                groups.setdefault(key, []).append(leaf)
                made[("group", key)] = None
            else:
                made[("one", (where, path, from_, mark, default))] = None
        texts = {}
        for kind, key in made:
            if kind == "one":
                where, path, from_, mark, default = key
                left = "|".join(from_)
            else:
                where, path, from_, mark, _ = key
                leaves, default = list(dict.fromkeys(groups[key])), ""
                if len(leaves) == 1:
                    left, path = "|".join(f"{one}.{leaves[0]}" for one in from_), f"{path}.{leaves[0]}"
                else:
                    left = "|".join(from_) + "{" + ",".join(leaves) + "}"
            texts[f"{left}={mark}{where + ':' if where else ''}{path}{default}"] = None
        return list(texts)

    def roles(self):
        """parameter -> {role name: guid} of `builtInRoleNames` beside its role assignments."""
        found = {}
        for one, chain in self.kept:
            if not same_type(one.type, ROLE_ASSIGNMENT):
                continue
            kind, _ = self.scope(one)
            if "privateEndpoints" in kind and not same_type(kind, self.main or ""):
                continue
            given = [path for _, path, derived in flow(get(one.value("properties"), "principalId")) if not derived]
            names = (one.template.raw.get("variables") or {}).get("builtInRoleNames")
            if given and isinstance(names, dict):
                holder = given[0].rpartition(".")[0]
                known = {}
                for name, raw in names.items():
                    known[name] = (guids(one.template.evaluate(raw, {})) or ["?"])[0]
                found[holder[:-2] if holder.endswith("[]") else holder] = known
        return found

    def facts(self, collapse=True):
        principals, others = self.outputs()
        own, grants = self.grants()
        return {
            3: [self.main or "-"],
            4: self.identities(),
            5: principals,
            6: others,
            7: own,
            8: self.settings(collapse) + grants + ([] if self.is_pattern else self.ignored()),
            "roles": self.roles(),
        }


def guids(value):
    found = []
    for one in value.items if isinstance(value, Alt) else (value,):
        text = one.names[-1] if isinstance(one, Id) and one.names else one
        if isinstance(text, str):
            text = text.rsplit("/", 1)[-1]
            if re.fullmatch(r"[0-9a-f-]{36}", text.lower()):
                found.append(text.lower())
    return found


# ----------------------------------------------------------------------------------------------------- history


def numbers(version):
    return tuple(int(part) for part in version.split("."))


class Git:
    """Reads blobs of the checkout's repository, and nothing else."""

    def __init__(self, checkout):
        self.checkout = checkout
        self.batch = None

    def run(self, *args):
        made = subprocess.run(["git", "-C", self.checkout, *args], capture_output=True, text=True)
        return made.stdout.strip() if made.returncode == 0 else ""

    def blob(self, name):
        if self.batch is None:
            self.batch = subprocess.Popen(
                ["git", "-C", self.checkout, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.batch.stdin.write(name.encode() + b"\n")
        self.batch.stdin.flush()
        head = self.batch.stdout.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            return None
        data = self.batch.stdout.read(int(head[2]))
        self.batch.stdout.read(1)
        return data


def load(data):
    return json.loads(data.decode("utf-8-sig") if isinstance(data, bytes) else data)


def left(column, fact):
    """What a fact is about: its parameter or output."""
    if column == 4:
        return fact.split(":")[0] + (fact[fact.rindex(" @"):] if " @" in fact else "")
    return fact.split("=")[0]


def right(column, fact):
    return fact[len(fact.split(":" if column == 4 else "=")[0]):]


def implied(fact, facts):
    """a.b=p.b by a=p: the whole object is passed on now."""
    source, _, target = fact.partition("=")
    for other in facts:
        outer, _, into = other.partition("=")
        rest = source[len(outer):]
        if source.startswith(outer) and rest[:1] in (".", "[") and re.sub(r"\(default .*", "", target).lower() == (into + rest).lower():
            return True
    return False


def differences(old, new, version):
    """What changed from one version to the next, as texts `column:...@version`."""
    made = []
    for column in (3, 4, 5, 6, 7, 8):
        fold = lambda facts: {fact.lower(): fact for fact in facts}
        before, after = fold(old[column]), fold(new[column])
        gone = [fact for key, fact in before.items() if key not in after]
        come = [fact for key, fact in after.items() if key not in before]
        gone = [fact for fact in gone if not implied(fact, new[column])]
        if column == 3:
            if gone != come and gone != ["-"] and come != ["-"]:
                made.append(f"3:{gone[0]}->{come[0]}@{version}")
            continue
        pairs = []
        for same in (lambda a, b: left(column, a).lower() == left(column, b).lower(),
                     lambda a, b: right(column, a).lower() == right(column, b).lower() and right(column, a) != ""):
            for fact in list(gone):
                others = [one for one in come if same(fact, one)]
                mine = [one for one in gone if same(one, fact)]
                if len(others) == 1 and len(mine) == 1:
                    pairs.append((fact, others[0]))
                    gone.remove(fact)
                    come.remove(others[0])
        for one, other in pairs:
            if left(column, one).lower() == left(column, other).lower():
                made.append(f"{column}:{one}->{right(column, other)}@{version}")
            else:
                made.append(f"{column}:{left(column, one)}->{left(column, other)}@{version}")
        for fact in gone:
            made.append(f"{column}:-{fact}@{version}")
        for fact in come:
            # An older version cannot be called with a parameter, or asked for an output, that it does not have;
            # what a module does unasked is worth telling.
            if column in (6, 8) and not fact.startswith("*=") and "ownGrant" not in fact:
                continue
            made.append(f"{column}:+{fact}@{version}")
    return made


# ---------------------------------------------------------------------------------------------------- the table

BASIC_ROLES = {"Contributor", "Owner", "Reader", "Role Based Access Control Administrator", "User Access Administrator"}

HEADER = """\
# What AVM Bicep modules (br/public:avm/res/..., br/public:avm/ptn/...) do with identities, without their source.
# Source: Azure/bicep-registry-modules, commit {commit}, {date}, licence MIT. Facts only (names, types, paths).
# Made by avm-bicep.py <checkout> --types src/azure/arm.tsv, do not edit. Every published module's compiled main.json is evaluated, at each of its
# release tags too (column 9). Published = the checkout has a tag `<module>/<x.y.z>`.
# Tab-separated, `-` = none, entries joined by `; `; sorted by module. Parameter and output paths: `a.b`, `[]` each item,
# `{{}}` each value. `*` in a parameter's place = none, the module does it unasked. A type that starts with `/` is below that of
# column 3; no type = column 3 itself.
# 1 module
# 2 newest version
# 3 ARM type whose id is the output `resourceId`
# 4 identity: `parameter:kinds marks [@type]`
#     kinds   what the parameter's type has: system (systemAssigned), user (userAssignedResourceIds; other keys in
#             parentheses), both (the template sends both); both=system, both=fail: what comes of asking for both.
#             `a:type+b:user` the parameter a is the identity's type itself, b one id (or a list) as it stands
#     default=K   parameter absent: K.  {{}}=K  parameter is an empty object: K.  Neither: no identity then.  required
#     always=K    whatever the parameter says (or `*`, no parameter)
#     system=K, user=K    systemAssigned: true, or ids alone, do not give what they say, but K
#     else=p      absent, the parameter p is taken in its stead;  also=p  ids come from p too;  if=p  p has a say
# 5 outputs that are an identity's: `output=what[(type)]`; principalId = of the system-assigned identity, or of the
#   user-assigned identity that the type says; clientId likewise; param(p) = or what the caller gave; anything
#   else is the path below `properties`
# 6 other outputs: id, name, secret (a key, or declared @secure()), else the path below `properties`
# 7 parameter with role assignments ON the resource of column 3; items {{principalId, roleDefinitionIdOrName, ...}} unless said
# 8 other parameters, `parameter=[type:]ARM path`
#     a|b=        the first that is given (or either); a{{x,y}}=p is short for a.x=p.x, a.y=p.y; =~ it is computed from that
#     (default v) what is sent when the parameter is absent; (fixed v) there is no parameter
#     /config[appsettings] the child of that name; =? decides whether or what, and is not part of it
#     =parent(type)            names the resource that column 3 stands below
#     =grants(type[:role])     role assignments on that resource, items as in column 7
#     =grant.principalId, .role, .principalType, .scope, .on(scope)    the module is a role assignment
#     =grant.principalId(type:role)     gives this principal that role on a resource of that type
#     =ownGrant(holder->type:role)      gives the identity of `holder` (main = column 3) that role, if these parameters say so
#     =ignored    declared by the parameter's type, and used nowhere
# 9 versions, proven by the main.json of each release tag: `column:old->new@v` renamed or changed with version v (without `=` or
#   `:` only the left side changed, with them at the start only the right), `column:-fact@v` gone, `column:+fact@v` new with v.
#   Paths are not shortened with {{x,y}} here. Not told: parameters and outputs of columns 6 and 8 that came later, for an older
#   version cannot be called with them.
"""


def read_types(path):
    for line in open(path, encoding="utf-8"):
        if not line.startswith("#"):
            kind, _, *lists = line.rstrip("\n").split("\t")
            paths = {one.lstrip("?").lower() for text in lists[:4] for one in text.split(",") if one != "-"}
            TYPES[kind.lower()] = {one for one in paths if one.startswith("properties.") or one == "name"}


def published(git):
    found = collections.defaultdict(list)
    for tag in git.run("tag", "--list", "avm/*").split():
        parts = re.fullmatch(r"(avm/(?:res|ptn)/.+)/(\d+\.\d+\.\d+)", tag)
        if parts:
            found[parts[1]].append(parts[2])
    return {path: sorted(versions, key=numbers) for path, versions in found.items()}


def noted(checkout, path):
    """The version that version.json and CHANGELOG.md speak of."""
    try:
        text = open(os.path.join(checkout, path, "CHANGELOG.md"), encoding="utf-8-sig").read()
        found = re.search(r"^## (\d+\.\d+\.\d+)", text, re.M)
        if found:
            return found[1]
    except OSError:
        pass
    try:
        return load(open(os.path.join(checkout, path, "version.json"), "rb").read()).get("version")
    except (OSError, ValueError):
        return None


def relevant(facts):
    return any(facts[column] for column in (4, 5, 7)) or any("=parent(" not in fact for fact in facts[8]) or any(
        not fact.endswith("=id") and fact != "name=name" for fact in facts[6])


def main():
    arguments = list(sys.argv[1:])
    if "--types" in arguments:
        at = arguments.index("--types")
        read_types(arguments[at + 1])
        del arguments[at:at + 2]
    arguments = [one for one in arguments if not one.startswith("--")]
    if not arguments:
        sys.exit(__doc__)
    checkout = arguments[0]
    out = arguments[1] if len(arguments) > 1 else os.path.dirname(os.path.abspath(__file__))
    history = "--no-history" not in sys.argv
    sys.setrecursionlimit(20000)
    git = Git(checkout)
    commit, date = git.run("log", "-1", "--format=%H"), git.run("log", "-1", "--format=%cs")
    tags = published(git)
    present = []
    for top in ("avm/res", "avm/ptn"):
        for folder, folders, files in os.walk(os.path.join(checkout, top)):
            folders[:] = sorted(name for name in folders if name != "tests")
            if "main.json" in files and "version.json" in files:
                present.append(os.path.relpath(folder, checkout))
    if not tags:  # a checkout without tags: what version.json names
        print("no release tags: versions from CHANGELOG.md, no history", file=sys.stderr)
        tags = {path: [noted(checkout, path) or "-"] for path in present}
        history = False
    rows, roles, left_out, notes, problems = [], [], [], [], []
    for path in sorted(set(present) | set(tags)):
        versions = tags.get(path)
        if not versions:
            notes.append(f"{path}: in the tree, never tagged: left out")
            continue
        newest = versions[-1]
        if path in present:
            raw = open(os.path.join(checkout, path, "main.json"), "rb").read()
            other = noted(checkout, path)
            if other and other != newest and not newest.startswith(other + "."):
                notes.append(f"{path}: CHANGELOG.md speaks of {other}, the newest tag is {newest}")
        else:
            raw = git.blob(f"{path}/{newest}:{path}/main.json")
            notes.append(f"{path}: not in the tree any more, read at its newest tag")
        module = Module(path, load(raw))
        facts = module.facts()
        changes, since, first = [], {}, {}
        if history:
            before, last = None, None
            for version in versions:
                old = git.blob(f"{path}/{version}:{path}/main.json")
                if old is None:
                    problems.append(f"{path}/{version}: no main.json")
                    continue
                now = before if old == last else Module(path, load(old)).facts(False)
                if before is not None and now is not before:
                    changes.extend(differences(before, now, version))
                if now is not before:
                    for parameter, names in now["roles"].items():
                        first.setdefault(parameter, version)
                        for name in names:
                            since.setdefault((parameter, name), version)
                    if before is not None:
                        for parameter, names in before["roles"].items():
                            for name in names:
                                if parameter in now["roles"] and name not in now["roles"][parameter]:
                                    since.pop((parameter, name), None)
                                    since[(parameter, "-" + name)] = version
                before, last = now, old
            tree = module.facts(False)
            if before is not None and any(set(before[column]) != set(tree[column]) for column in range(3, 9)):
                notes.append(f"{path}: the tree is ahead of {newest}: " + "; ".join(differences(before, tree, "tree")))
        if not relevant(facts) and not changes:
            left_out.append(path)
            continue
        columns = [path, newest] + ["; ".join(facts[column]) or "-" for column in range(3, 9)] + ["; ".join(changes) or "-"]
        assert not any("\t" in one or "\n" in one for one in columns)
        rows.append("\t".join(columns))
        for parameter, names in sorted(facts["roles"].items()):
            more = []
            for name in sorted(set(names) - BASIC_ROLES):
                start = since.get((parameter, name))
                more.append(name + (f"@{start}" if start and start != first.get(parameter) else ""))
            gone = sorted(f"{name}@{version}" for (one, name), version in since.items() if one == parameter and name.startswith("-"))
            lacks = sorted(f"!{name}" for name in BASIC_ROLES - set(names))
            roles.append((path, parameter, more + lacks + gone, names))
    with open(os.path.join(out, "avm-bicep.tsv"), "w", encoding="utf-8", newline="\n") as file:
        file.write(HEADER.format(commit=commit, date=date))
        for note in notes:
            file.write(f"# note: {note}\n")
        file.write(f"# {len(rows)} modules; {len(left_out)} published modules have nothing in 4, 5, 7, 8 and only an id and a name in 6:\n")
        for at in range(0, len(left_out), 6):
            file.write("#   " + " ".join(left_out[at:at + 6]) + "\n")
        file.writelines(row + "\n" for row in rows)
    write_roles(os.path.join(out, "avm-bicep-roles.tsv"), roles, commit, date)
    print(f"{len(rows)} rows, {len(left_out)} left out, {len(notes)} notes", file=sys.stderr)
    for one in problems[:20]:
        print(one, file=sys.stderr)


def write_roles(path, roles, commit, date):
    ids = collections.defaultdict(collections.Counter)
    for _, _, _, names in roles:
        for name, guid in names.items():
            ids[name][guid] += 1
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(f"""\
# Role names that `roleDefinitionIdOrName` of AVM Bicep modules takes. Any other text without `/providers/Microsoft.Authorization/
# roleDefinitions/` is taken for a GUID: another name makes an id that does not exist, and the deployment fails.
# Source: Azure/bicep-registry-modules, commit {commit}, {date}, licence MIT. Made by avm-bicep.py, do not edit.
# First part: `=`, name, GUID that the modules give it (the count behind others, if they do not agree).
# Second part: module, parameter, names joined by `|`. Not listed, for (nearly) all have them: {", ".join(sorted(BASIC_ROLES))};
# `!name` = not even that one. `name@v` = since version v, `-name@v` = until before v.
""")
        for name, counts in sorted(ids.items(), key=lambda pair: pair[0].lower()):
            guid, *others = [one for one, _ in counts.most_common()]
            file.write("\t".join(["=", name, guid + "".join(f",{other}*{counts[other]}" for other in others)]) + "\n")
        for module, parameter, names, _ in roles:
            if names:
                file.write("\t".join([module, parameter, "|".join(names)]) + "\n")


if __name__ == "__main__":
    main()
