/** The settings as commands that only show something have them: decoded once for each version of the file. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { Store } from "@fleet/store/store";

import { DEFAULTS } from "../../src/settings/defaults.ts";
import { parseConfig } from "../../src/settings/file.ts";
import { shownSettings, shownSettingsPath } from "../../src/settings/shown.ts";

const EVERY_KIND = `max_concurrent: 5
max_per_coder: { claude: 2 }
task_timeout: 4h
keep_size: 20GB
default_coder: claude
limits: { claude: { turns: 50, timeout: none } }
daily: { usd: 5.5 }
accounts: { work: { coder: claude, secrets: { KEY: { file: /k } }, daily: { tokens: 1000000 } } }
checks: [npm test]
projects: { ~/a: { coder: claude, limits: { usd: none }, liveness: { hung_after: 0s }, env: { A: b } } }
liveness: { coders: { codex: { quiet_after: 10m } } }
env: { codex: { A: b } }
coders:
  claude: { args: [[--model, "{model}"], --verbose], wrap: [nice] }
  mine: { argv: [mine, "{prompt}"], prompt: argument, events: [{ when: { type: x }, event: text, fields: { text: t } }] }
`;

let home: string;
const write = (text: string): void => writeFileSync(join(home, "config.yaml"), text);
const shown = async (build?: string) => await shownSettings(home, new Store(home), build);
const kept = (): unknown => JSON.parse(readFileSync(shownSettingsPath(home), "utf8"));

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "fleet-shown-"));
  mkdirSync(join(home, "run"));
});
afterEach(() => rmSync(home, { recursive: true }));

it("are those of the file, whatever was set, when they are decoded and when they were kept", async () => {
  write(EVERY_KIND);
  const read = parseConfig(EVERY_KIND);
  const config = read.ok ? read.config : undefined;
  expect((await shown("1")).config).toEqual(config);
  expect(kept()).toEqual({ build: "1", text: EVERY_KIND, config });
  expect((await shown("1")).config).toEqual(config);
});

it("are taken from what was kept for exactly this text by this build, and from nothing else", async () => {
  write("max_concurrent: 5\n");
  await shown("1");
  const config = { ...DEFAULTS, max_concurrent: 9 };
  writeFileSync(shownSettingsPath(home), JSON.stringify({ build: "1", text: "max_concurrent: 5\n", config }));
  expect((await shown("1")).config.max_concurrent).toBe(9);
  expect((await shown("2")).config.max_concurrent).toBe(5);
  write("max_concurrent: 6\n");
  expect((await shown("2")).config.max_concurrent).toBe(6);
});

it.each(["", "{", "null", '{"build":"1"}', '{"build":"1","text":"max_concurrent: 5\\n","config":null}'])(
  "are decoded anew where %j was kept",
  async (text) => {
    write("max_concurrent: 5\n");
    writeFileSync(shownSettingsPath(home), text);
    expect((await shown("1")).config.max_concurrent).toBe(5);
  },
);

it("are the defaults without a file; of the sources, which change, nothing is kept", async () => {
  expect(await shown("1")).toEqual({ config: DEFAULTS, unsettled: undefined, problems: [] });
  write("max_concurrent: 5\n");
  expect((await shown()).config.max_concurrent).toBe(5);
  expect(existsSync(shownSettingsPath(home))).toBe(false);
});

it("each default is the one that the schema fills in", () => {
  expect(parseConfig("")).toEqual({ ok: true, config: DEFAULTS });
});
