/** The home's values, in the form that completion scripts read. */
import type { Io } from "../../app/io.ts";
import { offered } from "../../app/views/offered.ts";

/** Only characters that no shell has to quote. */
const PLAIN = /^[\w][\w.@+-]*$/;

/** One value a line, a tab before its description. Errors yield no completions. */
export async function offerValues(io: Io, [kind = "", typed = ""]: readonly string[]): Promise<number> {
  try {
    const values = await offered(io, kind, typed);
    const lines = values.flatMap(([word, help]) => {
      const said = help.replaceAll(/\s+/g, " ").trim();
      return word.startsWith(typed) && PLAIN.test(word) ? [said === "" ? `${word}\n` : `${word}\t${said}\n`] : [];
    });
    io.out(lines.join(""));
  } catch {
    // Errors yield no completions.
  }
  return 0;
}
