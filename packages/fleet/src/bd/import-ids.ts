/** Ids for imported issues that have none. */
import { adaptiveLength, hashPart, MAX_LENGTH, MIN_LENGTH, newId, NONCES } from "@fleet/store/ids";
import type { Snapshot } from "@fleet/store/snapshot";

/** In lower case: ids that the file uses itself. */
type Used = Pick<ReadonlySet<string>, "has" | "size">;

/** Derived from the title, so that importing a file twice gives the same ids. */
function idFor(snapshot: Snapshot, title: string, nth: number, used: Used): string {
  const seed = { title, description: "", creator: `import ${nth}`, createdNanos: 0n };
  const { prefix } = snapshot.meta;
  const longest = Math.min(MAX_LENGTH, adaptiveLength(snapshot.topLevelCount + used.size) + 1);
  for (let length = MIN_LENGTH; length <= longest; length++) {
    for (let nonce = 0; nonce < NONCES; nonce++) {
      const id = `${prefix}-${hashPart(seed, nonce, length)}`;
      if (snapshot.line(id)?.title === title && !used.has(id.toLowerCase())) return id;
    }
  }
  return newId(
    prefix,
    seed,
    snapshot.topLevelCount + used.size,
    (id) => used.has(id.toLowerCase()) || !snapshot.free(id),
  );
}

/** Assigns ids in file order: several issues of one title get different ones. */
export class ImportIds {
  readonly #snapshot: Snapshot;
  readonly #counts = new Map<string, number>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  next(title: string, used: Used): string {
    const nth = this.#counts.get(title) ?? 0;
    this.#counts.set(title, nth + 1);
    return idFor(this.#snapshot, title, nth, used);
  }
}
