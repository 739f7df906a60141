// The packaged extension in a real VS Code, as somebody uses it who opens the showcase:
//   node showcase.mjs INSTALLATION EXTENSION.vsix SCREENSHOTS [STEP...]
// A step is named by its beginning; without any, all are taken, each in the editor that the one before has left.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { until, walk, Workbench } from "./workbench.mjs";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../../../..");
if (process.argv.length < 5) {
  console.error("usage: node showcase.mjs INSTALLATION EXTENSION.vsix SCREENSHOTS [STEP...]");
  process.exit(2);
}
const [installation, vsix, shots] = process.argv.slice(2, 5).map((argument) => resolve(argument));
const scratch = mkdtempSync(join(tmpdir(), "identilint-browser-"));
const folder = join(scratch, "showcase");
cpSync(join(repository, "fixtures/showcase"), folder, { recursive: true });
writeFileSync(join(folder, "terraform/kept.tf"), '# identilint: ignore[unused-identity] the platform team uses it\nresource "azurerm_user_assigned_identity" "kept" {\n  name                = "id-kept"\n  location            = "westeurope"\n  resource_group_name = "rg-kept"\n}\n');

const steps = {
  async "squiggles and problems"(code) {
    await code.open("terraform/main.tf:98:1");
    await code.page.locator(".squiggly-error").first().waitFor();
    await code.command("View: Focus Problems");
    const problems = code.page.locator(".markers-panel .monaco-list-row");
    await problems.filter({ hasText: "slot-without-role" }).first().waitFor();
    await until("findings of three formats", async () => (await code.findings()) === 18);
    await code.shot("problems");
  },

  async "hover on the rule of a suppression"(code) {
    // The panel takes the room of the card.
    await code.page.keyboard.press("Control+J");
    await code.open("terraform/kept.tf");
    const card = await code.hover("identilint: ignore", "unused-identity");
    await code.shot("hover-rule");
    assert.match(await card.innerText(), /unused-identity/);
  },

  async "hover on a finding"(code) {
    await code.open("terraform/main.tf:96:1");
    const card = await code.hover("azurerm_user_assigned_identity.functions.client_id # expect", "client_id");
    await code.shot("hover-finding");
    assert.match(await card.innerText(), /client id of `?id-orders-functions/);
  },

  async "hover card of a slot"(code) {
    await code.open("terraform/modules/app/main.tf:30:1");
    const card = await code.hover('resource "azurerm_linux_web_app_slot" "release"', "release");
    await code.shot("hover-slot");
    assert.match(await card.innerText(), /app-orders/);
    assert.match(await card.innerText(), /Key Vault Secrets User/);
  },

  async "lens of an identity, and what it counts"(code) {
    await code.open("terraform/main.tf:26:1");
    const lens = code.page.locator(".editor-group-container.active .codelens-decoration a", { hasText: /host/ }).first();
    await lens.waitFor();
    await code.shot("lens");
    await lens.click();
    await code.page.locator(".peekview-widget .ref-tree .monaco-list-row").first().waitFor();
    await code.shot("lens-references");
    await code.page.keyboard.press("Escape");
  },

  async "quick fix by the light bulb"(code) {
    await code.open("terraform/main.tf:96:60");
    await code.page.locator(".squiggly-error").first().waitFor();
    // Where the line before leaves room it is over the text, and else beside the line's number.
    await code.page.locator(".lightBulbWidget:visible, .cgmr[class*=lightbulb]:visible").first().click();
    const actions = code.page.locator(".action-widget .monaco-list-row.action");
    await actions.first().waitFor();
    await code.shot("quick-fixes");
    assert.equal(await actions.first().innerText(), "take the principal id");
    // The first one has the focus.
    await code.page.keyboard.press("Enter");
    await code.line("azurerm_user_assigned_identity.functions.principal_id # expect").waitFor();
    await code.page.keyboard.press("Control+S");
    const file = join(folder, "terraform/main.tf");
    const fixed = "principal_id         = azurerm_user_assigned_identity.functions.principal_id # expect";
    await until("the fix is saved", () => readFileSync(file, "utf8").includes(fixed));
    await code.page.waitForTimeout(1000);
    await code.shot("fixed");
    const before = readFileSync(join(repository, "fixtures/showcase/terraform/main.tf"), "utf8");
    assert.equal(readFileSync(file, "utf8"), before.replace(/functions\.client_id # expect/, "functions.principal_id # expect"));
    await until("one finding less", async () => (await code.findings()) === 17);
  },

  async "page of a rule"(code) {
    await code.command("identilint: Show Rule Page");
    await code.type("slot-without-role");
    await code.row("slot-without-role").first().waitFor();
    await code.shot("rules");
    await code.page.keyboard.press("Enter");
    await code.page.locator("iframe.webview.ready").first().waitFor();
    const preview = code.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    await preview.locator("h1").first().waitFor();
    await code.shot("rule-page");
    assert.match(await preview.locator("body").innerText(), /slot-without-role/);
  },

  async "page of a rule from its finding"(code) {
    await code.open("terraform/main.tf:100:30");
    await code.page.locator(".lightBulbWidget:visible, .cgmr[class*=lightbulb]:visible").first().waitFor();
    await code.page.keyboard.press("Control+.");
    const action = code.page.locator(".action-widget .monaco-list-row.action", { hasText: "show the page of" });
    await action.waitFor();
    while (!/focused/.test((await action.getAttribute("class")) ?? "")) {
      await code.page.keyboard.press("ArrowDown");
    }
    await code.page.keyboard.press("Enter");
    await code.page.locator(".tab", { hasText: "Preview privileged-role-at-wide-scope.md" }).waitFor();
    await code.shot("rule-page-of-finding");
  },

  async "menu of the status bar"(code) {
    await code.open("bicep/main.bicep");
    await code.status().click();
    await code.row("Restart Server").waitFor();
    await code.shot("menu");
    await code.row("Restart Server").click();
    await until("findings after a restart", async () => (await code.findings()) > 0);
    await code.shot("restarted");
  },
};

const wanted = process.argv.slice(5);
const names = Object.keys(steps).filter((name) => wanted.length === 0 || wanted.some((one) => name.startsWith(one)));
assert.ok(names.length > 0, `no step begins with ${wanted.join(", ")}`);
const code = await Workbench.start({ installation, scratch, vsix, folder, shots });
await walk(code, steps, names);
rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
