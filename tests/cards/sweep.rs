//! Wherever one looks in the fixtures, looking ends, and what it gives lies in the files.

use std::path::Path;

use identilint::source::{SourceFile, Span};

use super::support::World;

/// Every n-th fixture is looked through: there are too many for all.
const EVERY: usize = 23;

/// So many words of a file are looked at.
const WORDS: usize = 60;

fn cases() -> Vec<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let all = walkdir::WalkDir::new(&root).min_depth(4).max_depth(4).sort_by_file_name().into_iter();
    let folders = all.filter_map(Result::ok).filter(|entry| entry.file_type().is_dir());
    let mut cases: Vec<std::path::PathBuf> = folders.map(|entry| entry.into_path()).step_by(EVERY).collect();
    cases.extend(["terraform", "bicep", "arm"].map(|language| root.join("showcase").join(language)));
    cases
}

/// Where words begin.
fn words(file: &SourceFile) -> Vec<u32> {
    let mut before = ' ';
    let mut found = Vec::new();
    for (at, letter) in file.text().char_indices() {
        if (letter.is_alphanumeric() || letter == '"') && !(before.is_alphanumeric() || before == '_') {
            found.push(u32::try_from(at).expect("small"));
        }
        before = letter;
    }
    let step = (found.len() / WORDS).max(1);
    found.into_iter().step_by(step).collect()
}

#[test]
fn looking_anywhere_ends_and_stays_in_the_files() {
    let mut cards = 0;
    let cases = cases();
    assert!(cases.len() > 10, "{cases:?}");
    for case in cases {
        let world = World::on_disk(&case);
        let all = world.cards();
        let is_valid = |span: Span| {
            let file = world.workspace.sources.get(span.source);
            file.is_some_and(|file| file.text().get(span.start as usize..span.end as usize).is_some())
        };
        for (id, file) in world.workspace.sources.iter() {
            for lens in all.lenses(id) {
                assert!(is_valid(lens.span) && lens.places.iter().copied().all(is_valid), "{lens:?}");
                assert_eq!(lens.span.source, id);
            }
            let end = u32::try_from(file.text().len()).expect("small");
            for offset in words(file).into_iter().chain([end, end + 1]) {
                if let Some(card) = all.at(id, offset) {
                    cards += 1;
                    assert!(is_valid(card.span) && card.span.source == id, "{card:?}");
                    assert!(!card.markdown(|_| None).is_empty());
                    let lines = card.faces.iter().flat_map(|face| &face.sections).flat_map(|section| &section.lines);
                    assert!(lines.filter_map(|line| line.place.as_ref()).all(|place| is_valid(place.span)), "{card:?}");
                }
                let jump = all.definition(id, offset);
                assert!(jump.is_none_or(|jump| jump.to.into_iter().all(is_valid)));
            }
            let middle = words(file).get(words(file).len() / 2).copied().unwrap_or(0);
            assert!(all.references(id, middle, true).into_iter().all(is_valid));
        }
    }
    assert!(cards > 100, "{cards}");
}
