//! Edits as people make them, and worse.

use super::case::Files;

/// Numbers that look like chance and are the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below another.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % most.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(all.len());
        &all[at]
    }

    fn word(&mut self, all: &[&'static str]) -> &'static str {
        all[self.below(all.len())]
    }
}

/// What becomes of files: another text, or none.
pub(crate) struct Edit {
    pub(crate) what: String,
    pub(crate) changes: Vec<(String, Option<String>)>,
}

/// Texts that something else may say as well.
const WORDS: [(&str, &str); 9] = [
    ("client_id", "principal_id"),
    ("principal_id", "client_id"),
    ("SystemAssigned", "UserAssigned"),
    ("Reader", "Owner"),
    ("true", "false"),
    ("false", "true"),
    ("\"", "\"a"),
    ("id", "di"),
    ("main", "other"),
];

/// Configurations, the last of them not right.
const CONFIGURATIONS: [&str; 8] = [
    "",
    "persona = \"pedantic\"\n",
    "ignore = [\"identity\"]\n",
    "exclude = [\"apps/two/**\"]\n",
    "min-severity = \"high\"\n",
    "[severity]\nwrong-principal-id = \"low\"\n",
    "[[external-grants]]\nprincipal = \"azurerm_linux_web_app.*\"\nreason = \"made by the platform team\"\n",
    "nonsense = [\n",
];

const WORKFLOW: &str = "on: push\npermissions: { id-token: write }\njobs:\n  deploy:\n    environment: PLACE\n    \
                        runs-on: ubuntu-latest\n    steps:\n      - uses: azure/login@v2\n";

/// The next edit of these files, which were others at first.
pub(crate) fn next(dice: &mut Dice, start: &Files, now: &Files) -> Edit {
    let names: Vec<&String> = now.keys().collect();
    let name = (*dice.of(&names)).clone();
    let text = now[&name].clone();
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let one = |what: &str, name: &str, text: Option<String>| Edit {
        what: format!("{what}: {name}"),
        changes: vec![(name.to_owned(), text)],
    };
    match dice.below(20) {
        0..=3 => {
            let (from, to) = *dice.of(&WORDS);
            let places: Vec<usize> = text.match_indices(from).map(|(at, _)| at).collect();
            if places.is_empty() {
                return one("a line at the end", &name, Some(format!("{text}\n")));
            }
            let at = *dice.of(&places);
            let edited = [&text[..at], to, &text[at + from.len()..]].concat();
            one(&format!("`{from}` becomes `{to}` at {at}"), &name, Some(edited))
        }
        4 => one("a line at the top", &name, Some(format!("\n{text}"))),
        5 => one("without a block", &name, Some(without_block(dice, &text))),
        6 => one("a file that is gone", &name, None),
        7 => {
            let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
            one("a copy", &format!("{stem}_{}.{ending}", dice.below(100)), Some(text))
        }
        8 => {
            let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
            let renamed = format!("{stem}x.{ending}");
            Edit { what: format!("renamed: {name}"), changes: vec![(name.clone(), None), (renamed, Some(text))] }
        }
        9 => {
            let at = dice.below(text.len() + 1);
            let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let stray = *dice.of(&["{", "\"", "}", "é", "\0", "${", "'''"]);
            one("a syntax error", &name, Some([&text[..at], stray, &text[at..]].concat()))
        }
        10 | 11 => {
            let changed: Vec<&String> = start.keys().filter(|name| now.get(*name) != start.get(*name)).collect();
            if changed.is_empty() {
                return one("written again", &name, Some(text));
            }
            let name = *dice.of(&changed);
            one("mended", name, Some(start[name].clone()))
        }
        12 => one("CRLF", &name, Some(text.replace("\r\n", "\n").replace('\n', "\r\n"))),
        13 => one("a byte order mark", &name, Some(format!("\u{feff}{text}"))),
        14 => {
            let file = format!("{folder}/{}", dice.of(&["terraform.tfvars", "x.auto.tfvars", "prod.tfvars"]));
            let value = *dice.of(&["\"Owner\"", "null", "{}", "\"AccountKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\""]);
            let name = *dice.of(&["role", "name", "location", "password"]);
            one("values", &file, Some(format!("{name} = {value}\n")))
        }
        15 | 16 => {
            let places =
                ["identilint.toml".to_owned(), "apps/identilint.toml".to_owned(), format!("{folder}/identilint.toml")];
            let file = dice.of(&places).clone();
            let text = *dice.of(&CONFIGURATIONS);
            one("configuration", &file, Some(text.to_owned()))
        }
        17 => {
            let all: Vec<&String> = now.keys().filter(|name| name.contains("/.github/")).collect();
            let file = if all.is_empty() { ".github/workflows/x.yml".to_owned() } else { (*dice.of(&all)).clone() };
            one("a workflow", &file, Some(WORKFLOW.replace("PLACE", dice.word(&["production", "test", "${{ x }}"]))))
        }
        18 => {
            let sql = "CREATE USER [app-NAME] FROM EXTERNAL PROVIDER;\n";
            one(
                "users",
                &format!("{folder}/users.sql"),
                Some(sql.replace("NAME", dice.word(&["one", "two", "orders"]))),
            )
        }
        _ => {
            let lines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
            let at = if lines.is_empty() { 0 } else { *dice.of(&lines) };
            let mark = if name.ends_with(".tf") { "#" } else { "//" };
            let said = *dice.of(&[
                "ignore[wrong-principal-id] é",
                "ignore[identity] it is so until=2029-01-01",
                "ignore[slots]",
            ]);
            let edited = [&text[..at], mark, " identilint: ", said, "\n", &text[at..]].concat();
            one("a suppression", &name, Some(edited))
        }
    }
}

/// The text without what stands between two lines that begin with a letter.
fn without_block(dice: &mut Dice, text: &str) -> String {
    let blocks: Vec<&str> = text.split("\n}").collect();
    let gone = dice.below(blocks.len());
    let kept: Vec<&str> = blocks.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, block)| *block).collect();
    kept.join("\n}")
}
