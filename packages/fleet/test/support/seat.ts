/** A terminal as a person has it: keys in, the screen out. By tmux; without it there is nothing to look at. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { shellWords } from "@fleet/kit/shell";

import { type Fleet, FLEET } from "./fleet.ts";
import { until } from "./until.ts";

export const HAS_TMUX = spawnSync("tmux", ["-V"]).status === 0;
if (!HAS_TMUX) console.warn("skipped: tmux is not installed (Debian: apt-get install tmux)");

/** A terminal of that size with `fleet top` in it, or what else is given, which is ended with the test. */
export class Seat {
  readonly #socket: string;
  readonly #env: NodeJS.ProcessEnv;

  /** `runs`: words for fleet, or a line for the shell, in which `fleet` is that command. */
  constructor(
    fleet: Fleet,
    columns: number,
    rows: number,
    runs: readonly string[] | string = ["top"],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#socket = join(fleet.root, "tmux");
    this.#env = { ...fleet.env, TERM: "screen-256color", SHELL: "/bin/sh", FLEET_HOME: fleet.home, ...env };
    const command = shellWords([process.execPath, FLEET]);
    const line = typeof runs === "string" ? `fleet() { ${command} "$@"; }; ${runs}` : `${command} ${shellWords(runs)}`;
    const all = `${line}; echo "left with $?"; cat`;
    this.#tmux(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      String(columns),
      "-y",
      String(rows),
      "-c",
      fleet.project,
      all,
    );
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-S", this.#socket, ...args], { encoding: "utf8", env: this.#env });
  }

  text(): string {
    return this.#tmux("capture-pane", "-p");
  }

  keys(...keys: readonly string[]): void {
    for (const key of keys) this.#tmux("send-keys", ...(key.length > 1 && /^[A-Z]/.test(key) ? [key] : ["-l", key]));
  }

  /** Since it began. tmux tells it of windows that nobody looks at. */
  hasRung(): boolean {
    return this.#tmux("list-windows", "-F", "#{window_bell_flag}").trim() === "1";
  }

  /** First screen, a cursor, no mouse, lines with an echo: what a shell left to it. */
  isAsItWas(): boolean {
    const flags = this.#tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{pane_tty}");
    const [alternate, cursor, mouse, tty = ""] = flags.trim().split(" ");
    const settings = execFileSync("stty", ["-F", tty, "-a"], { encoding: "utf8" }).split(/[\s;]+/);
    const isOurs = alternate !== "0" || cursor !== "1" || mouse !== "0";
    return !isOurs && settings.includes("icanon") && settings.includes("echo");
  }

  /** As when its window is closed. */
  close(): void {
    this.#tmux("kill-server");
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** The screen, once it shows that. */
  async shows(what: RegExp): Promise<string> {
    return await until(`the screen to show ${what}`, () => {
      const text = this.text();
      return what.test(text) && text;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.text()}`, { cause: error });
    });
  }

  [Symbol.dispose](): void {
    spawnSync("tmux", ["-S", this.#socket, "kill-server"]);
  }
}

/** The process of `fleet top` itself. */
export function seatOf(fleet: Fleet): number {
  const isSeat = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, "utf8").endsWith(`${FLEET}\0top\0`);
  const [pid] = fleet.processes().filter(isSeat);
  if (pid === undefined) throw new Error("fleet top does not run");
  return pid;
}
