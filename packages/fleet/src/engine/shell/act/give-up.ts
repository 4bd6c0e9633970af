/** Gives an attempt up, unless its wrapper comes first. */
import { ensureDir } from "@fleet/kit/files";

import { fence } from "../../../attempts/records/pid-file.ts";
import type { Attempt } from "../../core/attempt.ts";

export function giveUp({ dir }: Attempt): void {
  ensureDir(dir, 0o700);
  fence(dir);
}
