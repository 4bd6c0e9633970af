import { defineConfig } from "vitest/config";

import { LongestFirst } from "./scripts/sequence.ts";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts"],
    // These need real coder CLIs: npm run test:real.
    exclude: ["**/node_modules/**", "packages/fleet/test/real/**"],
    // Many wait beside each other, on machines that do other things too.
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // Two cores: more workers only make the tests that start real processes fight each other.
    maxWorkers: 2,
    // A worker for all of its files: what they share is the modules, and those keep nothing of a home.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Tests beside each other mostly wait for processes.
    maxConcurrency: 8,
    // Nothing here speaks TLS, and where it names a file, every start of Node reads that for 35 ms of CPU.
    env: { NODE_EXTRA_CA_CERTS: "" },
    globalSetup: ["scripts/leaks.ts"],
  },
});
