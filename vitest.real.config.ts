/** The end-to-end tests with real coder CLIs: `npm run test:real` (scripts/real.mjs installs them first). */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/fleet/test/real/**/*.real.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 30_000,
    // One after the other: each starts a supervisor and several coders of its own.
    fileParallelism: false,
    maxWorkers: 1,
  },
});
