//! Which major versions of a provider a deployment may use: from the lock file, else from the constraints.

use crate::ir::{ModuleId, Program};

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
            let mut numbers = version.split(['.', '-', '+']);
            let Some(Ok(major)) = numbers.next().map(str::parse::<u32>) else { continue };
            let whole = numbers.all(|number| number.trim_matches('0').is_empty());
            match operator.trim().trim_end_matches(['v', ' ']) {
                "" | "=" => self = Self { least: major, most: major },
                ">=" | ">" => self.least = self.least.max(major),
                "<" => self.most = self.most.min(if whole { major.saturating_sub(1) } else { major }),
                "<=" => self.most = self.most.min(major),
                // `~> 4` allows every 4 and above it 5 too; `~> 4.1` and `~> 4.1.2` stay within 4.
                "~>" if version.contains('.') => {
                    self.least = self.least.max(major);
                    self.most = self.most.min(major);
                }
                "~>" => self.least = self.least.max(major),
                _ => {}
            }
        }
        self
    }
}

/// The majors of a provider that a root module's deployment may use.
#[must_use]
pub fn majors(program: &Program, root: ModuleId, provider: &str) -> Majors {
    let locked = program.locks.get(&root).into_iter().flatten().find(|lock| *lock.provider == *provider);
    if let Some(lock) = locked {
        return Majors::ANY.and(&lock.version);
    }
    let mut majors = Majors::ANY;
    let mut seen = vec![false; program.modules.len()];
    let mut todo = vec![root];
    while let Some(id) = todo.pop() {
        let Some(flag) = seen.get_mut(id.0 as usize).filter(|flag| !**flag) else { continue };
        *flag = true;
        if let Some(module) = program.module(id) {
            for requirement in module.requirements.iter().filter(|requirement| *requirement.provider == *provider) {
                majors = majors.and(&requirement.constraint);
            }
        }
        todo.extend(program.links.get(id.0 as usize).into_iter().flatten().flatten());
    }
    majors
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
        assert_eq!(majors("~> 4"), [4, 5, 6]);
        assert_eq!(majors(">= 3.0, < 5.0"), [3, 4]);
        assert_eq!(majors(">= 3.7.0, < 5.1"), [3, 4, 5]);
        assert_eq!(majors("3.116.0"), [3]);
        assert_eq!(majors("= v4.2"), [4]);
        assert_eq!(majors("nonsense"), [2, 3, 4, 5, 6]);
        assert_eq!(majors("> 4.9, != 5.0.0"), [4, 5, 6]);
    }
}
