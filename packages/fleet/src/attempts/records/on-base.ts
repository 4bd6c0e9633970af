/** How a command that is to be proven ended where the task began. */
import * as z from "zod/mini";

export const onBase = z.object({
  command: z.string(),
  /** The commit in whose files it ran; absent: in the directory itself, which is in no repository. */
  commit: z.optional(z.string()),
  /** What was missing in the files of that commit: submodules, the content of LFS files, dependencies. One line each. */
  lacks: z.optional(z.array(z.string())),
  verdict: z.enum(["failed", "timed-out"]),
  code: z.optional(z.number()),
  ms: z.number(),
  /** The end of what it printed. */
  tail: z.string(),
  /** RFC 3339. */
  at: z.string(),
});
export type OnBase = z.infer<typeof onBase>;
