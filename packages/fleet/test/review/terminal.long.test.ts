/** A review in a terminal, as a person has it: what waits, the diff in an editor, what was answered, and the word on it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { reviewOf } from "@fleet/store/claims";
import { shellWord } from "@fleet/kit/shell";

import { HAS_TMUX, Seat } from "../support/seat.ts";
import { until } from "../support/until.ts";
import { reviewed } from "./support.ts";

/** Says something of the second and the third line of what it is given, and shows that it was there. */
const EDITOR = `#!/bin/sh
grep -q '^+third' "$1" || exit 1
sed -i -e 's/^+second/&\\n> say it in words/' -e 's/^+third/&\\n> rather not/' "$1"
echo written
`;

describe.skipIf(!HAS_TMUX)("a review in a terminal", () => {
  it("shows what waits, takes what is written into the diff, sends it back, and shows the answers below it", async () => {
    const { fleet } = await reviewed();
    await using _ended = fleet;
    const editor = join(fleet.root, "editor");
    writeFileSync(editor, EDITOR, { mode: 0o755 });
    const id = await fleet.task("Write it", "Write the file");
    await fleet.settled(id, "in_progress");
    using seat = new Seat(
      fleet,
      120,
      60,
      `export EDITOR=${shellWord(editor)} VISUAL=; while read -r line; do eval "$line"; done`,
    );
    const type = (line: string): void => seat.keys(line, "Enter");
    type("fleet review");
    await seat.shows(new RegExp(`TASK .*TITLE[^]*${id} .*changed .*\\+3 -0`));
    type(`clear; fleet review ${id}`);
    await seat.shows(/waits for review since[^]*\+third/);
    type(`clear; fleet review ${id} -e`);
    await seat.shows(new RegExp(`written[^]*on ${id}:2[^]*on ${id}:3[^]*To send it back with them`));
    type(`clear; fleet review ${id} --request-changes -m nearly`);
    await seat.shows(/with 2 remarks/);
    await until("the second attempt", () => fleet.outcomes(id).length === 2 && reviewOf(fleet.issue(id)));
    const prompt = readFileSync(join(fleet.dir(id, 2), "prompt.md"), "utf8");
    expect(prompt).toContain("sends it back:\n\nnearly");
    expect(prompt).toContain(`${id}:2 (Ann)\n  > second\n  say it in words`);
    expect(prompt).toContain(`${id}:3 (Ann)\n  > third\n  rather not`);

    type(`clear; fleet review ${id}`);
    const page = await seat.shows(/resumed s1/);
    expect(page).toMatch(
      new RegExp(
        `2 remarks, 1 open:[^]*${id}:2, outdated: [^]*> second[^]*: say it in words\\n.*: mended\\n[^]*> third`,
      ),
    );
    type(`clear; fleet review ${id} --approve -m fine`);
    await seat.shows(/closes once it has landed/);
    expect(fleet.comments(id)).toContain("fine");
  });
});
