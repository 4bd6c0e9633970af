/** Of the program that is installed: what starts it again, and its version. */
export { selfCommand } from "../program/self.ts";
export { personsShim } from "../program/shim.ts";
export { VERSION } from "../program/version.ts";
