/**
 * What of several things that were asked for was not done. bd continues with the next one and succeeds when any was done; here the
 * exit status is 1 as soon as one was not, and a program finds which: with --json the last line of stderr is one JSON object,
 * `{"errors":[{"id":…,"error":…,"hint":…}],"schema_version":1}`. What was done stays on stdout, in the form it has without failures.
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

  /** Says it on stderr: as `line`, where bd has words of its own for it. */
  add(id: string, error: unknown, line = (message: string): string => `Error: ${id}: ${message}`): void {
    const { message, hint } = worded(error);
    this.#errors.push({ id, error: message, ...(hint === undefined ? {} : { hint }) });
    this.#ctx.warn(line(message));
    if (hint !== undefined && !this.#ctx.json) this.#ctx.warn(`Hint: ${hint}`);
  }

  /** The issue that an argument names; undefined where there is none. */
  find(snapshot: Snapshot, argument: string, doing = "resolving"): Issue | undefined {
    try {
      return find(snapshot, argument);
    } catch (error) {
      this.add(argument, error, (message) => `Error ${doing} ${argument}: ${message}`);
      return undefined;
    }
  }

  /** The exit status; after it nothing is written to stderr. */
  exit(): number {
    if (this.#errors.length === 0) return 0;
    if (this.#ctx.json) this.#ctx.warn(printableJson(JSON.stringify({ errors: this.#errors, schema_version: 1 })));
    return 1;
  }
}
