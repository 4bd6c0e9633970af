/** The open questions of agents, oldest first. */
import type { QuestionRow } from "../../attempts/questions/describe.ts";
import { openIn } from "../../attempts/questions/open.ts";
import type { Fleet } from "../open.ts";

export const openQuestions = ({ store, now }: Fleet): QuestionRow[] => openIn(store, now());
