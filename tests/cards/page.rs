//! The card that the documentation shows is the one that there is.

use super::support::World;

#[test]
fn the_page_shows_a_real_card() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("docs/cards.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let world = World::on_disk(&root.join("fixtures/showcase/terraform"));
    let shown = [
        ("identity", world.card("main.tf", "resource \"azurerm_user_assigned_identity\" \"functions\"")),
        ("slot", world.card("modules/app/main.tf", "resource \"azurerm_linux_web_app_slot\" \"preview\"")),
        ("lenses", {
            let lenses = world.cards().lenses(world.file("main.tf"));
            let line = |lens: &identilint::card::Lens| {
                format!("{}\n    {}\n", lens.title, world.workspace.sources.slice(lens.span))
            };
            lenses.iter().map(line).collect()
        }),
    ];
    let mut wanted = page.clone();
    for (name, card) in shown {
        let start = format!("<!-- card: {name} -->\n```markdown\n");
        let from = wanted.find(&start).unwrap_or_else(|| panic!("{start}")) + start.len();
        let to = from + wanted[from..].find("```\n").expect("an end");
        wanted.replace_range(from..to, &card);
    }
    if page != wanted && std::env::var_os("IDENTILINT_UPDATE").is_some() {
        std::fs::write(&path, &wanted).expect("writable");
        return;
    }
    assert_eq!(page, wanted, "IDENTILINT_UPDATE=1 writes it anew");
}
