import { defineConfig } from "vitest/config";

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
    globalSetup: ["scripts/leaks.ts"],
  },
});
