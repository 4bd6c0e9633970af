/** `fleet merge-driver O A B [PATH]`: git calls it in a clone (gitattributes(5), "Defining a custom merge driver"). */
import { writeGiven } from "@fleet/kit/given";
import { readGivenBytes } from "@fleet/kit/given";
import { errno } from "@fleet/kit/errors";
import { mergeFile } from "@fleet/store/merge/driver";

import { fromCwd } from "../../app/cwd.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { type Command, text } from "./command.ts";

export const mergeDriver: Command = {
  options: {},
  examples: [["fleet merge-driver %O %A %B %P", "as `fleet clone` writes it into .git/config"]],
  run: async (io, args) => {
    const file = (name: string): string => fromCwd(io, text(args, name));
    const read = (name: string): Buffer => {
      try {
        return readGivenBytes(file(name));
      } catch (error) {
        const code = errno(error);
        if (code === undefined) throw error;
        throw new CommandError(`<${name}> can't be read: ${file(name)} (${code})`, `ls -ld ${file(name)}`);
      }
    };
    const merged = mergeFile(text(args, "path"), [read("base"), read("ours"), read("theirs")]);
    if (merged === undefined)
      throw new CommandError(
        `${text(args, "path") ?? "this"} is neither a shard of issues nor the memories`,
        "git merge-file",
      );
    writeGiven(file("ours"), merged.bytes);
    for (const line of merged.said) io.err(`fleet: ${line}\n`);
    return EXIT.ok;
  },
};
