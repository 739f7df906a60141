use super::*;

#[test]
fn statements_of_templates() {
    table(
        Dialect::Template,
        &[
            ("", ""),
            ("\r\n // nothing\n/* at\nall */", ""),
            ("targetScope = 'subscription'", "(scope \"subscription\")"),
            ("metadata owner = { name: 'x' }", "(metadata owner {\"name\": \"x\"})"),
            ("param a string", "(param a string)"),
            ("param a string = 'x'\n\n\nparam b int", "(param a string \"x\") (param b int)"),
            ("@secure()\n@description('x')\n\nparam a string", "(@(secure()) @(description() \"x\") param a string)"),
            ("@sys.allowed([\n  'a'\n  'b'\n])\nparam a string", "(@(sys.allowed() [\"a\" \"b\"]) param a string)"),
            ("param a resource 'Microsoft.X/y@2020-01-01'", "(param a (resource \"Microsoft.X/y@2020-01-01\"))"),
            ("var a = 1", "(var a 1)"),
            ("var a string[] = []", "(var a string[] [])"),
            ("@export()\nvar a = b", "(@(export()) var a b)"),
            ("output a string = b.c", "(output a string (. b c))"),
            ("output a resource = b", "(output a (resource) b)"),
            ("output a resource 'x@y' = b", "(output a (resource \"x@y\") b)"),
            ("assert a = 1 == 2", "(assert a (Eq 1 2))"),
            ("test a 'b.bicep' = {\n}", "(test a \"b.bicep\" {})"),
            ("func f() string => 'x'", "(func f () string \"x\")"),
            ("func f(a string, b { c: int }[]) int? =>\n  a", "(func f (a:string b:{\"c\": int}[]) int? a)"),
            ("func f(\n  a string\n  ,\n  b int\n) int => a", "(func f (a:string b:int) int a)"),
            ("type a = string", "(type a string)"),
        ],
    );
}

#[test]
fn resources_and_modules() {
    table(
        Dialect::Template,
        &[
            ("resource a 'b@c' = {\n  name: 'd'\n}", "(resource a \"b@c\" {\"name\": \"d\"})"),
            ("resource a 'b@c' existing = { name: 'd' }", "(resource a \"b@c\" existing {\"name\": \"d\"})"),
            ("resource a 'b@${c}' = {}", "(resource a (template \"b@\" c) {})"),
            ("resource a 'b' = if (c && d) {}", "(resource a \"b\" (if (And c d) {}))"),
            ("resource a 'b' =\n  if (\n    c\n  ) {}", "(resource a \"b\" (if c {}))"),
            ("resource a 'b' = [for c in d: {}]", "(resource a \"b\" (for c d {}))"),
            (
                "resource a 'b' = [\n  for (c, i) in range(0, 3): if (i > 1) {\n    name: c\n  }\n]",
                "(resource a \"b\" (for c i (range() 0 3) (if (Gt i 1) {\"name\": c})))",
            ),
            (
                "@x()\nresource a 'b' = {\n  resource: 1\n  resource c 'd' = {}\n  @y()\n  resource e 'f' existing = {\n    \
                 resource g 'h' = [for i in j: {}]\n  }\n}",
                "(@(x()) resource a \"b\" {\"resource\": 1 (resource c \"d\" {}) (@(y()) resource e \"f\" existing \
                 {(resource g \"h\" (for i j {}))})})",
            ),
            (
                "resource a 'b' = {\nresource c 'd' = {}\n}\nvar e = 1",
                "(resource a \"b\" {(resource c \"d\" {})}) (var e 1)",
            ),
            ("module a 'b.bicep' = {\n  params: {}\n}", "(module a \"b.bicep\" {\"params\": {}})"),
            ("module a 'br/public:avm/res/x:1.0.0' = if (b) {}", "(module a \"br/public:avm/res/x:1.0.0\" (if b {}))"),
            ("module a 'b' = [for c in d: if (c.e) {}]", "(module a \"b\" (for c d (if (. c e) {})))"),
        ],
    );
}

#[test]
fn imports_and_extensions() {
    table(
        Dialect::Template,
        &[
            ("import { a } from 'b.bicep'", "(import a=a \"b.bicep\")"),
            ("import { a as b, 'c-d' as e } from 'f'", "(import b=a e=c-d \"f\")"),
            ("import {\n  a\n  b as c\n} from 'd'", "(import a=a c=b \"d\")"),
            ("import * as a from 'b'", "(import * a \"b\")"),
            ("extension microsoftGraphV1", "(extension microsoftGraphV1)"),
            ("extension 'br:x.io/y:1.0' as z", "(extension \"br:x.io/y:1.0\" z)"),
            (
                "extension kubernetes with {\n  namespace: 'a'\n} as k",
                "(extension kubernetes {\"namespace\": \"a\"} k)",
            ),
            ("import 'az@1.0.0' with {} as b", "(extension \"az@1.0.0\" {} b)"),
        ],
    );
}

#[test]
fn statements_of_parameter_files() {
    table(
        Dialect::Parameters,
        &[
            ("using 'main.bicep'\n\nparam a = 1", "(using \"main.bicep\") (set a 1)"),
            ("using none", "(using)"),
            ("using 'a' with {\n  mode: 'deployment'\n}", "(using \"a\" {\"mode\": \"deployment\"})"),
            ("extends 'base.bicepparam'", "(extends \"base.bicepparam\")"),
            ("param a = { b: [1] }", "(set a {\"b\": [1]})"),
            ("@description('x')\nparam a = 1", "(@(description() \"x\") set a 1)"),
            ("param a = az.getSecret('b', c)", "(set a (az.getSecret() \"b\" c))"),
            ("var a = 1", "(var a 1)"),
            ("type a = 'b' | 'c'", "(type a (| \"b\" \"c\"))"),
            ("import * as a from 'b'", "(import * a \"b\")"),
            ("extension a", "(extension a)"),
            ("extensionConfig a with {\n  b: 1\n}", "(config a {\"b\": 1})"),
        ],
    );
}

#[test]
fn keywords_are_names_elsewhere() {
    table(
        Dialect::Template,
        &[
            ("var for = if\nvar resource = param.var", "(var for if) (var resource (. param var))"),
            (
                "var a = {\n  type: 'b'\n  param: module\n  if: 1\n}",
                "(var a {\"type\": \"b\" \"param\": module \"if\": 1})",
            ),
            ("param type string\nparam param resource<'x'>", "(param type string) (param param resource<\"x\">)"),
            ("var a = [\nparam\nvar\n]", "(var a [param var])"),
        ],
    );
}

#[test]
fn the_names_of_imports_are_known() {
    let file = read("import { a as b, c } from 'd'", Dialect::Template);
    let StatementKind::Import(import) = &file.statements[0].kind else { panic!("{file:?}") };
    let Imported::Items(items) = &import.imported else { panic!("{import:?}") };
    assert_eq!(items.iter().map(|item| &**item.local_name()).collect::<Vec<_>>(), ["b", "c"]);
}
