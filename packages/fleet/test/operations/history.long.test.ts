/**
 * docs/history.md: its commands are run in a home that is made as it says, and git answers what stands there, but for
 * hashes, times and uuids. FLEET_WRITE_DOCS=1 writes the answers down.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

import { FLEET } from "../support/fleet.ts";

const DOC = fileURLToPath(new URL("../../../../docs/history.md", import.meta.url));
const CONSOLE = /^```console\n\$ (.+)\n([^]*?)^```$/gm;

/** What differs from run to run. */
const plain = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/shell\/[0-9a-f]{4}/g, "shell/xxxx")
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000)/g, "TIME")
    .replaceAll(/\w{3} \w{3} \d+ \d\d:\d\d:\d\d \d{4} \+0000/g, "TIME")
    .replaceAll(/\d+(\.\d+)? s\b/g, "N s")
    .replaceAll(/\b[0-9a-f]{7,40}\b/g, "HASH")
    // git blame pads names.
    .replaceAll(/ +/g, " ");

it("docs/history.md: what git answers", async () => {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-history-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = process.env["PATH"] ?? "";
  const env = { HOME: root, FLEET_HOME: join(root, ".fleet"), PATH: path, TZ: "UTC" };
  const app = join(root, "app");
  mkdirSync(app);
  writeFileSync(join(root, ".gitconfig"), "[user]\n\tname = Ann\n\temail = ann@example.org\n");
  const doc = readFileSync(DOC, "utf8");
  const steps = /^```sh\n([^]*?)^```$/m.exec(doc)?.[1] ?? "exit 1";
  const fleet = `fleet() { "${process.execPath}" "${FLEET}" "$@"; }\n`;
  onTestFinished(() => void execFileSync("sh", ["-c", `${fleet}fleet run stop`], { env, stdio: "ignore" }));
  execFileSync("sh", ["-ec", fleet + steps], { env, cwd: app, stdio: ["ignore", "ignore", "pipe"], timeout: 50_000 });
  const shown = (said: string): string =>
    said.replaceAll(path, "/usr/local/bin:/usr/bin:/bin").replaceAll(root, "/home/ann");
  const written = doc.replaceAll(CONSOLE, (_block, command: string) => {
    const said = execFileSync("sh", ["-c", command], { env, cwd: join(root, ".fleet"), encoding: "utf8" });
    return `\`\`\`console\n$ ${command}\n${shown(said).trim()}\n\`\`\``;
  });
  expect(written.match(CONSOLE)?.length).toBeGreaterThan(8);
  if (process.env["FLEET_WRITE_DOCS"] === "1") writeFileSync(DOC, written);
  else expect(plain(written)).toBe(plain(doc));
}, 120_000);
