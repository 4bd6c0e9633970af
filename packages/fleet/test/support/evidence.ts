/** What is known of an attempt that ended by itself, with exit 0, of a script: whatever differs is given. */
import { emptyFacts } from "@fleet/coders/facts";
import { shell } from "@fleet/coders/shell/index";

import type { Evidence } from "../../src/engine/core/judge.ts";

export const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  end: "exited",
  stop: undefined,
  classification: { kind: "completed" },
  exitCode: 0,
  facts: emptyFacts(),
  capabilities: shell.capabilities,
  completion: undefined,
  held: true,
  status: "in_progress",
  notes: undefined,
  ...over,
});
