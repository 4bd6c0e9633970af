/** Sentences of the layers below about what waits: accounts and questions. Apart from words.ts, which loads whole pages. */
export { waitText } from "../attempts/questions/describe.ts";
export { resumeLine } from "../engine/core/accounts/standstill.ts";
export { called } from "../engine/core/accounts/upkeep.ts";
