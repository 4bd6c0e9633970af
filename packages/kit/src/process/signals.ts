/** Signals by name and number, as this system has them. */
import { os } from "../node.ts";

export const signalNumber = (signal: NodeJS.Signals): number => os().constants.signals[signal];
