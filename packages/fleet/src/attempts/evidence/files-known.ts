/** How many files an attempt changed, where that is known. Pure. */
import type { Receipt } from "../records/receipt.ts";

/** Null: nobody told, or beside others no change is known to be its own. */
export function filesKnown(receipt: Pick<Receipt, "files" | "overlapped"> | undefined): number | null {
  const { files, overlapped = [] } = receipt ?? {};
  if (files === undefined) return null;
  return files.count === 0 && (files.from === "unknown" || overlapped.length > 0) ? null : files.count;
}
