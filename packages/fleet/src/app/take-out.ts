/** The command that takes the work of a task out of its depot, wherever its repository is now; it can be pasted as it is. */
import { shellWord } from "@fleet/kit/shell";

export const takeOutLine = (id: string): string => `fleet checkout ${shellWord(id)} --into ${shellWord(`./${id}`)}`;
