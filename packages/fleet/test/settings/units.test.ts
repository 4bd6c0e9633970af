/** A number without a unit is answered with the line that was probably meant. Pure. */
import { expect, it } from "vitest";

import { withUnit } from "../../src/settings/as-written.ts";

it.each([
  ["poll_interval", "3", "3s"],
  ["task_timeout", "5", "5h"],
  ["task_timeout", "90000", "90000s"],
  ["task_timeout", "7200000", "7200000ms"],
  ["check_timeout", "15", "15m"],
  ["keep_for", "30", "30d"],
  ["retry_backoff", "10", "10s"],
  ["liveness.hung_after", "20", "20m"],
  ["limits.claude.idle", "20", "20m"],
])("%s=%s is suggested as %s", (key, number, meant) => {
  expect(withUnit(key, number)).toBe(meant);
});
