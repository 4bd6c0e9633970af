/** Deletes a home below a supervisor, which may write there while it goes. */
import { rmSync } from "node:fs";

import { errno } from "@fleet/kit/errors";

import { until } from "./until.ts";

export const deleteHome = async (home: string): Promise<true> =>
  await until("the home is gone", () => {
    try {
      rmSync(home, { recursive: true, force: true });
      return true;
    } catch (error) {
      if (errno(error) === "ENOTEMPTY") return false;
      throw error;
    }
  });
