/** `config.yaml` on disk: read, checked, and the last good settings kept when somebody saves a bad file. */
import { statSync } from "node:fs";

import { FleetError } from "@fleet/kit/errors";
import { load, YAMLException } from "js-yaml";

import { readText } from "@fleet/kit/read";
import { shortageOf } from "@fleet/kit/shortage";
import { DEFAULTS } from "./defaults.ts";
import { configPath } from "./place.ts";
import { type Config } from "./schema.ts";
import { checkConfig, type Checked } from "./check.ts";

const MOST_VALUES = 100_000;
const MOST_LEVELS = 64;

/** What whoever walks the value would not come to the end of: aliases (*name) make much out of little. */
function boundTrouble(root: unknown): string | undefined {
  let count = 0;
  const walk = (value: unknown, above: readonly unknown[]): string | undefined => {
    if (++count > MOST_VALUES) return `it holds more than ${MOST_VALUES} values, those behind aliases (*name) counted`;
    if (typeof value !== "object" || value === null) return undefined;
    if (above.includes(value)) return "an alias (*name) is inside what it names";
    if (above.length >= MOST_LEVELS) return `it is nested deeper than ${MOST_LEVELS} levels`;
    for (const one of Object.values(value)) {
      const trouble = walk(one, [...above, value]);
      if (trouble !== undefined) return trouble;
    }
    return undefined;
  };
  return walk(root, []);
}

export function parseConfig(text: string): Checked {
  try {
    const value = load(text);
    const trouble = boundTrouble(value);
    return trouble === undefined ? checkConfig(value) : { ok: false, problems: [`config.yaml: ${trouble}`] };
  } catch (error) {
    // The parser calls itself for each level.
    if (error instanceof RangeError) return { ok: false, problems: ["config.yaml: it is nested too deeply"] };
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark;
    return { ok: false, problems: [`config.yaml:${line + 1}:${column + 1}: ${error.reason}`] };
  }
}

/**
 * The settings and the text they came from; no file means all defaults, one that can't be read is a bad one. Throws where the
 * machine is too short of something to read it.
 */
export function readConfig(home: string): Checked & { readonly text: string | undefined } {
  let text: string | undefined;
  try {
    text = readText(configPath(home), { links: "follow" });
  } catch (error) {
    // Of a machine that is short of open files the file says nothing.
    if (!(error instanceof FleetError) || shortageOf(error) !== undefined) throw error;
    const where = error.where === undefined ? "" : ` (${error.where})`;
    return { ok: false, problems: [`config.yaml: ${error.message}${where}`], text: undefined };
  }
  return { ...(text === undefined ? { ok: true as const, config: DEFAULTS } : parseConfig(text)), text };
}

export type ConfigNews =
  | { readonly kind: "same" }
  | { readonly kind: "changed"; readonly config: Config; readonly text: string | undefined }
  /** The last good settings stay in force. */
  | { readonly kind: "bad"; readonly problems: readonly string[] };

/** Watches the file by its size and times: a look costs one stat. */
export class ConfigWatch {
  readonly #home: string;
  #seen = "";
  #config: Config = DEFAULTS;
  #problems: readonly string[] = [];

  constructor(home: string) {
    this.#home = home;
  }

  /** The last good settings. */
  get config(): Config {
    return this.#config;
  }

  /** What is wrong with the file as it is now; empty when it is good. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Settings from before this watch began. */
  keep(config: Config): void {
    this.#config = config;
  }

  look(): ConfigNews {
    const stat = statSync(configPath(this.#home), { bigint: true, throwIfNoEntry: false });
    const seen = stat === undefined ? "none" : `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
    if (seen === this.#seen) return { kind: "same" };
    const read = readConfig(this.#home);
    this.#seen = seen;
    if (!read.ok) {
      this.#problems = read.problems;
      return { kind: "bad", problems: read.problems };
    }
    this.#config = read.config;
    this.#problems = [];
    return { kind: "changed", config: read.config, text: read.text };
  }
}
