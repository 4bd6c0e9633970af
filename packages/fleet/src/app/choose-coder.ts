/** Which coder a new home begins with: the one agent that is installed and signed in. Nothing is run to find out. */
import { installed, type SignedIn } from "@fleet/coders/probe";
import { builtIn } from "@fleet/coders/registry";

import type { Io } from "./io.ts";

/** How it was chosen, or why a person has to. */
export type Choice =
  /** No other is as ready. */
  | { readonly kind: "one"; readonly name: string }
  /** A person says which. */
  | { readonly kind: "several"; readonly names: readonly string[] }
  /** None is installed and signed in; `installed`: those that only lack an account. */
  | { readonly kind: "none"; readonly installed: readonly string[] };

/** Never `shell`, which needs no account: it runs a task's description as a script, so it has to be named. */
export function choice(agents: ReadonlyMap<string, SignedIn>): Choice {
  const named = (signedIn: SignedIn): string[] =>
    [...agents].flatMap(([name, state]) => (state === signedIn ? [name] : []));
  const ready = named("yes");
  // Some keep their account in files that others may not read.
  const candidates = ready.length > 0 ? ready : named("unknown");
  const [first, ...others] = candidates;
  if (first === undefined) return { kind: "none", installed: named("no") };
  return others.length === 0 ? { kind: "one", name: first } : { kind: "several", names: candidates };
}

export async function chooseCoder(env: Io["env"]): Promise<Choice> {
  const found = await Promise.all(
    [...builtIn.values()].map(async (coder) => ({
      name: coder.name,
      state: await installed(coder, env, env["HOME"] ?? ""),
    })),
  );
  return choice(new Map(found.flatMap(({ name, state }) => (state === undefined ? [] : [[name, state] as const]))));
}

/** One line for a person, with the command that decides where nothing was decided. */
export function choiceText(chosen: Choice): string {
  switch (chosen.kind) {
    case "one":
      return `Tasks that name no coder go to ${chosen.name}; to change that: fleet config set default_coder=NAME`;
    case "several":
      return `Installed: ${chosen.names.join(", ")}. Tasks wait until you choose one: fleet config set default_coder=${chosen.names[0] ?? "NAME"}`;
    case "none":
      return chosen.installed.length === 0
        ? "No coding agent is installed, so tasks wait; how to install one: fleet coders"
        : `Not signed in: ${chosen.installed.join(", ")}. Tasks wait; once you are: fleet config set default_coder=${chosen.installed[0] ?? "NAME"}`;
  }
}
