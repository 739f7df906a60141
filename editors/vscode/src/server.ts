/** The server's life: found, started, started anew, stopped. */

import * as vscode from "vscode";
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State as ClientState,
  type StaticFeature,
} from "vscode-languageclient/node";

import { type Binary, findBinary, origin } from "./binary";
import { Crashes } from "./crashes";
import { selector } from "./documents";
import { machine, version } from "./program";
import { binarySetting, isEnabled, serverSettings } from "./settings";
import type { State } from "./state";

/** Reads a setting. */
export function read(name: string): unknown {
  return vscode.workspace.getConfiguration("identilint").get(name);
}

/** The command of the server that shows the page of a rule in a browser. The extension has that page itself. */
const SERVER_SHOW_RULE = "identilint.showRule";

/** Tells the server which commands its lenses may lead to. */
const commands: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    const others = capabilities.experimental as object | undefined;
    capabilities.experimental = { ...others, commands: { commands: ["identilint.showReferences"] } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

/** What fails is told once, by the server below and with something to do about it; all the rest is in the output. */
class Client extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private current: State = { kind: "idle" };
  /** Starts and stops wait for one another. */
  private queue: Promise<void> = Promise.resolve();
  private readonly changes = new vscode.EventEmitter<State>();
  readonly onDidChange = this.changes.event;

  constructor(
    /** The folder of the extension. */
    private readonly folder: string,
    private readonly output: vscode.LogOutputChannel,
  ) {}

  get state(): State {
    return this.current;
  }

  /** The program that would be run now; fails with a sentence for people. */
  binary(): Binary {
    const found = findBinary(binarySetting(read), this.folder, machine());
    if ("problem" in found) {
      throw new Error(found.problem);
    }
    return found;
  }

  /** Starts the server, if the settings want it; one that runs is stopped first. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.end();
      if (!isEnabled(read)) {
        this.enter({ kind: "off" });
        return;
      }
      this.enter({ kind: "starting" });
      try {
        const binary = this.binary();
        await this.begin(binary, await version(binary));
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.output.error(message);
        this.enter({ kind: "failed", message });
        // It waits for an answer, which may never come.
        void this.complain(message);
      }
    });
  }

  /** Tells the server what the settings say now; one that starts reads them by itself. */
  async configure(): Promise<void> {
    if (this.client?.isRunning()) {
      const settings = { identilint: serverSettings(read) };
      await this.client.sendNotification(DidChangeConfigurationNotification.type, { settings });
    }
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.end());
  }

  dispose(): void {
    this.changes.dispose();
  }

  private async begin(binary: Binary, version: string): Promise<void> {
    const running: State = { kind: "running", version, origin: origin(binary) };
    this.output.info(`identilint ${version}, ${running.origin}`);
    const client = new Client("identilint", "identilint", { command: binary.file, args: ["lsp"] }, this.options());
    client.registerFeature(commands);
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) {
        return;
      }
      switch (newState) {
        case ClientState.Starting:
          this.enter({ kind: "starting" });
          break;
        case ClientState.Running:
          this.enter(running);
          break;
        default:
          this.enter({ kind: "failed", message: "identilint has stopped. The output says more" });
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.output.error(error instanceof Error ? error : String(error));
      throw new Error(`${binary.file} does not work as a language server. The output says more`, { cause: error });
    }
  }

  private options(): LanguageClientOptions {
    const crashes = new Crashes();
    let hasStarted = false;
    return {
      documentSelector: selector(),
      initializationOptions: () => serverSettings(read),
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: {
        executeCommand: (command, args: unknown[], next) =>
          command === SERVER_SHOW_RULE
            ? vscode.commands.executeCommand("identilint.showRulePage", ...args)
            : (next(command, args) as unknown),
      },
      // What it complains of is said once, by whoever started it.
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (_error, _message, count) => ({
          action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
        }),
        closed: () => {
          // One that never worked is not going to.
          hasStarted ||= this.current.kind === "running";
          if (!hasStarted) {
            return { action: CloseAction.DoNotRestart, handled: true };
          }
          if (crashes.mayRestart(Date.now())) {
            return { action: CloseAction.Restart, handled: true };
          }
          void this.complain("identilint has stopped again and again, and is not started any more. The output says more");
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client) {
      try {
        await client.dispose();
      } catch (error) {
        // It is gone all the same.
        this.output.warn(error instanceof Error ? error.message : String(error));
      }
    }
  }

  private enter(state: State): void {
    this.current = state;
    this.changes.fire(state);
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(task, task);
    return this.queue;
  }

  private async complain(message: string): Promise<void> {
    const settings = "Open Settings";
    const restart = "Restart";
    const output = "Show Output";
    const chosen = await vscode.window.showErrorMessage(message, settings, restart, output);
    if (chosen === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "identilint.path");
    } else if (chosen === restart) {
      await this.restart();
    } else if (chosen === output) {
      this.output.show();
    }
  }
}
