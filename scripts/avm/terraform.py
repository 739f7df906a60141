#!/usr/bin/env python3
"""Derives avm-terraform.tsv: what a call of an Azure Verified Module says about identities.

    avm-terraform.py DIR [--types azurerm.tsv] [--missing NAMES] [--only REGEX] [--latest] [--dump MODULE [REV]] > avm-terraform.tsv

DIR holds one checkout or bare clone per module, each named like its repository
(terraform-azurerm-avm-res-web-site). Nothing is executed: the Terraform files of every tag are read with git, parsed
here, and followed from inputs to resource arguments and from resource attributes to outputs.
Standard library only. The table goes to standard output.
"""
import argparse, os, re, subprocess, sys
from collections import OrderedDict

sys.setrecursionlimit(20000)

# ---------------------------------------------------------------- HCL


class Bad(Exception):
    pass


class Hcl:
    """A reader of HCL2 native syntax. Expressions become tuples, bodies (attrs, blocks)."""

    OPS = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/", "%"]]

    def __init__(self, text, at=0):
        self.s, self.i, self.multi = text, at, 0

    def fail(self, why):
        line = self.s.count("\n", 0, self.i) + 1
        raise Bad(f"{why} at line {line}: {self.s[self.i:self.i + 40]!r}")

    def skip(self, nl=None):
        nl = self.multi > 0 if nl is None else nl
        s, n = self.s, len(self.s)
        while self.i < n:
            c = s[self.i]
            if c in " \t\r\ufeff" or (nl and c == "\n"):
                self.i += 1
            elif c == "#" or s.startswith("//", self.i):
                j = s.find("\n", self.i)
                self.i = n if j < 0 else j
            elif s.startswith("/*", self.i):
                j = s.find("*/", self.i)
                self.i = n if j < 0 else j + 2
            else:
                return

    def ident(self):
        m = re.compile(r"[^\W\d][\w-]*").match(self.s, self.i)
        if not m:
            self.fail("name expected")
        self.i = m.end()
        return m.group()

    def peek(self, text):
        return self.s.startswith(text, self.i)

    def take(self, text):
        if not self.peek(text):
            self.fail(f"{text!r} expected")
        self.i += len(text)

    def body(self, top=False):
        attrs, blocks = OrderedDict(), []
        keep, self.multi = self.multi, 0
        while True:
            self.skip(True)
            if self.i >= len(self.s):
                if top:
                    break
                self.fail("end of file")
            if self.peek("}"):
                if top:
                    self.fail("stray }")
                self.i += 1
                break
            name = self.ident()
            self.skip(False)
            if self.peek("=") and not self.peek("=="):
                self.i += 1
                self.skip(False)
                attrs[name] = self.expr()
                continue
            labels = []
            while not self.peek("{"):
                if self.peek('"'):
                    part = self.string()
                    labels.append(part[1] if part[0] == "lit" else "?")
                else:
                    labels.append(self.ident())
                self.skip(False)
            self.i += 1
            blocks.append((name, labels, self.body()))
        self.multi = keep
        return attrs, blocks

    def expr(self):
        cond = self.binary(0)
        self.skip()
        if self.peek("?"):
            self.i += 1
            self.skip(True)
            a = self.expr()
            self.skip(True)
            self.take(":")
            self.skip(True)
            return ("cond", cond, a, self.expr())
        return cond

    def binary(self, level):
        if level == len(self.OPS):
            return self.unary()
        left = self.binary(level + 1)
        while True:
            self.skip()
            op = next((o for o in self.OPS[level] if self.peek(o)), None)
            if op is None:
                return left
            self.i += len(op)
            self.skip(True)
            left = ("bin", op, left, self.binary(level + 1))

    def unary(self):
        self.skip()
        if self.peek("!") and not self.peek("!="):
            self.i += 1
            return ("not", self.unary())
        if self.peek("-"):
            self.i += 1
            return ("un", self.unary())
        return self.postfix(self.primary())

    def postfix(self, e):
        while True:
            if not self.multi:
                pass
            else:
                at = self.i
                self.skip()
                if not (self.peek(".") or self.peek("[")):
                    self.i = at
                    return e
            if self.peek("...") or not (self.peek(".") or self.peek("[")):
                return e
            if self.peek("["):
                self.i += 1
                self.multi += 1
                self.skip()
                if self.peek("*"):
                    self.i += 1
                    self.skip()
                    e = ("step", e, ("splat",))
                else:
                    x = self.expr()
                    self.skip()
                    e = ("step", e, ("idx", x))
                self.take("]")
                self.multi -= 1
            else:
                self.i += 1
                self.skip()
                if self.peek("*"):
                    self.i += 1
                    e = ("step", e, ("splat",))
                    continue
                m = re.compile(r"\d+").match(self.s, self.i)
                if m:
                    self.i = m.end()
                    e = ("step", e, ("idx", ("lit", int(m.group()))))
                else:
                    e = ("step", e, ("attr", self.ident()))

    def primary(self):
        self.skip()
        c = self.s[self.i : self.i + 1]
        if c == "(":
            self.i += 1
            self.multi += 1
            e = self.expr()
            self.skip()
            self.take(")")
            self.multi -= 1
            return e
        if c == '"':
            return self.string()
        if self.peek("<<"):
            return self.heredoc()
        if c == "[":
            return self.tuple()
        if c == "{":
            return self.object()
        m = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?").match(self.s, self.i)
        if m:
            self.i = m.end()
            return ("lit", float(m.group()) if m.group(1) or m.group(2) else int(m.group()))
        name = self.ident()
        while self.peek("::"):
            self.i += 2
            name += "::" + self.ident()
        if self.peek("("):
            self.i += 1
            self.multi += 1
            args = []
            self.skip()
            while not self.peek(")"):
                args.append(self.expr())
                self.skip()
                if self.peek("..."):
                    self.i += 3
                    args[-1] = ("spread", args[-1])
                    self.skip()
                if self.peek(","):
                    self.i += 1
                self.skip()
            self.i += 1
            self.multi -= 1
            return ("call", name, args)
        if name in ("true", "false"):
            return ("lit", name == "true")
        if name == "null":
            return ("lit", None)
        return ("name", name)

    def forhead(self):
        m = re.compile(r"for\b").match(self.s, self.i)
        if not m:
            return None
        self.i = m.end()
        self.skip()
        names = [self.ident()]
        self.skip()
        if self.peek(","):
            self.i += 1
            self.skip()
            names.append(self.ident())
            self.skip()
        self.take("in")
        coll = self.expr()
        self.skip()
        self.take(":")
        self.skip()
        return names, coll

    def tuple(self):
        self.take("[")
        self.multi += 1
        self.skip()
        head = self.forhead()
        if head:
            item = self.expr()
            self.skip()
            if re.compile(r"if\b").match(self.s, self.i):
                self.i += 2
                self.expr()
                self.skip()
            self.take("]")
            self.multi -= 1
            return ("forT", head[0], head[1], item)
        items = []
        while not self.peek("]"):
            items.append(self.expr())
            self.skip()
            if self.peek(","):
                self.i += 1
            self.skip()
        self.i += 1
        self.multi -= 1
        return ("tuple", items)

    def object(self):
        self.take("{")
        at = self.i
        self.multi += 1
        self.skip()
        head = self.forhead()
        if head:
            key = self.expr()
            self.skip()
            self.take("=>")
            item = self.expr()
            self.skip()
            if self.peek("..."):
                self.i += 3
                self.skip()
                item = ("tuple", [item])
            if re.compile(r"if\b").match(self.s, self.i):
                self.i += 2
                self.expr()
                self.skip()
            self.take("}")
            self.multi -= 1
            return ("forO", head[0], head[1], key, item)
        self.i = at
        keep, self.multi = self.multi - 1, 0
        items = []
        while True:
            self.skip(True)
            if self.peek(","):
                self.i += 1
                continue
            if self.peek("}"):
                self.i += 1
                break
            m = re.compile(r"[^\W\d][\w-]*(?=[ \t]*[=:])").match(self.s, self.i)
            if m:
                self.i = m.end()
                key = ("lit", m.group())
            else:
                key = self.expr()
            self.skip()
            if self.peek("=") or self.peek(":"):
                self.i += 1
            else:
                self.fail("= expected")
            self.skip(True)
            items.append((key, self.expr()))
        self.multi = keep
        return ("obj", items)

    ESC = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}

    def template(self, stop):
        """Parts of a template up to `stop` (a callable that is true at its end)."""
        parts, buf, s = [], [], self.s
        while not stop():
            if self.i >= len(s):
                self.fail("end of template")
            if s.startswith("$${", self.i) or s.startswith("%%{", self.i):
                buf.append(s[self.i + 1 : self.i + 3])
                self.i += 3
            elif s.startswith("${", self.i):
                self.i += 2
                if self.peek("~"):
                    self.i += 1
                if buf:
                    parts.append("".join(buf))
                    buf = []
                self.multi += 1
                parts.append(self.expr())
                self.skip()
                if self.peek("~"):
                    self.i += 1
                self.take("}")
                self.multi -= 1
            elif s.startswith("%{", self.i):
                j = s.find("}", self.i)
                self.i = j + 1
            else:
                buf.append(s[self.i])
                self.i += 1
        if buf:
            parts.append("".join(buf))
        if not parts:
            return ("lit", "")
        if len(parts) == 1:
            return ("lit", parts[0]) if isinstance(parts[0], str) else parts[0]
        return ("tmpl", parts)

    def string(self):
        self.take('"')
        # escapes: handled by a small pre-pass that keeps interpolations whole
        s, out = self.s, []
        start, depth, j = self.i, 0, self.i
        while j < len(s):
            c = s[j]
            if depth == 0 and c == "\\":
                j += 2
                continue
            if s.startswith("${", j) or s.startswith("%{", j):
                if not (j > start and s[j - 1] == s[j]):
                    depth += 1
                    j += 2
                    continue
            if depth and c == '"':
                sub = Hcl(s, j)
                sub.string()
                j = sub.i
                continue
            if depth and c == "{":
                depth += 1
            if depth and c == "}":
                depth -= 1
                j += 1
                continue
            if depth == 0 and c == '"':
                break
            j += 1
        inner = s[start:j]
        self.i = j + 1
        sub = Hcl(inner)
        e = sub.template(lambda: sub.i >= len(inner))
        fix = lambda t: re.sub(r"\\(.)", lambda m: self.ESC.get(m.group(1), m.group(1)), t)
        if e[0] == "lit" and isinstance(e[1], str):
            return ("lit", fix(e[1]))
        return e

    def heredoc(self):
        m = re.compile(r"<<(-?)([\w-]+)[ \t]*\r?\n").match(self.s, self.i)
        if not m:
            self.fail("heredoc expected")
        end = re.compile(r"^[ \t]*%s[ \t]*\r?$" % re.escape(m.group(2)), re.M).search(self.s, m.end())
        if not end:
            self.fail("heredoc not closed")
        inner = self.s[m.end() : end.start()]
        self.i = end.end()
        try:
            sub = Hcl(inner)
            return sub.template(lambda: sub.i >= len(inner))
        except Bad:
            return ("lit", inner)


# ---------------------------------------------------------------- types of variables


def typ(e):
    """('obj', {name: (type, optional, default)}) | ('map'|'list', type) | ('prim', name)"""
    if e is None:
        return ("prim", "any")
    if e[0] == "name":
        return ("prim", e[1])
    if e[0] == "call":
        f, a = e[1], e[2]
        if f == "object" and a and a[0][0] == "obj":
            out = OrderedDict()
            for k, v in a[0][1]:
                opt, default = False, None
                if v[0] == "call" and v[1] == "optional":
                    opt, default = True, (v[2][1] if len(v[2]) > 1 else None)
                    v = v[2][0]
                out[k[1]] = (typ(v), opt, default)
            return ("obj", out)
        if f == "map" and a:
            return ("map", typ(a[0]))
        if f in ("list", "set") and a:
            return ("list", typ(a[0]))
        if f == "optional":
            return typ(a[0])
    return ("prim", "any")


def leaves(t, path=""):
    """(path, type, optional default) of every field, parents first."""
    if t[0] == "obj":
        for name, (sub, opt, default) in t[1].items():
            p = f"{path}.{name}" if path else name
            yield p, sub, opt, default
            yield from leaves(sub, p)
    elif t[0] == "map":
        yield from leaves(t[1], path + "{}")
    elif t[0] == "list":
        yield from leaves(t[1], path + "[]")


def literal(e):
    """Short text of a literal default, or None."""
    if e is None:
        return None
    if e[0] == "lit":
        v = e[1]
        return {True: "true", False: "false", None: "null"}.get(v, str(v)) if not isinstance(v, (int, float)) or isinstance(v, bool) else str(v)
    if e[0] == "obj":
        if not e[1]:
            return "{}"
        parts = [(k[1] if k[0] == "lit" else "?", literal(v)) for k, v in e[1]]
        return None if any(v is None for _, v in parts) else "{" + ",".join(f"{k}={v}" for k, v in parts) + "}"
    if e[0] == "tuple":
        parts = [literal(x) for x in e[1]]
        return None if None in parts else "[" + ",".join(parts) + "]"
    return None


# ---------------------------------------------------------------- one version of one module


class Tree:
    """The files of one commit: directory -> merged Terraform."""

    def __init__(self, files):
        self.dirs, self.errors = {}, []
        by = {}
        for path, text in files.items():
            if path.endswith(".tf") and not re.match(r"(examples?|tests?)/", path):
                by.setdefault(os.path.dirname(path), []).append((path, text))
        for d, group in by.items():
            m = self.dirs[d] = {"variable": {}, "output": {}, "resource": {}, "data": {}, "module": {}, "locals": {}, "ephemeral": {}}
            for path, text in sorted(group):
                try:
                    attrs, blocks = Hcl(text.replace("\r\n", "\n")).body(True)
                except Bad as bad:
                    self.errors.append(f"{path}: {bad}")
                    continue
                for kind, labels, body in blocks:
                    if kind == "locals":
                        m["locals"].update(body[0])
                    elif kind in ("variable", "output", "module") and labels:
                        m[kind][labels[0]] = body
                    elif kind in ("resource", "data", "ephemeral") and len(labels) == 2:
                        m[kind][tuple(labels)] = body


UTL = [("private_dns_zone_group", "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"), ("lock", "Microsoft.Authorization/locks"),
       ("private_endpoint", "Microsoft.Network/privateEndpoints"), ("diagnostic", "Microsoft.Insights/diagnosticSettings")]


class Each:  # elements of a collection whose keys are not known
    def __init__(self, items):
        self.items = items


class Mod:  # a call of a local module
    def __init__(self, scope, keyed):
        self.scope, self.keyed = scope, keyed


class Remote:  # a call of a module that is not here
    def __init__(self, source, args):
        self.source, self.args = source, args


class Scope:
    """A directory with its variables bound; evaluates expressions to lists of alternatives.

    An alternative is a `str` path ("var:app_settings", "res:azapi_resource.this.id", with a "/" joined chain of module
    names before the type), a dict, an Each, a Mod, a Remote or ("lit", v)."""

    CAP = 40

    def __init__(self, tree, d, args=None, where=""):
        self.tree, self.d, self.args, self.where = tree, d, args, where
        self.m = tree.dirs.get(d, {k: {} for k in ("variable", "output", "resource", "data", "module", "locals")})
        self.memo, self.busy, self.mods = {}, set(), {}

    # -- names

    def variable(self, name):
        if self.args is None:
            return [f"var:{name}"]
        out = list(self.args.get(name, []))
        if not out:
            v = self.m["variable"].get(name)
            if v and "default" in v[0]:
                out = self.eval(v[0]["default"], {})
        return out

    def local(self, name):
        if name in self.memo:
            return self.memo[name]
        if name in self.busy or name not in self.m["locals"]:
            return []
        self.busy.add(name)
        self.memo[name] = self.eval(self.m["locals"][name], {})
        self.busy.discard(name)
        return self.memo[name]

    def module(self, name):
        if name in self.mods:
            return self.mods[name]
        self.mods[name] = []
        if name not in self.m["module"]:
            return []
        attrs, _ = self.m["module"][name]
        src = attrs.get("source")
        src = src[1] if src and src[0] == "lit" else ""
        env = self.loop(attrs)
        args = {k: self.eval(v, env) for k, v in attrs.items() if k not in ("source", "version", "for_each", "count", "providers", "depends_on")}
        if isinstance(src, str) and src.startswith("."):
            d = os.path.normpath(os.path.join(self.d, src))
            d = "" if d == "." else d
            self.mods[name] = [Mod(Scope(self.tree, d, args, self.where + name + "/"), "for_each" in attrs)]
        else:
            self.mods[name] = [Remote(src, args)]
        return self.mods[name]

    def loop(self, attrs):
        env = {}
        if "for_each" in attrs:
            env["each"] = self.elems(self.eval(attrs["for_each"], {}))
        return env

    # -- collections

    def elems(self, alts):
        out = []
        for a in alts:
            if isinstance(a, str):
                out.append(a + "[]")
            elif isinstance(a, dict):
                for v in a.values():
                    out += v
            elif isinstance(a, Each):
                out += a.items
            elif isinstance(a, (Mod, Remote)):
                out.append(a)
        return uniq(out)[: self.CAP]

    def step(self, alts, st, env):
        out = []
        for a in alts:
            if st[0] == "splat":
                if isinstance(a, (Mod, Remote)) or (isinstance(a, str) and a.startswith("res:")):
                    out.append(a)
                else:
                    out.append(Each(self.elems([a])))
            elif st[0] == "attr":
                out += self.attr(a, st[1])
            else:
                key = self.eval(st[1], env)
                const = [k[1] for k in key if isinstance(k, tuple)]
                if isinstance(a, dict) and const and all(isinstance(c, str) for c in const):
                    for c in const:
                        out += a.get(c, [])
                elif isinstance(a, (Mod, Remote)):
                    out.append(a)
                elif isinstance(a, str):
                    if a.startswith("res:"):
                        out.append(a)
                    elif const and isinstance(const[0], str) and len(key) == 1:
                        out.append(f"{a}.{const[0]}")
                    else:
                        out.append(a + "[]")
                else:
                    out += self.elems([a])
        return uniq(out)[: self.CAP]

    def attr(self, a, name):
        if isinstance(a, str):
            return [a + "." + name]
        if isinstance(a, dict):
            return a.get(name, [])
        if isinstance(a, Each):
            return self.attr_all(a.items, name)
        if isinstance(a, Mod):
            o = a.scope.m["output"].get(name)
            if not o:
                return []
            key = ("out", name)
            if key in a.scope.busy:
                return []
            if key not in a.scope.memo:
                a.scope.busy.add(key)
                a.scope.memo[key] = a.scope.eval(o[0].get("value", ("lit", None)), {})
                a.scope.busy.discard(key)
            return a.scope.memo[key]
        if isinstance(a, Remote):
            args = a.args
            if "utl-interfaces" in a.source:
                arm = lambda t: [("lit", t)]
                if name.startswith("managed_identities"):
                    return args.get("managed_identities", [])
                if "role_assignments" in name:
                    items = self.elems(args.get("role_assignments", []))
                    if "private_endpoint" in name:
                        items = self.elems(self.attr_all(self.elems(args.get("private_endpoints", [])), "role_assignments"))
                    props = {"principalId": self.attr_all(items, "principal_id"), "roleDefinitionId": self.attr_all(items, "role_definition_id_or_name")}
                    return [Each([{"type": arm("Microsoft.Authorization/roleAssignments"), "body": [{"properties": [props]}], "name": []}])]
                for part, t in UTL:
                    if part in name:
                        return [Each([{"type": arm(t), "name": [], "body": []}])] if not name.startswith("lock_azapi") else [{"type": arm(t), "name": [], "body": []}]
                return []
            return [f"mod:{a.source}.{name}"]
        return []

    def attr_all(self, items, name):
        return uniq([x for i in items for x in self.attr(i, name)])

    # -- expressions

    PASS = {"toset", "tolist", "tomap", "nonsensitive", "sensitive", "lower", "upper", "trimspace", "distinct", "compact", "jsondecode", "sort",
            "reverse", "trimsuffix", "trimprefix", "tostring", "title", "chomp", "yamldecode", "replace", "abs", "tobool", "ephemeralasnull"}

    def eval(self, e, env):
        k = e[0]
        if k == "lit":
            return [e]
        if k == "tmpl":
            parts = []
            for p in e[1]:
                if isinstance(p, str):
                    parts.append(p)
                else:
                    alt = [x for x in self.eval(p, env) if isinstance(x, str)]
                    parts.append("${%s}" % alt[0] if alt else "${?}")
            return [("tmpl", "".join(parts))]
        if k == "name":
            return env.get(e[1], [])
        if k == "cond":
            alts = uniq(self.eval(e[2], env) + self.eval(e[3], env))
            if all(isinstance(x, tuple) and x[0] == "lit" for x in alts):
                by = [x for x in self.eval(e[1], env)]
                yes = e[2][1] if e[2][0] == "lit" else None
                sign = "!" if yes in (False, "Disabled", None) else ""
                alts += [("by", ("!" if x[1].startswith("!") != bool(sign) else "") + x[1].lstrip("!")) if isinstance(x, tuple) and x[0] == "by"
                         else ("by", sign + x) for x in by if isinstance(x, str) and x.startswith("var:") or isinstance(x, tuple) and x[0] == "by"]
            return alts[: self.CAP]
        if k == "not":
            return [("by", "!" + x) for x in self.eval(e[1], env) if isinstance(x, str) and x.startswith("var:")]
        if k == "bin":
            if e[1] in ("==", "!=") and e[3][0] == "lit" and isinstance(e[3][1], bool):
                flip = (e[1] == "==") != e[3][1]
                return [("by", ("!" if flip else "") + x) for x in self.eval(e[2], env) if isinstance(x, str) and x.startswith("var:")]
            return []
        if k == "un":
            return []
        if k == "spread":
            return self.elems(self.eval(e[1], env))
        if k == "obj":
            out = {}
            for key, v in e[1]:
                name = key[1] if key[0] == "lit" else key[1] if key[0] == "name" else None
                if name is None:
                    return [Each(uniq([x for _, v2 in e[1] for x in self.eval(v2, env)]))]
                out[str(name)] = self.eval(v, env)
            return [out]
        if k == "tuple":
            if not e[1]:
                return []
            return [Each(uniq([x for v in e[1] for x in self.eval(v, env)]))]
        if k in ("forT", "forO"):
            coll = self.eval(e[2], env)
            inner = dict(env)
            names = e[1]
            if k == "forO" and len(names) == 2 and e[3] == ("name", names[0]) and any(isinstance(c, dict) for c in coll):
                out = {}  # keys are kept: a filter or a map over an object
                for c in coll:
                    for key, v in (c.items() if isinstance(c, dict) else []):
                        item = dict(inner)
                        item[names[1]] = v
                        item[names[0]] = [("lit", key)]
                        out[key] = uniq(out.get(key, []) + self.eval(e[4], item))
                return [out]
            inner[names[-1]] = self.elems(coll)
            if len(names) == 2:
                inner[names[0]] = [x + "#key" for x in coll if isinstance(x, str)] or [x + "#key" for c in coll if isinstance(c, Each) for x in c.items if isinstance(x, str)]
            return [Each(self.eval(e[-1], inner))]
        if k == "call":
            return self.call(e[1], e[2], env)
        if k == "step":
            return self.traverse(e, env)
        return []

    def call(self, f, args, env):
        if f in ("try", "coalesce", "coalescelist", "concat", "setunion"):
            return uniq([x for a in args for x in self.eval(a, env)])[: self.CAP]
        if f == "merge":
            alts = [x for a in args for x in self.eval(a, env)]
            dicts = [a for a in alts if isinstance(a, dict)]
            rest = [a for a in alts if isinstance(a, (str, Each))]
            both = {}
            for d in dicts:
                for key, v in d.items():
                    both[key] = uniq(both.get(key, []) + v)
            return ([both] if both else []) + rest
        if f == "lookup" and len(args) > 1:
            base = self.step(self.eval(args[0], env), ("idx", args[1]), env)
            return uniq(base + (self.eval(args[2], env) if len(args) > 2 else []))
        if f in ("one", "element"):
            return self.elems(self.eval(args[0], env)) if args else []
        if f in ("values", "flatten"):
            alts = self.eval(args[0], env)
            if f == "values":
                return [Each(self.elems(alts))]
            out = []
            for x in self.elems(alts):
                out += self.elems([x]) if isinstance(x, Each) else [x]
            return [Each(uniq(out))]
        if f == "keys":
            return [Each([x + "#key" for x in self.eval(args[0], env) if isinstance(x, str)])]
        if f == "jsonencode":
            return self.eval(args[0], env)
        if f == "zipmap" and len(args) == 2:
            return [Each(self.elems(self.eval(args[1], env)))]
        if f in self.PASS and args:
            return self.eval(args[0], env)
        return []

    def traverse(self, e, env):
        steps = []
        while e[0] == "step":
            steps.append(e[2])
            e = e[1]
        steps.reverse()
        if e[0] != "name":
            cur = self.eval(e, env)
        else:
            root = e[1]
            if root in env and root != "each":
                cur = env[root]
            elif root == "each" and steps and steps[0][0] == "attr":
                cur = env.get("each", [])
                if steps[0][1] == "key":
                    cur = [x + "#key" for x in cur if isinstance(x, str)]
                steps = steps[1:]
            elif root in ("path", "terraform", "count", "self"):
                return []
            elif steps and steps[0][0] == "attr":
                name = steps[0][1]
                if root == "resource" and len(steps) > 1 and steps[1][0] == "attr":
                    root, name, steps = name, steps[1][1], steps[1:]
                if root == "var":
                    cur, steps = self.variable(name), steps[1:]
                elif root == "local":
                    cur, steps = self.local(name), steps[1:]
                elif root == "module":
                    cur, steps = self.module(name), steps[1:]
                elif root in ("data", "ephemeral"):
                    second = steps[1][1] if len(steps) > 1 else "?"
                    cur, steps = [f"{root}:{self.where}{name}.{second}"], steps[2:]
                else:
                    cur, steps = [f"res:{self.where}{root}.{name}"], steps[1:]
            else:
                return []
        for i, st in enumerate(steps):
            cur = self.step(cur, st, env)
        return cur

    # -- resources

    def resources(self):
        """(key, type, name, {argument path: alternatives}) here and in local modules."""
        for (t, n), body in self.m["resource"].items():
            env = self.loop(body[0])
            args = {}
            self.block(body, env, "", args)
            yield f"{self.where}{t}.{n}", t, n, args, self
        for name in self.m["module"]:
            for alt in self.module(name):
                if isinstance(alt, Mod):
                    if alt.scope.where.count("/") > 4:
                        continue
                    yield from alt.scope.resources()

    def block(self, body, env, prefix, args):
        for k, v in body[0].items():
            if prefix == "" and k in ("for_each", "count", "depends_on", "provider"):
                continue
            self.flat(prefix + k, self.eval(v, env), args, 0)
        for kind, labels, inner in body[1]:
            if kind in ("lifecycle", "timeouts", "provisioner"):
                continue
            if kind == "dynamic" and labels:
                it = labels[0]
                inner_env = dict(env)
                name = it
                if "iterator" in inner[0] and inner[0]["iterator"][0] == "name":
                    name = inner[0]["iterator"][1]
                items = self.elems(self.eval(inner[0]["for_each"], env)) if "for_each" in inner[0] else []
                inner_env[name] = [{"value": items, "key": [x + "#key" for x in items if isinstance(x, str)]}]
                for k2, l2, b2 in inner[1]:
                    if k2 == "content":
                        self.block(b2, inner_env, f"{prefix}{it}.", args)
            else:
                self.block(inner, env, f"{prefix}{kind}.", args)

    def flat(self, path, alts, args, depth):
        for a in alts:
            if isinstance(a, dict) and depth < 8:
                for k, v in a.items():
                    self.flat(f"{path}.{k}", v, args, depth + 1)
            elif isinstance(a, Each) and depth < 8:
                self.flat(path, a.items, args, depth + 1)
            else:
                args.setdefault(path, []).append(a)


def uniq(xs):
    seen, out = set(), []
    for x in xs:
        key = x if isinstance(x, (str, tuple)) else id(x)
        try:
            if key in seen:
                continue
            seen.add(key)
        except TypeError:
            pass
        out.append(x)
    return out


# ---------------------------------------------------------------- facts of one version


SETTING = re.compile(r"(?i)(connection_strings?|env|environment_variables?|secrets?|app_settings)(\{\}|\[\])\.(value|name)$|identity\w*(\{\}|\[\])?\.(resource_id|client_id|principal_id|object_id)$|federated_identity_credentials\{\}\.")


IDENT = re.compile(r"(?i)(identit|principal|client_?id$|object_?id|app_settings|connection_string|secret|password|passphrase|access_key|api_key|"
                   r"sas_token|local_auth|local_admin|local_user|shared_access|shared_key|disable_local|admin_enabled|admin_password|rbac|access_polic|"
                   r"key_vault_(reference|secret|uri|id)|keyvault|permission_model|azuread|entra|active_directory|federated|workload_identity|oidc|"
                   r"scope_resource_id|default_to_oauth|anonymous|password_auth|aad)")
DULL = re.compile(r"(?i)network_access_policy|is_secret$|azure_active_directory_(tenant_id|app_id_or_uri)$|secret_name$|secret_setting_name$|secret_rotation|_permissions$|registry_url$|_wo_version|proxy\.password|scale_rules|^(auth_configs|auth_settings|auth_settings_v2|diagnostic_settings|lock|tags|timeouts|retry|enable_telemetry|private_endpoints|resource_types|ignore_body_changes|"
                  r"role_assignments|managed_identities)\b|\.(description|tags|timeouts|private_endpoints|auth_settings|auth_settings_v2)\b|role_assignments\{|"
                  r"skip_service_principal_aad_check|delegated_managed_identity|registration_enabled|expiry|_version$|principal_type$|role_assignment_")


TELLING = re.compile(r"(?i)^(resource|id|name|location|resource_id|resource_versionless_id|versionless_id)( of |$)|^var\.name$|principal|identit|client_?id|object_?id|tenant_?id|"
                     r"ur[il]\b|endpoint|host_?name|fqdn|login_server|(access|primary|secondary|readonly|shared|instrumentation|api|account)_?key|password|connection_?string|secret|issuer|"
                     r"token|private_key|kube|key1|key2|sid$")


class Facts:
    def __init__(self, tree, types, d=""):
        self.tree, self.types = tree, types
        self.root = Scope(tree, d)
        self.vars = {n: typ(b[0].get("type")) for n, b in self.root.m["variable"].items()}
        self.res = OrderedDict()
        for key, t, n, args, scope in self.root.resources():
            self.res.setdefault(key, (t, n, args, scope))
        self.main = self.find_main()
        self.alias = self.find_alias()

    # -- helpers

    def find_alias(self):
        """Data sources, actions and updates that speak of the main resource: key -> key of the main resource."""
        out = {}
        for key, (t, n, args, scope) in self.res.items():
            if t in ("azapi_resource_action", "azapi_update_resource"):
                for a in args.get("resource_id", []):
                    if isinstance(a, str) and a.startswith("res:"):
                        k, at = self.split(a)
                        if k in self.main and at == "id":
                            out[key] = k
        for (t, n), body in self.root.m["data"].items():
            for field in ("resource_id", "name"):
                if field in body[0]:
                    for a in self.root.eval(body[0][field], {}):
                        if isinstance(a, str) and a.startswith("res:"):
                            k, at = self.split(a)
                            if k in self.main and at in ("id", "name") and (field == "resource_id" or t == self.res[k][0]):
                                out[f"data:{t}.{n}"] = k
                        elif a == "var:name" and field == "name" and any(self.res[k][0] == t for k in self.main):
                            out[f"data:{t}.{n}"] = self.main[0]
        return out

    def follow(self, path):
        """Path -> (resource key, attribute), through aliases; None for other paths."""
        if path.startswith("res:"):
            key, at = self.split(path)
            return (self.alias.get(key, key), at) if key in self.res else None
        if path.startswith("data:"):
            bits = path.replace("[]", "").split(".")
            key = ".".join(bits[:2])
            return (self.alias[key], ".".join(bits[2:])) if key in self.alias else None
        return None

    def default_at(self, path):
        """Default that the type of a variable gives a field: 'resource_types.web_sites'."""
        parts = path.replace("[]", "").replace("{}", "").split(".")
        t = self.vars.get(parts[0])
        for p in parts[1:]:
            while t and t[0] in ("map", "list"):
                t = t[1]
            if not t or t[0] != "obj" or p not in t[1]:
                return None
            t, _, d = t[1][p]
        return d if len(parts) > 1 else None

    def azapi_type(self, key):
        t, n, args, scope = self.res[key]
        for a in args.get("type", []):
            if isinstance(a, tuple) and a[0] == "lit" and a[1]:
                return a[1]
            if isinstance(a, tuple) and a[0] == "tmpl":
                return re.sub(r"\$\{[^}]*\}", "?", a[1])
        # var.resource_types.x: the default is in the type of the variable, of the module that declares it
        body = scope.m["resource"][(t, n)][0].get("type")
        if body and body[0] == "step" and body[2][0] == "attr":
            inner = body[1]
            if inner[0] == "step" and inner[1] == ("name", "var"):
                v = scope.m["variable"].get(inner[2][1])
                if v:
                    tt = typ(v[0].get("type"))
                    if tt[0] == "obj" and body[2][1] in tt[1]:
                        d = literal(tt[1][body[2][1]][2])
                        if d and d != "null":
                            return d
                    d = v[0].get("default")
                    if d and d[0] == "obj":
                        for k, x in d[1]:
                            if k[1] == body[2][1]:
                                return literal(x)
        if body and body[0] == "step" and body[1] == ("name", "var"):
            v = scope.m["variable"].get(body[2][1])
            if v and literal(v[0].get("default")):
                return literal(v[0]["default"])
        return None

    def kind(self, key):
        """Printable type of a resource key, and its ARM type without version."""
        if key not in self.res:
            t = key.rsplit("/", 1)[-1].split(".")[0]
        else:
            t = self.res[key][0]
        if t.startswith("azapi"):
            a = self.azapi_type(key) if key in self.res else None
            return f"azapi:{a or '?'}", (a or "?").split("@")[0]
        return t, self.types.get(t, "-")

    def split(self, path):
        """'res:slot/azapi_resource.this.output.identity' -> (resource key, attribute path)"""
        p = path[4:].replace("[]", "")
        head, _, tail = p.rpartition("/")
        bits = tail.split(".")
        key = (head + "/" if head else "") + ".".join(bits[:2])
        return key, ".".join(bits[2:])

    def find_main(self):
        """The resources that the output `resource_id` (or `resource`, `id`, `name`) speaks of."""
        def of(outs, attr):
            found = []
            for o in outs:
                b = self.root.m["output"].get(o)
                if not b or "value" not in b[0]:
                    continue
                for a in self.root.eval(b[0]["value"], {}):
                    if isinstance(a, str) and a.startswith("res:"):
                        key, at = self.split(a)
                        if at in attr:
                            found.append(key)
                if found:
                    break
            return uniq(found)
        main = of(["resource_id", "resource", "id", "resource_name", "name"], ("id", "", "name", "output", "output.id"))
        if not main:
            main = of([o for o in self.root.m["output"] if o.endswith("_id")], ("id",))
        main = [k for k in main if not k.rsplit("/", 1)[-1].startswith(("time_", "terraform_data", "null_"))]
        if not main:
            main = [k for k in self.res if re.search(r"(^|/)(azurerm_\w+|azapi_resource)\.this$", k) and "/" not in k
                    and not re.search(r"azurerm_(private_endpoint|management_lock|role_assignment|monitor_diag)", k)]
        return main

    def attr_of(self, key, at):
        """Attribute of a resource in words: principal, id, name, whole object ..."""
        raw = at.startswith("output.")
        at = re.sub(r"^(sensitive_)?output\b\.?", "", at)
        if at in ("identity.principal_id", "identity.principalId"):
            return "system_principal_id"
        if at in ("identity.tenant_id", "identity.tenantId"):
            return "tenant_id"
        if at == "":
            return "resource"
        at = re.sub(r"^body\.", "", at)
        return "identity(principalId)" if at == "identity" and raw else at

    def shape(self, alts, depth=0):
        """(keyed?, alternatives) with containers opened."""
        keyed, out = False, []
        for a in alts:
            if isinstance(a, Each):
                keyed = True
                _, inner = self.shape(a.items, depth + 1)
                out += inner
            else:
                out.append(a)
        return keyed, out

    def outputs(self):
        """[(name, what, is principal)]"""
        rows = []
        for name, (attrs, _) in sorted(self.root.m["output"].items()):
            if "value" not in attrs:
                continue
            self.describe(name, self.root.eval(attrs["value"], {}), rows, 0)
        seen, out = set(), []
        for r in rows:
            if not TELLING.search(r[1]) and not re.fullmatch(r"(resource_)?(id|name|uri)", r[0]):
                continue
            if r[:2] not in seen:
                seen.add(r[:2])
                out.append(r)
        return out

    def describe(self, name, alts, rows, depth):
        keyed, flat = self.shape(alts)
        name = name + "{}" if keyed else name
        whats = []
        for a in flat:
            if isinstance(a, dict) and depth < 2:
                for k, v in a.items():
                    self.describe(f"{name}.{k}", v, rows, depth + 1)
            elif isinstance(a, Mod) and depth < 1:
                many = "{}" if a.keyed and not keyed else ""
                for o in sorted(a.scope.m["output"]):
                    self.describe(f"{name}{many}.{o}", self.root.attr(a, o), rows, depth + 1)
            elif isinstance(a, str) and (a.startswith("res:") or a.startswith("data:")):
                got = self.follow(a)
                if not got:
                    if a.startswith("data:") and re.search(r"(?i)(key|secret|password|connection|credential)", name):
                        whats.append((re.sub(r"^data:\w+\.\w+\.?", "", a.replace("[]", "")) + " of " + a[5:].split(".")[0], ""))
                    continue
                key, at = got
                if self.res[key][0] in ("azapi_resource_action", "azapi_update_resource"):
                    continue
                if key not in self.main and re.search(r"(?i)privateendpoint|private_endpoint|lock|diagnostic|roleassign|role_assign|time_|random_(?!password)|telemetry", self.kind(key)[0] + self.kind(key)[1]):
                    continue
                many = ""
                body = self.res[key][3].m["resource"].get(self.res[key][:2], ({}, []))[0]
                if not keyed and "for_each" in body and at == "" and key not in self.main:
                    many = "{}"
                what = self.attr_of(key, at)
                if key in self.main:
                    whats.append((what, many))
                else:
                    t = self.kind(key)
                    whats.append((f"{what} of {t[1] if t[1] not in ('-', '?') else t[0]}", many))
            elif isinstance(a, tuple) and a[0] == "tmpl" and "${res:" in a[1]:
                text = a[1]
                for ref in re.findall(r"\$\{(res:[^}]*)\}", a[1]):
                    got = self.follow(ref)
                    if got:
                        text = text.replace(ref, ("" if got[0] in self.main else self.kind(got[0])[1]) + "." + self.attr_of(*got))
                whats.append((f'"{text}"', ""))
            elif isinstance(a, str) and a.startswith("var:"):
                p = a[4:]
                if "skip_service" in p:
                    continue
                if p.startswith(("name", "location")) or "identit" in p or "#key" not in p and re.search(r"(_id|principal|client)", p):
                    whats.append(("var." + p.replace("[]", "{}"), ""))
        for w, many in uniq(whats):
            rows.append((name + many, w, w.startswith("system_principal_id")))

    # -- inputs

    def flows(self):
        """{variable path without brackets: [(resource key, argument)]}"""
        if hasattr(self, "_flows"):
            return self._flows
        out = {}
        for key, (t, n, args, scope) in self.res.items():
            for arg, alts in args.items():
                for a in alts:
                    refs = []
                    if isinstance(a, str) and a.startswith("var:"):
                        refs = [a[4:]]
                    elif isinstance(a, tuple) and a[0] == "tmpl":
                        refs = re.findall(r"\$\{var:([^}]*)\}", a[1])
                    elif isinstance(a, tuple) and a[0] == "by":
                        refs = [a[1].lstrip("!")[4:]]
                    for r in refs:
                        if isinstance(a, tuple) and a[0] == "by" and a[1].startswith("!"):
                            out.setdefault(r.replace("[]", "").replace("{}", ""), []).append((key, "!" + arg))
                            continue
                        out.setdefault(r.replace("[]", "").replace("{}", ""), []).append((key, arg))
        self._flows = out
        return out

    def target(self, path):
        """Where a variable goes, in words: '.attr' of the main resource, 'type.attr' of another."""
        bare = path.replace("[]", "").replace("{}", "")
        hits = self.flows().get(bare, [])
        words = []
        for key, arg in hits:
            if key.rsplit("/", 1)[-1].startswith(("time_", "random_", "terraform_data", "modtm", "null_", "data.")):
                continue
            key = self.alias.get(key, key)
            t = self.kind(key)
            short = t[1] if t[0].startswith("azapi") else t[0]
            no = "!" if arg.startswith("!") else ""
            arg = re.sub(r"^body\.", "", arg.lstrip("!"))
            words.append(f"{no}.{arg}" if key in self.main else f"{no}{short}.{arg}")
        words = uniq(words)
        return words

    def identity(self):
        out = []
        for name, t in sorted(self.vars.items()):
            if not re.search(r"identit", name):
                continue
            fields = [n for n in t[1]] if t[0] == "obj" else []
            mi = [{"system_assigned": "system", "user_assigned_resource_ids": "user"}.get(f, f) for f in fields]
            if name == "managed_identities" or "system_assigned" in fields or "user_assigned_resource_ids" in fields:
                d = literal(self.root.m["variable"][name][0].get("default"))
                dd = "" if d in ("{}", None) else f"(default {d})"
                if "default" not in self.root.m["variable"][name][0]:
                    dd = "(required)"
                text = f"{name}:{','.join(mi) if mi else t[0] if t[0] != 'prim' else t[1]}{dd}"
                if t[0] == "obj":
                    for f, (_, opt, dflt) in t[1].items():
                        if not opt:
                            text += f"!{f}-required"
                        elif f == "system_assigned" and literal(dflt) == "true":
                            text += "!system-default-true"
                out.append(text)
            elif t[0] == "obj" and {"type", "identity_ids"} & set(fields):
                out.append(f"{name}:{','.join(fields)}")
        # where the identity block of the main resource is fed from, and what the module makes of the inputs
        known = {o.split(":")[0] for o in out}
        block, lits, fed, ids, has = [], set(), False, False, False
        for key in self.main:
            if key not in self.res:
                continue
            args = [x for k in [key] + [k for k, v in self.alias.items() if v == key and k in self.res] for x in self.res[k][2].items()]
            for arg, alts in args:
                if not re.match(r"(body\.)?identity\b", arg):
                    continue
                has = True
                for a in alts:
                    if isinstance(a, str) and a.startswith("var:"):
                        r = a[4:].split(".")[0].replace("[]", "")
                        fed = fed or arg.endswith("type") or not arg.endswith("_ids")
                        ids = ids or "user" in a or "_ids" in a
                        if r not in known:
                            block.append(f"{re.sub(r'^body.', '', arg)}<-{a[4:].replace('[]', '')}")
                    elif isinstance(a, str) and a.startswith("res:"):
                        block.append(f"{re.sub(r'^body.', '', arg)}<-{self.kind(self.split(a)[0])[0]}")
                    elif isinstance(a, tuple) and a[0] == "lit" and isinstance(a[1], str) and re.search(r"(?i)assigned", a[1]) and arg.endswith("type"):
                        lits.add(a[1].replace(" ", ""))
                if arg.endswith("userAssignedIdentities"):
                    ids = True
            has = has or self.direct_identity(key)
            if self.unconditional(key):
                block.append("always")
        if out and not has:
            block.append("not-applied")
        if lits and not fed and lits != {"SystemAssigned", "UserAssigned", "SystemAssigned,UserAssigned"}:
            block.append("type=" + "|".join(sorted(lits)))
        # children with an identity of their own: what it is made of
        for key, (t, n, args, scope) in self.res.items():
            if key in self.main or key in self.alias or t in ("azapi_resource_action", "azapi_update_resource"):
                continue
            src = set()
            for arg, alts in args.items():
                if re.match(r"(body\.)?identity\b(\.|$)(type|identity_ids|userAssignedIdentities)?$", arg):
                    for a in alts:
                        if isinstance(a, str) and a.startswith("var:"):
                            src.add(re.sub(r"\.(user_assigned_resource_ids|identity_ids|type|system_assigned).*$", "", a[4:].replace("[]", "{}").replace("#key", "")).rstrip("{}"))
            if src:
                k = self.kind(key)
                block.append(f"{k[1] if k[1] not in ('-', '?') else k[0]}.identity<-{'|'.join(sorted(src))}")
        # nested ones (slots, children)
        for name, t in sorted(self.vars.items()):
            for p, sub, opt, d in leaves(t, name if t[0] == "obj" else name):
                leaf = p.rsplit(".", 1)[-1]
                if leaf == "managed_identities" and sub[0] == "obj":
                    out.append(f"{p}:{','.join({'system_assigned': 'system', 'user_assigned_resource_ids': 'user'}.get(f, f) for f in sub[1])}")
        return out + sorted(set(block))

    def unconditional(self, key):
        """Is there an identity whatever the caller says?"""
        t, n, args, scope = self.res[key]
        for kind, labels, body in scope.m["resource"][(t, n)][1]:
            if kind == "identity":
                return True
            if kind == "dynamic" and labels == ["identity"] and "for_each" in body[0]:
                e, steps = body[0]["for_each"], []
                while e[0] == "step":
                    steps.insert(0, e[2])
                    e = e[1]
                if e == ("name", "local") and steps:
                    e = scope.m["locals"].get(steps[0][1], ("lit", None))
                    for st in steps[1:]:
                        e = next((v for k, v in e[1] if k[1] == st[1]), ("lit", None)) if e[0] == "obj" else ("lit", None)
                if e[0] in ("obj", "tuple") and e[1]:
                    return True
        return False

    def direct_identity(self, key):
        t, n, args, scope = self.res[key]
        attrs, blocks = scope.m["resource"][(t, n)]
        if "identity" in attrs:
            return True
        return any(k == "identity" or (k == "dynamic" and l and l[0] == "identity") for k, l, _ in blocks)

    def word(self, a, base=""):
        """An alternative in words: `this.id`, `.field` below base, `var.x`, text."""
        if isinstance(a, tuple):
            return re.sub(r"\$\{(res|var):", "${", str(a[1])) if a[1] is not None and a[0] != "by" else None
        if not isinstance(a, str):
            return None
        got = self.follow(a)
        if got:
            key, at = got
            at = self.attr_of(key, at)
            arm = self.kind(key)[1]
            who = "this" if key in self.main else arm if arm not in ("-", "?") else self.kind(key)[0]
            return who if at == "id" else f"{who}.{at}"
        p = a.replace("[]", "{}")
        if p.startswith("var:"):
            p = p[4:]
            return p[len(base):] if base and p.startswith(base) and p != base else "var." + p
        return p

    def roles(self):
        """Role assignments: ({input path: text}, the ones the module makes by itself)."""
        inputs = OrderedDict()
        for name, t in sorted(self.vars.items()):
            cands = [(name + {"map": "{}", "list": "[]"}.get(t[0], ""), t[1] if t[0] in ("map", "list") else t)]
            for p, sub, _, _ in leaves(t, name):
                cands.append((p + {"map": "{}", "list": "[]"}.get(sub[0], ""), sub[1] if sub[0] in ("map", "list") else sub))
            for p, sub in cands:
                if sub[0] == "obj" and any(f.startswith("role_definition") or f == "role_name" for f in sub[1]):
                    inputs[p] = [f for f in sub[1]]
        bare = lambda p: p.replace("{}", "").replace("[]", "")
        seen, own = {}, []
        for key, (t, n, args, scope) in self.res.items():
            arm = self.kind(key)[1].lower()
            if t.endswith("access_policy_assignment") or t == "azurerm_key_vault_access_policy" or arm.endswith("accesspolicyassignments") or "sql_role_assignment" in t:
                who = [a for k, v in args.items() if re.search(r"(?i)(object_?id|principal_?id)$", k) for a in v if not (isinstance(a, tuple) and a[1] is None)]
                where = [a for k in ("key_vault_id", "redis_cache_id", "parent_id", "account_name") for a in args.get(k, [])]
                home = [a for a in who if isinstance(a, str) and a.startswith("var:")]
                base = home[0][4:].replace("[]", "{}").rpartition(".")[0] if home else ""
                say = lambda xs: "|".join(uniq([w for w in (self.word(a, base) for a in xs) if w])) or "?"
                own.append(f"{base or 'module grants'}:access policy,principal={say(who)},scope={say(where)}")
                continue
            if not (t == "azurerm_role_assignment" or t.startswith("azapi") and arm == "microsoft.authorization/roleassignments"):
                continue
            get = lambda *names: uniq([a for x in names for a in args.get(x, []) if not (isinstance(a, tuple) and a[1] is None)])
            sc, pr = get("scope", "parent_id"), get("principal_id", "body.properties.principalId")
            ro = get("role_definition_name", "role_definition_id", "body.properties.roleDefinitionId", "body.properties.roleDefinitionID")
            homes = OrderedDict()
            for a in pr + ro + sc:
                if isinstance(a, str) and a.startswith("var:"):
                    best = [p for p in inputs if (bare(a[4:]) + ".").startswith(bare(p) + ".")]
                    if best:
                        homes[max(best, key=len)] = None

            def say(xs, home=""):
                return "|".join(sorted({w for w in (self.word(a, home) for a in xs) if w})) or "?"

            if not homes:
                own.append(f"module grants:role={say(ro)},principal={say(pr)},scope={say(sc)}")
            for home in homes:
                mine = lambda xs: [a for a in xs if not (isinstance(a, str) and a.startswith("var:")) or bare(a[4:]).startswith(bare(home) + ".")
                                   or not any(bare(a[4:]).startswith(bare(h) + ".") for h in homes)]
                role = mine(ro)
                named = [a for a in role if isinstance(a, str) and a.startswith("var:")]
                scopes = mine(sc)
                if len(homes) > 1:  # one resource for several inputs: the scope whose type the path names
                    fit = [a for a in scopes if (self.word(a) or "").split("/")[-1].lower() in home.replace("_", "").lower()] if "." in home \
                        else [a for a in scopes if self.word(a) == "this"]
                    scopes = fit or scopes
                word = say(named or role, home)
                if word == "?":  # not followed, but the input has one field for it
                    word = next(("." + f for f in inputs[home] if f.startswith("role_definition")), "?")
                seen.setdefault(home, []).append(f"role={word},principal={say(mine(pr), home)},scope={say(scopes, home)}")
        rows = []
        for p, fields in inputs.items():
            for text in uniq(seen.get(p, [])) or ["fields=" + "|".join(f for f in fields if re.match(r"role_|princip|scope|assign|user_|system_|group|any_", f) and f != "principal_type") + (",not followed" if any("principal=data:" in o or "|data:" in o for o in own) else ",no role assignment found")]:
                rows.append(f"{p}:{text}")
        return rows, sorted(set(own))

    def others(self):
        out = []
        for name, (attrs, _) in sorted(self.root.m["variable"].items()):
            t = self.vars[name]
            paths = [(name + {"map": "{}", "list": "[]"}.get(t[0], "") if t[0] in ("map", "list") and t[1][0] == "prim" else name, t, "default" in attrs, attrs.get("default"))]
            paths += list(leaves(t, name))
            secret = literal(attrs.get("sensitive")) == "true"
            for p, sub, opt, d in paths:
                leaf = p.rsplit(".", 1)[-1]
                plain = re.fullmatch(r"name|parent_id|resource_group_(name|id|resource_id)|.*slots\{\}\.name", p)
                if plain:
                    tgt = [w for w in self.target(p) if re.search(r"\.(name|parent_id|resource_group_name|resource_id)$", w)]
                    tgt.sort(key=lambda w: (not w.startswith("."), "slots.name" not in w))
                    out.append((p, (tgt or ["-"])[0]))
                    continue
                if DULL.search(p) or not (IDENT.search(leaf) or SETTING.search(p) or secret and p == paths[0][0]):
                    continue
                tgt = self.target(p)
                if not tgt and (sub[0] == "obj" or sub[0] in ("map", "list") and sub[1][0] == "obj"):
                    continue
                dl = literal(d)
                word = "|".join(tgt[:3]) if tgt else {"prim": sub[1]}.get(sub[0], sub[0])
                if dl is not None and dl not in ("null", "{}", "[]", ""):
                    word += f"(default {dl})"
                elif not opt and "." not in p:
                    word += "(required)"
                if secret and p == paths[0][0]:
                    word += "(sensitive)"
                out.append((p, word))
        for key in self.main:  # switches that the module sets without asking
            for arg, alts in (self.res[key][2].items() if key in self.res else []):
                if re.search(r"(?i)rbac|local_?auth|shared_?(access_)?key|admin_?enabled|adminUserEnabled", arg) and alts and all(isinstance(a, tuple) and a[0] == "lit" for a in alts):
                    vals = [literal(a) for a in alts if a[1] is not None]
                    if vals:
                        out.append((f"fixed {self.kind(key)[0].split('@')[0]}.{re.sub('^body.', '', arg)}", "|".join(vals)))
        return list(OrderedDict.fromkeys(out))

    def placeholder(self):
        return any("TODO" in k for k in self.res) or not [k for k in self.res if not self.res[k][0].startswith(("null_", "modtm", "random_"))]


# ---------------------------------------------------------------- git


def git(d, *args, raw=False):
    r = subprocess.run(["git", "-C", d, *args], capture_output=True)
    if r.returncode:
        raise RuntimeError(r.stderr.decode(errors="replace").strip())
    return r.stdout if raw else r.stdout.decode(errors="replace").strip()


def files_at(d, rev):
    """Path -> text of the Terraform files of a revision."""
    want = []
    for line in git(d, "ls-tree", "-r", rev).splitlines():
        meta, path = line.split("\t", 1)
        mode, kind, sha = meta.split()
        if kind == "blob" and mode != "120000" and path.endswith(".tf") and not re.match(r"(examples?|tests?)/", path):
            want.append((path, sha))
    data = subprocess.run(["git", "-C", d, "cat-file", "--batch"], input="".join(s + "\n" for _, s in want).encode(), capture_output=True).stdout
    out, at = {}, 0
    for path, sha in want:
        end = data.index(b"\n", at)
        head = data[at:end].split()
        at = end + 1
        if head[1] == b"missing":
            continue
        size = int(head[2])
        out[path] = data[at : at + size].decode("utf-8", "replace")
        at += size + 1
    return out


def version_key(tag):
    return tuple(int(x) for x in tag.lstrip("v").split("-")[0].split("."))


def tags(d):
    out = {}
    for line in git(d, "tag").split():
        if re.fullmatch(r"v?\d+\.\d+\.\d+", line):
            out[version_key(line)] = line
    return [out[k] for k in sorted(out)]


# ---------------------------------------------------------------- rows


def cell(items, sep="; "):
    text = sep.join(items)
    return re.sub(r"[\t\r\n]+", " ", text) or "-"


def columns(f):
    main = []
    for k in f.main:
        a, arm = f.kind(k)
        main.append(a if a.startswith("azapi") else f"{a}:{arm}")
    outs = f.outputs()
    rows, own = f.roles()
    return {
        "main": sorted(set(main)),
        "identity": f.identity(),
        "principal": [f"{n}={w}" for n, w, p in outs if p],
        "outputs": [f"{n}={w}" for n, w, p in outs if not p],
        "roles": rows + own,
        "others": [f"{p}={w}" for p, w in f.others()],
    }


def names(items):
    """What counts as the same item from version to version: the part before = or : or @."""
    out = set()
    for i in items:
        if i.startswith(("role_assignments", "module grants")) and "principal=" in i:
            out.add(i)
        elif re.match(r"[\w{}.\[\]]+:", i) and not i.startswith("azapi"):  # identity and role inputs: with their fields, without defaults
            out.add(i.split(":")[0] if "principal=" in i or ":fields=" in i else i.split("(")[0])
        else:
            out.add(re.split(r"=", i)[0])
    return out


WEIGHTY = re.compile(r"^(main |[-+~]?(managed_identities|identity|role_assignments|legacy_access|key_vault_reference|app_settings|sensitive_app_settings|"
                     r"slot_app_settings|slot_sensitive|deployment_slots\{\}\.(managed|key_vault_ref|app_settings|name|role_ass)|parent_id|resource_group|"
                     r"system_assigned|principal_id|client_id|resource_id|resource$|resource_name|name$|uri$|resource_uri|.*principal|.*shared_access_key|.*local_auth))")


def changes(history):
    """Differences between neighbouring versions: [(tag, [what])], the weightier ones first."""
    out = []
    for (t0, a), (t1, b) in zip(history, history[1:]):
        bits = []
        strip = lambda xs: sorted({re.split(r"[@](?=\d)|(?<=\w):(?=[A-Z])", x)[0] if not x.startswith("azapi") else x.split("@")[0] for x in xs})
        x, y = strip(a["main"]), strip(b["main"])
        if x != y and y:
            if all(i.startswith("azurerm") for i in x + y):
                bits += [f"main +{i}" for i in y if i not in x] + [f"main -{i}" for i in x if i not in y]
            else:
                bits.append(f"main {','.join(x) or '?'} -> {','.join(y)}")
        for col in ("identity", "principal", "roles", "outputs", "others"):
            x, y = names(a[col]), names(b[col])
            bits += [f"+{i}" for i in sorted(y - x)] + [f"-{i}" for i in sorted(x - y)]
        da, db = ({i.split("=")[0]: re.search(r"\(default ([^)]*)\)", i) for i in side["others"]} for side in (a, b))
        for k in sorted(da.keys() & db.keys()):
            va, vb = da[k] and da[k].group(1), db[k] and db[k].group(1)
            if va != vb:
                bits.append(f"~{k} default {va or 'none'} -> {vb or 'none'}")
        if bits:
            bits = list(OrderedDict.fromkeys(bits))
            out.append((t1.lstrip("v"), sorted(bits, key=lambda w: not WEIGHTY.match(w))))
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("dir")
    ap.add_argument("--types", default="src/azure/azurerm.tsv", help="table azurerm type -> ARM type")
    ap.add_argument("--dump", nargs="+", help="print the facts of one module (and revision) and stop")
    ap.add_argument("--missing", default="", help="repositories that could not be had, for the header")
    ap.add_argument("--only", help="regular expression on the names")
    ap.add_argument("--latest", action="store_true", help="newest tag only, no version differences")
    opt = ap.parse_args()
    types = {}
    if os.path.exists(opt.types):
        for line in open(opt.types, encoding="utf-8"):
            if not line.startswith("#"):
                bits = line.rstrip("\n").split("\t")
                types[bits[0]] = re.sub(r"^in:", "", bits[1])
    heads, table, skipped, errors = [], [], [], []
    for name in sorted(os.listdir(opt.dir)):
        m = re.match(r"terraform-(\w+)-(avm-\w+-.+?)(\.git)?$", name)
        if not m or (opt.only and not re.search(opt.only, name)) or (opt.dump and opt.dump[0] not in name):
            continue
        d = os.path.join(opt.dir, name)
        provider, module = m.group(1), m.group(2)
        ts = tags(d)
        if opt.dump:
            ts = [opt.dump[1]] if len(opt.dump) > 1 else ts
        rev = ts[-1] if ts else "HEAD"
        commit = git(d, "rev-parse", rev + "^{commit}")
        date = git(d, "log", "-1", "--format=%cs", commit)
        facts = Facts(Tree(files_at(d, rev)), types)
        errors += [f"{name} {rev} {e}" for e in facts.tree.errors]
        if facts.placeholder():
            skipped.append(module)
            continue
        now = columns(facts)
        if opt.dump:
            print(rev, commit, date)
            for k, v in now.items():
                print(f"== {k}")
                for x in v:
                    print("   ", x)
            continue
        history = []
        if not opt.latest:
            for t in ts:
                if t == rev:
                    history.append((t, now))
                    continue
                f = Facts(Tree(files_at(d, t)), types)
                errors += [f"{name} {t} {e}" for e in f.tree.errors]
                history.append((t, columns(f)))
        diff = changes(history)
        if ts:
            head_cols = columns(Facts(Tree(files_at(d, "HEAD")), types))
            # what is not released yet, without role assignments: one interface module may serve several of them there
            diff += [("HEAD", [b for b in bits if "principal=" not in b]) for _, bits in changes([(rev, now), ("HEAD", head_cols)])]
            diff = [d2 for d2 in diff if d2[1]]
        cut = lambda bits: bits if len(bits) <= 30 else bits[:30] + [f"… {len(bits) - 30} more"]
        first = [f"tags {ts[0].lstrip('v')}..{ts[-1].lstrip('v')}"] if ts else ["no tag: not published"]
        table.append([f"Azure/{module}/{provider}", rev.lstrip("v") if ts else commit[:10], cell(now["main"], ","), cell(now["identity"]),
                      cell(now["principal"]), cell(now["outputs"]), cell(now["roles"]), cell(now["others"]),
                      cell(first + [f"{t}: {', '.join(cut(b))}" for t, b in diff])])
        heads.append(f"# {name} {rev} {commit} {date}")
        for d2 in sorted(facts.tree.dirs):  # modules that can be called by themselves: source "...//modules/slot"
            if re.fullmatch(r"modules/[^/]+", d2):
                f = Facts(facts.tree, types, d2)
                c = columns(f)
                if f.main and (c["identity"] or c["principal"] or any("principal=" in x for x in c["roles"])):
                    table.append([f"Azure/{module}/{provider}//{d2}", rev.lstrip("v") if ts else commit[:10], cell(c["main"], ","), cell(c["identity"]),
                                  cell(c["principal"]), cell(c["outputs"]), cell(c["roles"]), cell(c["others"]), "-"])
    if opt.dump:
        print("\n".join(errors), file=sys.stderr)
        return
    print(HEADER.rstrip())
    print("\n".join(heads))
    print("# Template placeholders without a resource of their own, left out: " + (", ".join(skipped) or "none"))
    if opt.missing:
        print("# Known to exist or planned, but no copy could be had: " + opt.missing)
    for row in sorted(table):
        print("\t".join(row))
    print("\n".join(errors), file=sys.stderr)


HEADER = """\
# Azure Verified Modules for Terraform: what their inputs and outputs mean for identities. Facts only (names and types).
# Made by avm-terraform.py DIR > avm-terraform.tsv, where DIR has one clone of each repository below; do not edit.
# Source: github.com/Azure/<repository>, licence MIT, at the newest release tag (HEAD where there is none).
# Tab-separated columns, `-` = none, items joined by `; `. In paths `{}` is each value of a map, `[]` each item of a list.
# Every name was followed through locals, loops, local modules and avm-utl-interfaces; conditions are not decided, so an
# item means "may end there".
# 1 registry source (compare without case); `//modules/x` is a module inside it that can be called by itself
# 2 version that was read: release tag, or commit where there is none
# 3 main resource (what the output resource_id speaks of): azurerm type:ARM type, or azapi:ARM type@api-version
# 4 identity inputs: name:fields; `system` = system_assigned, `user` = user_assigned_resource_ids; other fields by name;
#   nested ones with their path. Then what the module makes of them: `type=X` the only type it ever sets, `always` there
#   is an identity whatever the inputs say, `not-applied` the inputs go nowhere near the main resource,
#   `attr<-input` another input feeds it, `ARM type.identity<-input` the identity of a child (slot, database) is made of that
# 5 outputs that are a system-assigned principal id; `of X` = of a child of type X, else of the main resource
# 6 other outputs that matter: name=attribute of the main resource, or `attribute of child type`; `resource` = the whole
#   object; `identity(principalId)` = the raw ARM identity object (camelCase), `identity` = the provider's block (list);
#   `var.x` = an input handed back; text in quotes is a template with `.attribute` of the main resource
# 7 role assignments: input path:role=,principal=,scope=; `.x` = a field of that input, `this` = the id of the main
#   resource, `this.system_principal_id` = its own identity (the module grants something TO it); `access policy` = not a
#   role; `fields=...,no role assignment found` = the input is declared but nothing is made of it (`not followed` = something is);
#   `module grants:` = made without such an input
# 8 other inputs that matter: path=argument they end in (`.x` of the main resource, else `type.x`; `!` in front = negated),
#   or their type when they could not be followed; `fixed type.x=v` = a switch that the module sets itself
# 9 versions: tags seen, then `version: +new -gone ~changed` against the version before; HEAD = not released yet.
#   Role assignments are named whole when they are at the top level, so a changed scope is a - and a +
# Repositories: name, revision, commit, date
"""

if __name__ == "__main__":
    main()
