/** The tables in the docs are those in the code; FLEET_WRITE_DOCS=1 writes them. */
import { it } from "vitest";

import { OUTCOMES } from "../../src/attempts/records/outcome.ts";
import { SESSION_VARIABLES } from "../../src/engine/core/inherited.ts";
import { LIFECYCLE, PAUSE_WORDS } from "../../src/engine/core/lifecycle.ts";
import { REASONS } from "../../src/engine/core/reason-table.ts";
import { expectTable, table } from "../support/doc-table.ts";

const BECOMES = {
  closed: "closed",
  open: "back to the queue",
  blocked: "waits for a person",
  keep: "as it was set meanwhile",
  asked: "waits for a person to approve or reject it",
  "set-aside": "back to the queue, after a moment",
};

const HOLDS = {
  account: "its account",
  coder: "its coder, on that PATH",
  directory: "its directory",
  setup: "the project whose workspaces are not set up",
  nothing: "nothing",
};

const outcomes = table(
  ["outcome", "stage", "what it means", "counts as a try", "what becomes of the task", "session resumed"],
  OUTCOMES.map((kind) => {
    const { stage, means, counts, becomes, resume } = LIFECYCLE[kind];
    return [`\`${kind}\``, stage, means, counts ? "yes" : "no", BECOMES[becomes], resume ? "yes" : "no"];
  }),
);

const retries = table(
  ["outcome", "pause before the next try", "holds back", "shows that the coder starts", "because"],
  OUTCOMES.map((kind) => {
    const { pause, holds, starts, because } = LIFECYCLE[kind];
    return [`\`${kind}\``, PAUSE_WORDS[pause], HOLDS[holds], starts ? "yes" : "no", because];
  }),
);

const reasons = table(
  ["`why.kind`", "what it means", "listed as", "ends by itself with", "command"],
  Object.entries(REASONS).map(([kind, { means, listed, itself, command }]) => [
    `\`${kind}\``,
    means,
    listed,
    itself ?? "",
    command === null ? "" : `\`${command}\``,
  ]),
);

it("docs/operations.md names every variable of a session that no attempt inherits", () => {
  const rows = Object.entries(SESSION_VARIABLES).map(([whose, names]) => [
    whose,
    names.map((name) => `\`${name}\``).join(", "),
  ]);
  expectTable("operations.md", "session", table(["whose", "variables"], rows));
});

it.each([
  ["outcomes.md", outcomes],
  ["retries.md", retries],
  ["explain.md", reasons],
])("docs/%s has the table of the code", (page, expected) => {
  expectTable(page, "table", expected);
});
