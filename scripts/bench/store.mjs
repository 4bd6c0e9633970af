/** The store without the command: the sources, bundled for this run. */
import { join } from "node:path";

import { imported } from "../bundle.mjs";

export const storeModules = () => imported(join(import.meta.dirname, "store.ts"));
