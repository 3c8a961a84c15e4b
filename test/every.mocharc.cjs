const { readdirSync } = require('node:fs');
const { dirname, join } = require('node:path');
const usual = require('../.mocharc.json');

/** Most files in these take a minute or so: they begin first, for none is to be left alone at the end. */
const longest = ['soak', 'browser'];

/**
 * Every spec, in the order in which they begin. Those of a folder are alike, and those of some wait most of the time while
 * others compute: each folder's are spread over the whole run, so that the one kind runs beside the other.
 */
function everySpec() {
  const files = readdirSync(__dirname, { recursive: true }).sort();
  const specs = files.filter((file) => file.endsWith('.spec.ts'));
  const of = (folder) => specs.filter((spec) => dirname(spec) === folder);
  const others = new Set(specs.map(dirname).filter((folder) => !longest.includes(folder)));
  const spread = [...others].map(of).flatMap((folder) => folder.map((spec, at) => [(at + 0.5) / folder.length, spec]));
  const later = spread.sort(([one], [other]) => one - other).map(([, spec]) => spec);
  return [...longest.flatMap(of), ...later].map((spec) => join(__dirname, spec));
}

module.exports = { ...usual, parallel: true, jobs: 4, spec: everySpec() };
