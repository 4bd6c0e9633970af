/** What others wrote does not drive the terminal; what programs read stays as it is. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ours, printable, printableJson } from "@fleet/kit/printable";
import { Fleet } from "../support/fleet.ts";
import { anyCharacter } from "../../../kit/test/characters.ts";

// oxlint-disable-next-line no-control-regex
const DRIVES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\r(?!\n)/;
/** The colours of `bd`'s own lines; 31, of EVIL, is none of a plain task's. */
// oxlint-disable-next-line no-control-regex
const COLOURS = /\u001b\[(?:1|2|22|34|39)m/g;
const EVIL = "red \u001b[31m \u001b]0;title\u0007 \u009b2J \u202eback\u2069 \u007f over\rwritten";
const any = fc.array(
  fc.oneof(fc.string({ unit: anyCharacter }), fc.constantFrom("\u001b[1m", "\u009b", "\u202e", "\r\n", "é\t\n")),
);

describe("text for a terminal", () => {
  it("keeps line ends, tabs and every letter", () => {
    const text = "two\nlines\tand\r\na tab; 日本語 🚀 é שלום\n";
    expect(printable(text)).toBe(text);
    expect(printable(EVIL)).toBe("red ␛[31m ␛]0;title␇ �2J �back� ␡ over␍written");
  });

  it("has no other control in it, and as many characters as before", () =>
    fc.assert(
      fc.property(any, (parts) => {
        const text = parts.join("");
        expect(printable(text)).not.toMatch(DRIVES);
        expect(printable(text)).toHaveLength(text.length);
      }),
    ));

  it("has our own colours, and those only", () => {
    expect(printable(`${ours("\u001b[31m")}\u001b[32mx${ours("\u001b[39m")}`)).toBe("\u001b[31m␛[32mx\u001b[39m");
  });

  it("JSON means the same", () =>
    fc.assert(
      fc.property(any, (parts) => {
        const json = printableJson(JSON.stringify(parts));
        expect(JSON.parse(json)).toEqual(parts);
        expect(json).not.toMatch(DRIVES);
      }),
    ));
});

describe("the command", () => {
  let fleet: Fleet;
  let id = "";
  beforeAll(async () => {
    fleet = await Fleet.make();
    id = (await fleet.ok(["bd", "create", "a title", "-d", EVIL, "--silent"])).trim();
    await fleet.ok(["bd", "update", id, "--notes", EVIL]);
    await fleet.ok(["bd", "comment", id, EVIL]);
  });
  afterAll(async () => await fleet[Symbol.asyncDispose]());

  it("shows it in pictures, with our colours beside it", async () => {
    const env = { NO_COLOR: undefined, CLICOLOR_FORCE: "1" };
    for (const args of [
      ["bd", "show", id],
      ["bd", "comments", id],
      ["bd", "show", EVIL],
    ]) {
      const { stdout, stderr } = await fleet.run(args, { env, own: true });
      expect(stdout + stderr).toContain("␛[31m");
      expect((stdout + stderr).replaceAll(COLOURS, "")).not.toMatch(DRIVES);
    }
    expect((await fleet.run(["run", "status"], { env, own: true })).stdout).toContain("\u001b[31mstopped\u001b[39m");
  });

  it("gives programs what was written", async () => {
    expect(JSON.parse(await fleet.ok(["bd", "show", id, "--json"]))).toMatchObject([
      { notes: EVIL, description: EVIL },
    ]);
    expect(await fleet.ok(["bd", "export"], { own: true })).toContain("\u009b2J \u202eback\u2069 \u007f");
  });
});
