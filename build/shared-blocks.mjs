/**
 * HTML that several pages share: `<template id="states">…</template>` of a `shared.html` takes the place of
 * `<!-- shared: states -->` in each of them.
 */
const block = /<template id="([\w-]+)">\n(.*?)<\/template>/gs;
const marker = /^ *<!-- shared: ([\w-]+) -->\n/gm;

/** The blocks of a `shared.html`, by their ids. */
export function readBlocks(html) {
  return new Map([...html.matchAll(block)].map(([, id, text]) => [id, text]));
}

/**
 * Puts the blocks that `html` asks for into it.
 *
 * @param {string} file what to call it if it asks for one that is not shared
 * @throws {Error} that names the file
 */
export function fillIn(html, blocks, file) {
  return html.replace(marker, (_line, id) => {
    const shared = blocks.get(id);
    if (shared === undefined) throw new Error(`${file}: "${id}" is not in shared.html`);
    return shared;
  });
}
