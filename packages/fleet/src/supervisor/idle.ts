/** What is done when nothing else is to be done; a failure here is said and harms nothing. */
import type { Context } from "./context.ts";

export async function idle(_context: Context): Promise<void> {
  await Promise.resolve();
}
