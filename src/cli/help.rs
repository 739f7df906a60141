//! What help, the man page and the reference say besides flags: examples, exit codes, files, environment.

use std::fmt::Write as _;

/// What is wanted, and the line that does it.
type Example = (&'static str, &'static str);

const CHECK: &[Example] = &[
    ("Check this folder and everything below it", "identilint"),
    ("Check one module, with the modules that call it", "identilint modules/identity/main.tf"),
    (
        "Only secrets and slots, and fail for high and critical findings only",
        "identilint --select secrets,slots --fail-on high",
    ),
    ("Read a file of values for every root module", "identilint --var-file prod.tfvars infra"),
    ("A report for people and one for programs", "identilint --format text --format json=identilint.json"),
    ("Look at what the safe fixes would change", "identilint --diff"),
    ("Apply them", "identilint --fix"),
];
const EXPLAIN: &[Example] = &[
    ("What a rule flags, and what to do instead", "identilint explain slot-without-role"),
    ("Every rule of a family", "identilint explain slots | less"),
    ("For a program", "identilint explain unknown-role --format json"),
];
const RULES: &[Example] = &[
    ("The rules of two families", "identilint rules --family slots,federation"),
    ("For a program", "identilint rules --format json"),
];
const COMPLETIONS: &[Example] = &[
    ("bash", "identilint completions bash >~/.local/share/bash-completion/completions/identilint"),
    ("zsh, in a folder of $fpath", "identilint completions zsh >_identilint"),
    ("fish", "identilint completions fish >~/.config/fish/completions/identilint.fish"),
];
const LSP: &[Example] = &[(
    "Neovim with it, for a try",
    "nvim main.tf -c \"lua vim.lsp.start({ name = 'identilint', cmd = { 'identilint', 'lsp' } })\"",
)];
const MAN: &[Example] = &[("Read it", "identilint man | man -l -"), ("Keep it", "identilint man >identilint.1")];

/// How a run ends, the same in every format.
pub(super) const EXIT_CODES: &[(&str, &str)] = &[
    ("0", "nothing was found at or above `--fail-on`"),
    ("1", "something was found there; a syntax error counts"),
    ("2", "the question or configuration is wrong, something cannot be read or written, or there is nothing to check"),
];

/// What is heeded of the environment.
pub(super) const ENVIRONMENT: &[(&str, &str)] = &[
    ("NO_COLOR", "if it is set to anything, `--color auto` means `never`"),
    ("TERM", "with `dumb` there are neither colours nor progress"),
    ("CI", "if it is set, and neither `false` nor `0`, there is no progress"),
    ("RAYON_NUM_THREADS", "how many threads work; by default as many as the machine runs at once"),
];

/// What is read besides the files that are checked.
pub(super) const FILES: &[(&str, &str)] = &[
    ("identilint.toml, .identilint.toml", "configuration; the nearest one above a file holds for it"),
    (".gitignore", "what git ignores is left out, but for files that are named"),
    (".terraform/modules/modules.json", "where `terraform init` put the modules that are called"),
    (".terraform.lock.hcl", "the versions of providers"),
];

/// The examples of a command.
pub(super) fn examples(command: &str) -> &'static [Example] {
    match command {
        "identilint" | "check" => CHECK,
        "explain" => EXPLAIN,
        "rules" => RULES,
        "completions" => COMPLETIONS,
        "lsp" => LSP,
        "man" => MAN,
        _ => &[],
    }
}

/// The end of `-h`.
pub(super) fn short(command: &str) -> String {
    let lines = examples(command).iter().take(3).map(|(_, line)| format!("  {line}"));
    format!("Examples:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// The end of `--help`.
pub(super) fn long(command: &str) -> String {
    let lines = examples(command).iter().map(|(what, line)| format!("  {what}:\n      {line}"));
    let mut text = format!("Examples:\n{}", lines.collect::<Vec<_>>().join("\n"));
    if command == "check" {
        for (heading, entries) in [("Exit codes", EXIT_CODES), ("Environment", ENVIRONMENT), ("Files", FILES)] {
            let wide = entries.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            let lines = entries.iter().map(|(name, what)| format!("  {name:wide$}  {what}"));
            // Writing to a string does not fail.
            let _ = write!(text, "\n\n{heading}:\n{}", lines.collect::<Vec<_>>().join("\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::args::Cli;
    use super::*;
    use clap::Parser as _;

    #[test]
    fn every_example_is_understood() {
        for (_, line) in [CHECK, EXPLAIN, RULES, COMPLETIONS, MAN].into_iter().flatten() {
            let words = line.split_whitespace().take_while(|word| !word.starts_with(['|', '>']));
            if let Err(error) = Cli::try_parse_from(words) {
                panic!("{line}: {error}");
            }
        }
    }
}
