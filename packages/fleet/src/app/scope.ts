/** Which paths a task may change, for the hook that a coder asks before each write. */
export { refused } from "../attempts/evidence/scope.ts";
