/** Sentences of the layers below that front ends print as they are. */
export { noAnswerText, type QuestionRow, questionText, rowText } from "../attempts/questions/describe.ts";
export { describeReceipt } from "../attempts/evidence/describe.ts";
export { binDir as agentsPath } from "../program/shim.ts";
export { heldText } from "../engine/core/holds.ts";
export { NAMES as promptNames } from "../attempts/prompt/names.ts";
