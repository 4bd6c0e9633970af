/** Wraps text without breaking the commands in it, so that they can be pasted. Pure. */
import { whole } from "@fleet/kit/width";

const COMMAND = /\bfleet [a-z][^;:,()\n]*[^;:,()\s]/g;

export const wholeCommands = (text: string): string => text.replaceAll(COMMAND, whole);
