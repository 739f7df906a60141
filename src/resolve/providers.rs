//! Which major versions of a provider a deployment may use: from the lock file, else from the constraints.

use crate::ir::{ModuleId, Name, Program};
use crate::source::Span;

/// The major versions that are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Majors {
    least: u32,
    most: u32,
}

impl Majors {
    /// Any version.
    pub const ANY: Self = Self { least: 0, most: u32::MAX };

    /// Whether some version with this major is possible.
    #[must_use]
    pub fn allows(self, major: u32) -> bool {
        self.least <= major && major <= self.most
    }

    /// Whether every possible version has a lower major.
    #[must_use]
    pub fn below(self, major: u32) -> bool {
        self.most < major
    }

    /// Whether every possible version has this major or a higher one.
    #[must_use]
    pub fn at_least(self, major: u32) -> bool {
        self.least >= major
    }

    /// Narrows by a constraint such as `>= 3.0, < 5.0` or `~> 4.1`. What cannot be read narrows nothing.
    #[must_use]
    pub fn and(mut self, constraint: &str) -> Self {
        for part in constraint.split(',') {
            let part = part.trim();
            let at = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
            let (operator, version) = part.split_at(at);
            // What is below a preview of a version is below that version.
            let mut numbers = version.split(['-', '+']).next().unwrap_or("").split('.');
            let Some(Ok(major)) = numbers.next().map(str::parse::<u32>) else { continue };
            let whole = numbers.all(|number| number.trim_matches('0').is_empty());
            match operator.trim().trim_end_matches(['v', ' ']) {
                "" | "=" => self = Self { least: major, most: major },
                ">=" | ">" => self.least = self.least.max(major),
                "<" => self.most = self.most.min(if whole { major.saturating_sub(1) } else { major }),
                "<=" => self.most = self.most.min(major),
                // `~> 4`, `~> 4.1` and `~> 4.1.2` stay within 4 (apparentlymart/go-versions, versions/constraints).
                "~>" => {
                    self.least = self.least.max(major);
                    self.most = self.most.min(major);
                }
                _ => {}
            }
        }
        self
    }
}

/// Something that is said of the version of a provider.
#[derive(Debug)]
pub struct Said {
    /// The constraint, or the locked version.
    pub constraint: Name,
    /// Where it is written.
    pub span: Span,
}

/// The majors of a provider that a root module's deployment may use.
#[must_use]
pub fn majors(program: &Program, root: ModuleId, provider: &str) -> Majors {
    said(program, root, provider).iter().fold(Majors::ANY, |majors, one| majors.and(&one.constraint))
}

/// What is said of the version of a provider in a root module's deployment: by its lock file, else by the constraints of
/// its modules, those of the root first.
#[must_use]
pub fn said(program: &Program, root: ModuleId, provider: &str) -> Vec<Said> {
    let locked = program.locks.get(&root).into_iter().flatten().find(|lock| *lock.provider == *provider);
    if let Some(lock) = locked {
        return vec![Said { constraint: lock.version.clone(), span: lock.span }];
    }
    let mut said = Vec::new();
    let mut seen = vec![false; program.modules.len()];
    let mut todo = vec![root];
    while let Some(id) = todo.pop() {
        let Some(flag) = seen.get_mut(id.0 as usize).filter(|flag| !**flag) else { continue };
        *flag = true;
        if let Some(module) = program.module(id) {
            let own = module.requirements.iter().filter(|requirement| *requirement.provider == *provider);
            said.extend(
                own.filter(|requirement| !requirement.constraint.trim().is_empty())
                    .map(|requirement| Said { constraint: requirement.constraint.clone(), span: requirement.span }),
            );
        }
        todo.extend(program.links.get(id.0 as usize).into_iter().flatten().flatten());
    }
    said
}

#[cfg(test)]
mod tests {
    use super::Majors;

    #[test]
    fn constraints_narrow_majors() {
        let majors = |constraint: &str| {
            let majors = Majors::ANY.and(constraint);
            [2, 3, 4, 5, 6].into_iter().filter(|major| majors.allows(*major)).collect::<Vec<u32>>()
        };
        assert_eq!(majors("~> 4.0"), [4]);
        assert_eq!(majors("~> 4"), [4]);
        assert_eq!(majors(">= 3.0, < 5.0"), [3, 4]);
        assert_eq!(majors(">= 3.7.0, < 5.1"), [3, 4, 5]);
        assert_eq!(majors("3.116.0"), [3]);
        assert_eq!(majors("= v4.2"), [4]);
        assert_eq!(majors("nonsense"), [2, 3, 4, 5, 6]);
        assert_eq!(majors("> 4.9, != 5.0.0"), [4, 5, 6]);
        assert_eq!(majors(">= 4.0, < 5.0.0-beta1"), [4]);
    }
}
