/** Which files look like tests, or like the settings of tests: editing only those may be what made a check pass. Pure. */

const FOLDER = /(?:^|\/)(?:tests?|__tests__|__snapshots__|specs?|e2e|testdata)\//i;
const FILE = new RegExp(
  [
    String.raw`[._-](?:test|tests|spec|specs|e2e|cy)\.[a-z]+`,
    String.raw`(?:^|/)(?:test|spec)_[^/]*\.[a-z]+`,
    String.raw`_(?:test|spec)\.[a-z]+`,
    String.raw`[a-z0-9](?:Test|Tests|Spec|IT)\.(?:java|kt|kts|scala|groovy|cs|fs|vb|swift|php)`,
    String.raw`\.snap`,
    String.raw`(?:^|/)conftest\.py`,
    String.raw`(?:^|/)(?:jest|vitest|playwright|cypress|karma|wdio|ava|nightwatch)\.(?:config|conf|setup|workspace)[^/]*`,
    String.raw`(?:^|/)(?:\.mocharc[^/]*|\.rspec|pytest\.ini|tox\.ini|phpunit\.xml[^/]*|\.nycrc[^/]*|codecov\.ya?ml)`,
  ]
    .map((one) => `${one}$`)
    .join("|"),
);

export const looksLikeTest = (path: string): boolean => FOLDER.test(path) || FILE.test(path);
