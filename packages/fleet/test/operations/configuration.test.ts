/** docs/configuration.md and docs/prompt.md are made from the schema and the table of names; FLEET_WRITE_DOCS=1 writes them. */
import { expect, it } from "vitest";
import * as z from "zod/mini";

import { FLAG_HELP } from "../../src/attempts/limits/flags.ts";
import { FLAG } from "../../src/attempts/limits/measure.ts";
import { NAMES } from "../../src/attempts/prompt/names.ts";
import { settingRows } from "../../src/app/views/settings.ts";
import { accountSettings } from "../../src/settings/accounts/schema.ts";
import { projectSettings } from "../../src/settings/effective/project-schema.ts";
import { LIMITS } from "../../src/settings/limits/limits.ts";
import { limits } from "../../src/settings/limits/schema.ts";
import { meaningOf } from "../../src/settings/means.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { DURATIONS, KEYS, SHAPE, SIZES } from "../../src/settings/schema.ts";
import { time } from "../../src/settings/time.ts";
import { size, someTime } from "../../src/settings/values.ts";
import { expectTable, table } from "../support/doc-table.ts";

/** Without what makes it optional. */
function inside(schema: z.ZodMiniType): z.ZodMiniType {
  const isAround =
    schema instanceof z.ZodMiniDefault || schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniPrefault;
  return isAround && schema.def.innerType instanceof z.ZodMiniType ? inside(schema.def.innerType) : schema;
}

const input = z.looseObject({
  type: z.optional(z.string()),
  enum: z.optional(z.array(z.string())),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  exclusiveMinimum: z.optional(z.number()),
});

/** How a person writes one. */
function kindOf(key: string, schema: z.ZodMiniType): string {
  const inner = inside(schema);
  if (DURATIONS.has(key) || inner === time || inner === someTime) return "duration";
  if (SIZES.has(key) || inner === size) return "size";
  if (inner === limits) return "map";
  const { type, ...of } = input.parse(z.toJSONSchema(inner, { io: "input", unrepresentable: "any" }));
  if (of.enum !== undefined) return of.enum.map((word) => `\`${word}\``).join(", ");
  const { minimum: least = of.exclusiveMinimum, maximum: most = Infinity } = of;
  const range = least === undefined || most > 1e9 ? "" : `, ${least} to ${most}`;
  const words: Readonly<Record<string, string>> = {
    integer: `whole number${range}`,
    number: `number${range}`,
    boolean: "`true`, `false`",
    array: "list",
    object: "map",
  };
  return words[type ?? ""] ?? "text";
}

const shown = (value: unknown): string => {
  if (value === null || (typeof value === "object" && Object.keys(value).length === 0)) return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
};
/** Pages are named from docs here. */
const linked = (text: string): string => text.replaceAll(/docs\/([\w-]+\.md)/g, "[$1]($1)");

it("docs/configuration.md has every setting, with its kind, its default and what it means", () => {
  const defaults = new Map(settingRows(DEFAULTS).map(({ key, value }) => [key, value]));
  const rows = SHAPE.map(([key, schema]) => [
    `\`${key}\``,
    kindOf(key, schema),
    shown(defaults.get(key) ?? null),
    linked(KEYS.get(key) ?? ""),
  ]);
  for (const [key = "", kind, , means] of rows) expect([key, kind !== "", means !== ""]).toEqual([key, true, true]);
  expectTable("configuration.md", "settings", table(["key", "kind", "default", "what it is"], rows));
});

it("docs/configuration.md has the keys of a project, an account and of limits", () => {
  const project = Object.entries(projectSettings.shape).map(([key, schema]) => {
    const means = meaningOf(schema) ?? KEYS.get(key) ?? "";
    return [`\`${key}\``, kindOf(key, schema), linked(key === "liveness" ? "as `liveness` above" : means)];
  });
  const account = Object.entries(accountSettings.shape).map(([key, schema]) => [
    `\`${key}\``,
    kindOf(key, schema),
    linked(meaningOf(schema) ?? ""),
  ]);
  for (const [key = "", , means] of [...project, ...account]) expect([key, means !== ""]).toEqual([key, true]);
  expectTable("configuration.md", "project", table(["key", "kind", "what it is"], project));
  expectTable("configuration.md", "account", table(["key", "kind", "what it is"], account));
  const rows = LIMITS.map((name) => [`\`${name}\``, `\`${FLAG[name]}\``, FLAG_HELP[name]]);
  expectTable("configuration.md", "limits", table(["key", "flag of a task", "what it is"], rows));
});

it("docs/prompt.md has every name that a template may use", () => {
  const rows = Object.entries(NAMES).map(([name, what]) => [`\`{{${name}}}\``, what]);
  expectTable("prompt.md", "names", table(["name", "replaced by"], rows));
});
