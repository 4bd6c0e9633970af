/** What npm, pnpm and GitHub are told. That the package works is tried by scripts/pack-smoke.mjs. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)), "utf8");
const manifest = JSON.parse(read("packages/fleet/package.json"));
const workspace = JSON.parse(read("package.json"));

/** As far as it is looked at here. */
const Workflow = z.looseObject({
  permissions: z.unknown(),
  concurrency: z.unknown(),
  jobs: z.record(
    z.string(),
    z.looseObject({
      "timeout-minutes": z.number(),
      strategy: z.looseObject({ matrix: z.record(z.string(), z.unknown()) }),
      steps: z.array(z.looseObject({ uses: z.string().optional(), with: z.unknown().optional() })),
    }),
  ),
});

describe("the package", () => {
  it("depends on nothing: what it uses is bundled", () => {
    for (const key of ["dependencies", "peerDependencies", "optionalDependencies"])
      expect(manifest).not.toHaveProperty(key);
    expect(manifest.private).toBeUndefined();
  });

  it("has description, keywords, licence and engines, and is built when it is packed", () => {
    expect(manifest).toMatchObject({
      description: workspace.description,
      license: "MIT",
      engines: { node: workspace.engines.node },
      bin: { fleet: "dist/fleet.js" },
      scripts: { prepack: "node ../../scripts/prepack.mjs" },
    });
    expect(manifest.keywords).toEqual(expect.arrayContaining(["coding-agents", "git", "task-queue"]));
  });

  it("leaves out the compiled code that a run keeps next to the bundle", () => {
    expect(manifest.files).toEqual(expect.arrayContaining(["dist", "!dist/code"]));
  });
});

it("pnpm is pinned by a hash", () => {
  expect(workspace.packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+\+sha512\.[0-9a-f]{128}$/);
});

it(".ci/run installs the package and counts the results", () => {
  const steps = read(".ci/run");
  expect(steps).toContain("node scripts/pack-smoke.mjs");
  expect(steps).toMatch(/sum\.mjs [^\n]*\.reports\/pack\.json/);
});

describe.each(readdirSync(fileURLToPath(new URL("../../../../.github/workflows", import.meta.url))))(
  "workflow %s",
  (name) => {
    const text = read(`.github/workflows/${name}`);
    const workflow = Workflow.parse(load(text));
    const jobs = Object.values(workflow.jobs);

    it("may only read the repository", () => {
      expect(workflow.permissions).toEqual({ contents: "read" });
      for (const job of jobs) expect(job).not.toHaveProperty("permissions");
      const checkouts = jobs.flatMap(({ steps }) => steps).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
      for (const step of checkouts) expect(step.with).toMatchObject({ "persist-credentials": false });
    });

    it("pins each action by commit, with its version in a comment", () => {
      const uses = text.split("\n").filter((line) => /\buses:/.test(line));
      expect(uses.length).toBeGreaterThan(0);
      for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    it("cancels what a newer push to a pull request replaces", () => {
      expect(workflow.concurrency).toMatchObject({ "cancel-in-progress": expect.stringContaining("pull_request") });
    });

    it("runs on Linux and macOS with each supported Node, for a bounded time", () => {
      for (const job of jobs) {
        expect(job.strategy.matrix).toEqual({ os: ["ubuntu-latest", "macos-latest"], node: ["20.19", "22", "24"] });
        expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
      }
    });

    it("keeps the reports, of a failed run too", () => {
      const kept = jobs
        .flatMap(({ steps }) => steps)
        .filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
      expect(kept).toMatchObject([{ if: "always()", with: { path: ".reports", "include-hidden-files": true } }]);
    });
  },
);
