import type { Worked } from "./tools.ts";

/** Findings of unknown origin, mostly because a concurrent attempt may have caused them: they count neither for nor against it. */
export type Unclear =
  /** Something was expected, and is there. */
  | { readonly kind: "expected"; readonly line: string }
  /** Something was changed that was not to be. */
  | { readonly kind: "forbidden"; readonly line: string }
  /** Only some things may be changed, and what was could not be looked at. */
  | { readonly kind: "unseen"; readonly line: string }
  /** A check failed and then passed, and the checks had changed something in between. */
  | { readonly kind: "flaky"; readonly line: string }
  /** All that changed is tests, and what shows the work depends on them. */
  | { readonly kind: "tests"; readonly line: string }
  /** Something that is protected was changed. */
  | { readonly kind: "protected"; readonly line: string }
  /** Something changed, and nothing is surely this attempt's. */
  | { readonly kind: "changed"; readonly line: string };

/** The evidence from the directory and the checks of an attempt. */
export interface Shown {
  /** The commands of the checks that passed, and of those that did not, a line on each. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Checks that were not run to their end, because the attempt was stopped meanwhile. */
  readonly unfinished: boolean;
  /** Unmet expectations: one line each. */
  readonly unmet: readonly string[];
  /** `--prove` failed on the base, and passes now. */
  readonly proved?: boolean;
  /** An answer was expected, and it is there: nothing else has to change. */
  readonly answered?: boolean | undefined;
  /** Something in its directory is another than before it began; undefined where that is not known. */
  readonly changed?: boolean | undefined;
  /** Others worked in the same place. */
  readonly shared?: boolean;
  /** Changes where git does not look, and places that were not looked at: one line each. */
  readonly passedOver?: readonly string[];
  /** A person is to say. */
  readonly unclear?: readonly Unclear[];
  /** Why that is not known. */
  readonly unseen?: string | undefined;
  /** Where else work was found, a line on each; it does not count. */
  readonly elsewhere?: readonly string[];
  /** An expectation or a scope was asked of it. */
  readonly expected?: boolean;
  /** The result of its tools, without the call that closes the task; absent if its events were not read. */
  readonly worked?: Worked;
  /** Changed, and was not to be. */
  readonly outside: readonly string[];
  /** Protected files that it changed, with the commands that restore them. */
  readonly damaged?: readonly string[];
}
