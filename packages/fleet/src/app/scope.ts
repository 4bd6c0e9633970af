/** Which paths a task may change, for the hook that a coder asks before each write, and for who says so. */
export { fromTask, isAway, refused } from "../attempts/evidence/scope.ts";
