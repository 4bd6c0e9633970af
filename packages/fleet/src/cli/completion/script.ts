/**
 * The data of a completion script: all that is known beforehand is written into it; only the home's values are asked for while typing.
 */
import { selfCommand } from "../../app/installed.ts";
import { shellWord } from "@fleet/kit/shell";
import { bash } from "./bash.ts";
import { fish } from "./fish.ts";
import { levels } from "./levels.ts";
import type { Shell } from "./shells.ts";
import { zsh } from "./zsh.ts";

export async function completionScript(shell: Shell): Promise<string> {
  const all = await levels();
  const self = selfCommand().map(shellWord).join(" ");
  switch (shell) {
    case "bash":
      return bash(all, self);
    case "zsh":
      return zsh(all, self);
    case "fish":
      return fish(all, self);
  }
}
