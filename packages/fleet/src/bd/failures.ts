/**
 * Collects failures of a command on several issues. bd continues with the next one and succeeds when any succeeded. Here the exit
 * status is 1 if any failed, and with --json the last line of stderr is one object,
 * `{"errors":[{"id":…,"error":…,"hint":…}],"schema_version":1}`. Successes are printed on stdout as if nothing had failed.
 */
import { printableJson } from "@fleet/kit/printable";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import type { Snapshot } from "@fleet/store/snapshot";

import type { Ctx } from "./context.ts";
import { worded } from "./errors.ts";

export class Failures {
  readonly #ctx: Ctx;
  readonly #errors: { readonly id: string; readonly error: string; readonly hint?: string }[] = [];

  constructor(ctx: Ctx) {
    this.#ctx = ctx;
  }

  /** Reports it on stderr: as `line`, where bd has its own words. */
  add(id: string, error: unknown, line = (message: string): string => `Error: ${id}: ${message}`): void {
    const { message, hint } = worded(error);
    this.#errors.push({ id, error: message, ...(hint === undefined ? {} : { hint }) });
    this.#ctx.warn(line(message));
    if (hint !== undefined && !this.#ctx.json) this.#ctx.warn(`Hint: ${hint}`);
  }

  /** The issue that an argument names; undefined if there is none. */
  find(snapshot: Snapshot, argument: string, doing = "resolving"): Issue | undefined {
    try {
      return find(snapshot, argument);
    } catch (error) {
      this.add(argument, error, (message) => `Error ${doing} ${argument}: ${message}`);
      return undefined;
    }
  }

  /** The exit status; nothing is written to stderr afterwards. */
  exit(): number {
    if (this.#errors.length === 0) return 0;
    if (this.#ctx.json) this.#ctx.warn(printableJson(JSON.stringify({ errors: this.#errors, schema_version: 1 })));
    return 1;
  }
}
