import { STATUSES, TYPES } from "@fleet/store/status";

import { configOf } from "../settings.ts";
import type { Verb } from "../verb.ts";

const CATEGORIES = ["active", "wip", "done", "frozen"];

function troubles(config: Readonly<Record<string, string>>): string[] {
  const statuses = (config["status.custom"] ?? "").split(",").filter((part) => part.trim() !== "");
  const types = (config["types.custom"] ?? "").split(",").filter((part) => part.trim() !== "");
  return [
    ...statuses.flatMap((part) => {
      const [name = "", category = "active"] = part.split(":").map((text) => text.trim());
      if (STATUSES.some((known) => known === name)) return [`status.custom: ${name} is built in`];
      return CATEGORIES.includes(category)
        ? []
        : [`status.custom: ${name} has the category ${category} (${CATEGORIES.join(", ")})`];
    }),
    ...types.flatMap((name) =>
      TYPES.some((known) => known === name.trim()) ? [`types.custom: ${name.trim()} is built in`] : [],
    ),
  ];
}

export const verb: Verb = {
  usage: "validate",
  summary: "Check the configuration",
  examples: ["config validate"],
  run: (ctx) => {
    const issues = troubles(configOf(ctx.snapshot().meta));
    if (ctx.json) ctx.print({ valid: issues.length === 0, issues });
    else
      ctx.say(
        issues.length === 0
          ? "✓ The configuration is valid"
          : `Problems:\n${issues.map((text) => `  • ${text}`).join("\n")}`,
      );
    return issues.length === 0 ? 0 : 1;
  },
};
