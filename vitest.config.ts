import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores: more workers only make the tests that start real processes fight each other.
    maxWorkers: 2,
    globalSetup: ["scripts/leaks.ts"],
  },
});
