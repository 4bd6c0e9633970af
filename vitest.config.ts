import { defineConfig } from "vitest/config";

import { QUICK_TUNING } from "./packages/fleet/test/support/quick.ts";
import { LongestFirst } from "./scripts/sequence.ts";

// These need real coder CLIs: npm run test:real; and these more time than npm test may take: npm run test:long (LONG_TESTS, by which
// properties are tried more often too; ALL_FILES has the files alone).
const real = "packages/fleet/test/real/**";
const isLong = process.env["LONG_TESTS"] !== undefined || process.env["ALL_FILES"] !== undefined;
const long = isLong ? [] : ["packages/*/test/**/*.long.test.ts"];
const exclude = ["**/node_modules/**", real, ...long];
/** Files that put something in the place of a module (`vi.mock`), which no other file may see. */
const MOCKED = "packages/*/test/**/*.mocked.test.ts";

const common = {
  // Many wait beside each other, on machines that do other things too.
  testTimeout: 120_000,
  hookTimeout: 60_000,
  // For two cores: tests wait for processes, so that two workers leave a quarter of the cores idle; more fight each other.
  maxWorkers: 3,
  // Nothing here speaks TLS, and where it names a file, every start of Node reads that for 35 ms of CPU.
  env: { NODE_EXTRA_CA_CERTS: "", FLEET_TUNING: JSON.stringify(QUICK_TUNING) },
};
const shared = {
  ...common,
  name: "shared",
  include: ["packages/*/test/**/*.test.ts"],
  exclude: [...exclude, MOCKED],
  // A worker for all of its files: what they share is the modules, and those keep nothing of a home.
  isolate: false,
};
const mocked = { ...common, name: "mocked", include: [MOCKED], exclude };

/** `npm test -- --sequence.shuffle` is to shuffle the files too, which a sequencer of ours would keep it from. */
const isShuffled = process.argv.some((word) => word.startsWith("--sequence.shuffle"));

export default defineConfig({
  test: {
    maxWorkers: common.maxWorkers,
    sequence: isShuffled ? {} : { sequencer: LongestFirst },
    // Once for the run: a project that extended this would have it a second time, and find the first one's directory.
    globalSetup: ["scripts/leaks.ts"],
    projects: [{ test: shared }, { test: mocked }],
  },
});
