/** Where the settings of a home are. */
import { join } from "node:path";

export const configPath = (home: string): string => join(home, "config.yaml");
