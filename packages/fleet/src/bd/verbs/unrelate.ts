import { relating } from "../relating.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = relating("unrelate");
