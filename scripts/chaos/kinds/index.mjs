/**
 * What can happen to a fleet, a file each. A kind says in which surroundings it runs (`inside`), what it does again and again
 * (`strike`, each `every` milliseconds), and how that ends (`relieve`); where it `isHonest`, the children do their work
 * whatever happens, so that none of it may count as a try. `prepare`, `start` and `restart` are its own ways to make the home
 * ready, to begin and to come to calm; `people` what goes on meanwhile; `verify` what else has to hold.
 */
import { fewFiles } from "./few-files.mjs";
import { fewProcesses } from "./few-processes.mjs";
import { frozenTree } from "./frozen-tree.mjs";
import { fullDisk } from "./full-disk.mjs";
import { kills } from "./kills.mjs";
import { nodeGone } from "./node-gone.mjs";
import { secondNamespace } from "./second-namespace.mjs";
import { strangers } from "./strangers.mjs";

export const KINDS = [kills, fullDisk, fewFiles, fewProcesses, frozenTree, strangers, secondNamespace, nodeGone];
