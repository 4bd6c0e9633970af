/** Which commit a working tree has checked out, wherever the branch is: its files and index have to match that commit. */
import { type Checkout, gitAt, gitIn, toldBy } from "./checkout.ts";
import type { Way } from "./restore.ts";

export const headOf = async (checkout: Checkout): Promise<string> =>
  toldBy(await gitIn(checkout, ["rev-parse", "--verify", "-q", "HEAD^{commit}"]), "read HEAD", checkout).trim();

/** forward: the checked-out commit contains the candidate. */
export async function wayOf(checkout: Checkout): Promise<Way> {
  const { moving, move } = checkout;
  const head = await headOf(checkout);
  if (head === move.to) return "forward";
  const asked = await gitAt(moving, move, ["merge-base", "--is-ancestor", move.to, head]);
  if (asked.kind === "unavailable") toldBy(asked, "compare two commits", checkout);
  return asked.kind === "ok" ? "forward" : "back";
}
