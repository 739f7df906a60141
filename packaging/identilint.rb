class Identilint < Formula
  desc "Finds Azure identities that will not work before you deploy"
  homepage "https://github.com/identilint/identilint"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/identilint/identilint/releases/download/v@VERSION@/identilint-v@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256 aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/identilint/identilint/releases/download/v@VERSION@/identilint-v@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256 x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/identilint/identilint/releases/download/v@VERSION@/identilint-v@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/identilint/identilint/releases/download/v@VERSION@/identilint-v@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "identilint"
    man1.install "identilint.1"
    bash_completion.install "completions/identilint.bash" => "identilint"
    zsh_completion.install "completions/_identilint"
    fish_completion.install "completions/identilint.fish"
  end

  test do
    assert_equal "identilint #{version}", shell_output("#{bin}/identilint --version").strip
    (testpath/"main.tf").write <<~EOS
      resource "azurerm_user_assigned_identity" "app" {
        name = "id-app"
      }
      resource "azurerm_role_assignment" "app" {
        scope                = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
        role_definition_name = "Reader"
        principal_id         = azurerm_user_assigned_identity.app.client_id
      }
    EOS
    assert_match "wrong-principal-id", shell_output("#{bin}/identilint", 1)
  end
end
