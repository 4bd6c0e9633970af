import { describe, expect, test } from "vitest";

import { render } from "../../src/bd/json.ts";
import { initialized } from "./world.ts";

describe("JSON as bd prints it", () => {
  test("an object in legacy mode: sorted keys at every depth, schema_version among them", () => {
    expect(render({ z: 1, a: { d: [{ c: 1, b: 2 }], c: null } }, false)).toBe(
      `${["{", '  "a": {', '    "c": null,', '    "d": [', "      {", '        "b": 2,', '        "c": 1', "      }", "    ]", "  },", '  "schema_version": 1,', '  "z": 1', "}"].join("\n")}\n`,
    );
  });

  test("an array in legacy mode stays bare and unsorted", () => {
    expect(render([{ z: 1, a: 2 }], false)).toBe('[\n  {\n    "z": 1,\n    "a": 2\n  }\n]\n');
    expect(render([], false)).toBe("[]\n");
  });

  test("the envelope keeps the order of the struct", () => {
    expect(JSON.stringify(JSON.parse(render({ z: 1, a: 2 }, true)))).toBe('{"data":{"z":1,"a":2},"schema_version":1}');
    expect(JSON.parse(render([], true))).toEqual({ data: [], schema_version: 1 });
  });

  test("Go's escapes, which every parser undoes", () => {
    const text = 'a <b> & c \u2028 \u{1F600} "q"\n';
    const printed = render([text], false);
    expect(printed).toContain(String.raw`a \u003cb\u003e \u0026 c \u2028`);
    expect(JSON.parse(printed)).toEqual([text]);
  });

  test.each([
    ["1", true],
    ["true", false],
    ["", false],
  ])("BD_JSON_ENVELOPE=%j: envelope %s", async (value, envelope) => {
    using world = await initialized();
    const listed = await world.json(["list"], { env: { BD_JSON_ENVELOPE: value } });
    expect(listed).toEqual(envelope ? { data: [], schema_version: 1 } : []);
  });

  test.each([
    ["true", [], true],
    ["1", [], true],
    ["0", [], false],
    ["true", ["--json=false"], false],
  ])("BD_JSON=%s with %j: JSON %s", async (value, flags, json) => {
    using world = await initialized();
    const { stdout } = await world.bd(["list", ...flags], { env: { BD_JSON: value } });
    expect(stdout.startsWith("[]")).toBe(json);
  });
});
