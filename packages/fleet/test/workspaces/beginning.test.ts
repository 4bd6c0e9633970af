/** Which branch work is for, and whether it can begin with that. */
import { expect, test } from "vitest";

import { notYet, targetThere } from "../../src/workspaces/beginning.ts";

const OID = "0".repeat(40);
const ref = (name: string) => ({ name, oid: OID });
const onMain = {
  top: "/repo",
  head: { kind: "branch", name: "main", oid: OID },
  refs: [ref("refs/heads/main"), ref("refs/remotes/origin/main"), ref("refs/remotes/origin/next")],
  settings: [{ scope: "local", key: "remote.origin.url", value: "x" }],
} as const;
const detached = { ...onMain, head: { kind: "detached", oid: OID } } as const;

const why = (...args: Parameters<typeof notYet>) => notYet(...args)?.why;

test("what is to land waits for a branch to land on", () => {
  expect(why(onMain, { via: "branch" })).toBeUndefined();
  expect(why(detached, { via: "branch", target: "main" })).toBeUndefined();
  expect(why(detached, { via: "branch" })).toBe(
    "the branch that its work is for is not known, because none is checked out in /repo: git -C /repo switch BRANCH, or name one: --target BRANCH",
  );
  expect(why(onMain, { via: "branch", target: "gone" })).toBe(
    "/repo has no branch gone, which its work is for: git -C /repo branch gone, or name another: --target BRANCH",
  );
  expect(why(onMain, { via: "branch", target: "next", base: "fresh" })).toContain(
    "git -C /repo branch next origin/next",
  );
  expect(notYet(onMain, { via: "branch", target: "gone" })?.otherwise).toBe("--target BRANCH");
  expect(notYet(onMain, { target: "gone", base: "fresh" })?.otherwise).toBe("--base head");
  expect(why(onMain, { via: "push", target: "next" })).toContain("git -C /repo branch next origin/next");
  expect(why(onMain, { via: "push", target: "next", base: "fresh" })).toBeUndefined();
});

test("what lands nowhere begins without a branch, unless it is to begin at that of a remote", () => {
  expect(why(detached, {})).toBeUndefined();
  expect(why(onMain, { target: "gone" })).toBeUndefined();
  expect(why(onMain, { target: "gone", base: "fresh" })).toContain("gone of /repo follows no branch of a remote");
  expect(targetThere(onMain, undefined)).toBe("main");
  expect(targetThere(onMain, "next")).toBe("next");
  expect(targetThere(onMain, "gone")).toBeUndefined();
  expect(targetThere(detached, undefined)).toBeUndefined();
});
