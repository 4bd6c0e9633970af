/** Limits of this process (getrlimit(2)), as Linux shows them. */
import { procText } from "./id.ts";

/** How many files may be open at once, from the text of /proc/self/limits; undefined for no limit, or where nobody tells. */
function openFilesIn(limits: string): number | undefined {
  const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return soft === undefined ? undefined : Number(soft);
}

export const openFilesLimit = (): number | undefined => openFilesIn(procText("self/limits") ?? "");
