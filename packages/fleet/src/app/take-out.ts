/** The command that takes the work of a task out of its depot, wherever its repository is now; it works as it stands. */
import { shellWord } from "@fleet/kit/shell";

export const takeOutLine = (id: string): string => `fleet checkout ${shellWord(id)} --into ${shellWord(`./${id}`)}`;
