import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts"],
    // These need real coder CLIs: npm run test:real.
    exclude: ["**/node_modules/**", "packages/fleet/test/real/**"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores: more workers only make the tests that start real processes fight each other.
    maxWorkers: 2,
    globalSetup: ["scripts/leaks.ts"],
  },
});
