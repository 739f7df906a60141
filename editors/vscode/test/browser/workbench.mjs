// A real VS Code in a headless browser, with the packaged extension in it.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join, parse } from "node:path";

const SETTINGS = {
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "files.autoSave": "off",
  "editor.minimap.enabled": false,
  // The lines at the top of the editor would cover what is to be clicked.
  "editor.stickyScroll.enabled": false,
  "extensions.ignoreRecommendations": true,
};

/** How long anything may take, in milliseconds; the machine may have other things to do. */
export const PATIENCE = 60_000;

export class Workbench {
  /**
   * Starts one on a folder. `installation` is what install.sh made; `scratch` takes its settings and extensions;
   * screenshots go to `shots`. `searchPath` is the PATH that the extension sees. A folder that is
   * not `trusted` is opened in restricted mode.
   */
  static async start({ installation, scratch, vsix, folder, shots, searchPath = process.env.PATH, trusted = true }) {
    const entry = join(installation, "node_modules/code-server/out/node/entry.js");
    const home = join(scratch, "home");
    const data = join(scratch, "data");
    mkdirSync(join(data, "User"), { recursive: true });
    mkdirSync(home, { recursive: true });
    mkdirSync(shots, { recursive: true });
    writeFileSync(join(data, "User/settings.json"), JSON.stringify({ ...SETTINGS, "security.workspace.trust.enabled": !trusted }));
    const places = ["--user-data-dir", data, "--extensions-dir", join(scratch, "extensions")];
    // Extensions come from here only.
    const env = { ...process.env, HOME: home, EXTENSIONS_GALLERY: "{}", PATH: searchPath };
    execFileSync(process.execPath, [entry, ...places, "--install-extension", vsix], { env, stdio: "inherit" });

    const port = await freePort();
    const args = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
    const server = spawn(process.execPath, [entry, ...places, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
    server.stdout.resume();
    const { chromium } = createRequire(join(installation, "package.json"))("playwright-core");
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(PATIENCE);
    const workbench = new Workbench(server, browser, page, shots, join(data, "Machine/settings.json"));
    try {
      await answering(`http://127.0.0.1:${port}/healthz`);
      await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`);
      await page.locator(".monaco-workbench .explorer-folders-view").waitFor();
    } catch (error) {
      await workbench.stop();
      throw error;
    }
    return workbench;
  }

  constructor(server, browser, page, shots, machineSettings) {
    Object.assign(this, { server, browser, page, shots, machineSettings });
  }

  /** Settings of the machine, as they may be edited by hand at any time. */
  settings(settings) {
    mkdirSync(dirname(this.machineSettings), { recursive: true });
    writeFileSync(this.machineSettings, JSON.stringify(settings));
  }

  /** A message at the lower right. */
  message(text) {
    return this.page.locator(".notification-toast", { hasText: text }).first();
  }

  async stop() {
    await this.browser.close();
    this.server.kill();
  }

  /** Keeps what is to be seen. */
  async shot(name) {
    // Widgets fade in.
    await this.page.waitForTimeout(400);
    await this.page.screenshot({ path: join(this.shots, `${name}.png`) });
  }

  /** Runs a command of the palette by its title. */
  async command(title) {
    await this.page.keyboard.press("F1");
    await this.type(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title }).waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Opens a file of the folder at a place: `modules/app/main.tf:44:7`. */
  async open(place) {
    const [file, line, column] = place.split(":");
    await this.page.keyboard.press("Control+P");
    await this.type(file);
    // What was open lately comes first, until the search has found the file itself.
    const { base, dir } = parse(file);
    const focused = this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: base });
    await (dir === "" ? focused : focused.filter({ has: this.page.getByText(dir, { exact: true }) })).waitFor();
    await this.accept();
    // Some labels say behind the path how many problems it has.
    await this.page.locator(`.editor-group-container.active .tab.active [aria-label*="/${file}"]`).first().waitFor();
    if (line) {
      await this.page.keyboard.press("Control+G");
      await this.type(`:${line}:${column ?? 1}`);
      await this.accept();
    }
  }

  /** Text into the box at the top, in place of what is in it. */
  async type(text) {
    const box = this.page.locator(".quick-input-widget .quick-input-box input").first();
    await box.waitFor();
    await box.fill(text);
  }

  /** Takes what is chosen at the top. While the list is made anew, the key does nothing. */
  async accept() {
    const widget = this.page.locator(".quick-input-widget");
    await until("the list at the top closes", async () => {
      await this.page.keyboard.press("Enter");
      return widget.waitFor({ state: "hidden", timeout: 1000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** A row of the list at the top. */
  row(text) {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: text });
  }

  /** The line of the editor that has this text. Spaces of the editor are no-break spaces. */
  line(text) {
    const pattern = text.split(" ").map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[\\s\\u00a0]+");
    return this.page.locator(".editor-group-container.active .view-line", { hasText: new RegExp(pattern) }).first();
  }

  /** Moves the mouse over a word of a line, and gives the card that appears. Lines move when lenses come. */
  async hover(line, word) {
    const card = this.page.locator(".monaco-hover:visible").filter({ has: this.page.locator(".hover-contents") }).first();
    await until(`a card of ${word}`, async () => {
      const box = await this.page.evaluate(boxOf, [await this.line(line).elementHandle(), word]);
      await this.page.mouse.move(box.x - 30, box.y + 60);
      await this.page.mouse.move(box.x, box.y, { steps: 4 });
      return card.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    return card;
  }

  /** All that stands at the lower right. */
  messages() {
    return this.page.locator(".notification-toast").allInnerTexts();
  }

  /** What can be clicked in the status bar. */
  status() {
    return this.page.locator("#identilint\\.identilint\\.identilint");
  }

  /** The number that the status bar shows. */
  async findings() {
    const text = await this.status().innerText();
    return Number(/: (\d+)/.exec(text)?.[1] ?? 0);
  }
}

/** Runs in the page: the middle of a word in an element. */
function boxOf([element, word]) {
  const walker = element.ownerDocument.createTreeWalker(element, 4);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(word);
    if (at >= 0) {
      const range = element.ownerDocument.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
  }
  throw new Error(`${word} is not in the line`);
}

/** Waits until something is so. */
export async function until(what, isSo) {
  const end = Date.now() + PATIENCE;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, `${what}: not within ${PATIENCE / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Takes the steps one after the other, and says how it went; the process fails if one does. */
export async function walk(code, steps, names = Object.keys(steps)) {
  let step = "";
  try {
    for (step of names) {
      await steps[step](code);
      console.log(`passed: ${step}`);
    }
    console.log(`${names.length} passed, 0 failed`);
  } catch (error) {
    await code.shot("failed");
    console.error(`failed: ${step}; what was to be seen is in failed.png`);
    console.error(error);
    process.exitCode = 1;
  } finally {
    await code.stop();
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answering(url) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    try {
      if ((await fetch(url)).ok) {
        return;
      }
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no answer from ${url}`);
}
