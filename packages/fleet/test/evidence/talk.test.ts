/** Which tools of an agent only talk to the queue. */
import { expect, it } from "vitest";

import { isTalk } from "../../src/attempts/evidence/talk.ts";

it.each([
  ["mcp__fleet__close", ""],
  ["fleet.close", ""],
  ["fleet_close", ""],
  ["close", "t-1"],
  ["Bash", 'fleet bd close t-1 --reason "all is done; tests pass | really && truly"'],
  ["Bash", "/home/ann/.fleet/.git/fleet/bin/fleet bd close t-1"],
  ["Bash", "bd close t-1 --reason 'it''s done'"],
  ["exec", `bash -lc 'fleet bd close t-1 --reason "done"'`],
  ["Bash", "cd /src && BEADS_ACTOR=x bd close t-1"],
  ["Bash", "echo done; fleet bd close t-1 && echo closed"],
  ["Bash", 'fleet bd close t-1 --reason "a long reason that is cut…'],
])("%s %s only talks", (tool, summary) => expect(isTalk({ tool, summary })).toBe(true));

it.each([
  ["edit", ""],
  ["Write", "src/close.ts"],
  ["Bash", "npm test && fleet bd close t-1"],
  ["Bash", "echo x > out.txt; fleet bd close t-1"],
  ["Bash", "echo hi"],
  ["exec", `bash -lc 'make; fleet bd close t-1'`],
  ["disclose", ""],
  ["Bash", "git commit -m 'fleet bd close t-1'"],
])("%s %s may be work", (tool, summary) => expect(isTalk({ tool, summary })).toBe(false));
