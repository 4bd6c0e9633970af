/** What agents ask and nobody has answered yet, the one that was asked first in front. */
import type { QuestionRow } from "../../attempts/questions/describe.ts";
import { openIn } from "../../attempts/questions/open.ts";
import type { Fleet } from "../open.ts";

export const openQuestions = ({ store, now }: Fleet): QuestionRow[] => openIn(store, now());
