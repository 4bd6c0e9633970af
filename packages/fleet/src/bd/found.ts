/** Makes the home. */
import { createHome } from "@fleet/store/create-home";

import type { Ctx } from "./context.ts";

export async function foundHome(ctx: Ctx, prefix: string): Promise<"created" | "adopted"> {
  const { actor, email } = await ctx.act();
  const author = { name: actor, email: email ?? `${actor}@fleet.localhost` };
  return await createHome(ctx.home, { prefix, author, seconds: Math.floor(ctx.now / 1000) });
}
