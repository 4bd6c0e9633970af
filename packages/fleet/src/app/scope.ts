/** Which paths a task may change, for the hook that a coder asks before each write. */
export { fromDirectory, mayChange } from "../attempts/evidence/scope.ts";
