/** Files by which a check is what it is: the script that it runs, and what names the commands of its runner. Pure. */
import { posix } from "node:path";

import { own } from "@fleet/kit/own";

import { commandsOf, nameOf } from "./shell-words.ts";

const PACKAGE = /^package\.json$/;
const PYTHON = /^(?:pyproject\.toml|setup\.cfg|noxfile\.py)$/;
const RUNNERS: Readonly<Record<string, RegExp>> = {
  npm: PACKAGE,
  pnpm: PACKAGE,
  yarn: PACKAGE,
  bun: PACKAGE,
  make: /^(?:GNUmakefile|[Mm]akefile|.*\.mk)$/,
  gmake: /^(?:GNUmakefile|[Mm]akefile|.*\.mk)$/,
  just: /^\.?[Jj]ustfile$/,
  task: /^[Tt]askfile\.ya?ml$/,
  rake: /^[Rr]akefile$/,
  pytest: PYTHON,
  tox: PYTHON,
  nox: PYTHON,
};

/** A file that is run may as well be the work: `python hello.py`. One that is called like this checks it. */
const CHECKS = /(?:^|[._-])(?:check|test|verify|validate|lint|spec|smoke|prove|proof|repro|ci)s?(?:[._-]|$)/i;

const isNamed = (word: string, path: string): boolean => {
  const tidy = posix.normalize(word);
  return tidy === path || path.endsWith(`/${tidy}`);
};

/** Whether it may be by its name what some check is: for looks, which do not know the checks. */
export const mayBeRun = (path: string): boolean => {
  const name = nameOf(path);
  return CHECKS.test(name) || Object.values(RUNNERS).some((file) => file.test(name));
};

/** `path`: from the directory in which the command is run. */
export const isRunBy = (command: string, path: string): boolean =>
  commandsOf(command).some((words) =>
    words.some(
      (word) =>
        own(RUNNERS, nameOf(word))?.test(nameOf(path)) === true || (CHECKS.test(nameOf(path)) && isNamed(word, path)),
    ),
  );
