/** Edited settings: applied at once, and committed as soon as possible. */
import { commitConfig } from "../../../settings/commit.ts";
import type { ConfigWatch } from "../../../settings/file.ts";
import { describe } from "../state/troubles.ts";
import { act, type Context } from "./context.ts";

export class TakeUp {
  readonly #context: Context;
  readonly #watch: ConfigWatch;
  /** In force, and not committed. */
  #pending: string | undefined;

  constructor(context: Context, watch: ConfigWatch) {
    this.#context = context;
    this.#watch = watch;
  }

  /** False where the file can't be read just now: what was in force stays so. */
  async look(): Promise<boolean> {
    let news: ReturnType<ConfigWatch["look"]>;
    try {
      news = this.#watch.look();
    } catch (error) {
      if (this.#context.short?.(error, "read config.yaml") !== true) throw error;
      return false;
    }
    switch (news.kind) {
      case "same":
        break;
      case "bad":
        this.#context.journal.write(
          "config",
          `config.yaml is invalid; still using the previous settings: ${news.problems.join("; ")}`,
        );
        break;
      case "changed":
        this.#pending = news.text;
    }
    if (this.#pending !== undefined) await this.#commit(this.#pending);
    return true;
  }

  /** A machine that is short of something is asked again in the next turn; what the store refuses is said, once. */
  async #commit(text: string): Promise<void> {
    const { store, journal, short } = this.#context;
    try {
      const committed = await commitConfig(store, act(this.#context), text);
      this.#pending = undefined;
      if (committed) journal.write("config", "config reloaded");
    } catch (error) {
      if (short?.(error, "commit config.yaml") === true) return;
      this.#pending = undefined;
      journal.write("trouble", `the settings are applied but not committed: ${describe(error)}`);
    }
  }
}
