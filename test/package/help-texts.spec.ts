import assert from 'node:assert/strict';
import { blocks, catalogue, help, keysIn, languages, nodes } from './locale-files';

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([whole, part]) => part ?? whole);
}

/** What a translation of help leaves alone, block by block: tags in order, names of properties, codes in any order. */
function skeleton(html: string): readonly string[] {
  return html.split(/(?=<(?:p|dt|dd|li|h3|h4)\b)/).map((block) => {
    const names = found(block, /<dt[^>]*>([a-z][\w.]*(?= <span)|OCHNO_\w+)/g);
    const codes = found(block, /<code>([^<]*)<\/code>/g).sort();
    return [...found(block, /<[^>]+>/g), ...names, ...codes].join(' ');
  });
}

/** Status texts of every node. */
const common = [
  ...['connected', 'connecting', 'disconnected', 'log-in refused', 'not configured', 'no company', 'newer version'],
  ...['dns', 'refused', 'tls', 'proxy', 'timeout', 'clock', 'forbidden'],
];
const selfExplaining = ['label.name', 'label.account'];

for (const language of languages) {
  describe(`the help in ${language}`, () => {
    it('is of the same build as that of en-US: the same tags, message properties and codes', () => {
      for (const node of nodes) assert.deepEqual(skeleton(help(language, node)), skeleton(help('en-US', node)), node);
    });

    it('names every field of the dialog by its label', () => {
      for (const node of nodes) {
        const used = keysIn(`${node}.html`);
        const words = blocks(help(language, node)).join(' ').replace(/\s+/g, ' ').toLowerCase();
        for (const [key, label] of catalogue(language, node)) {
          if (!used.has(key) || !key.startsWith('label.') || selfExplaining.includes(key)) continue;
          // What stands in brackets behind a label is an explanation itself.
          const [name = ''] = label.split(/\s*[(（]/);
          if (!name.includes('__')) assert.ok(words.includes(name.toLowerCase()), `${node} does not explain "${name}"`);
        }
      }
    });

    it('explains every status text by the word that a node shows', () => {
      const shown: Readonly<Record<string, readonly string[]>> = {
        'ochno-config': common,
        'ochno-port-in': [...common, 'gap'],
        'ochno-action-out': [...common, 'sending', 'no port', 'no device', 'no lamp'],
        'ochno-rest': [...common, 'sending'],
      };
      for (const [node, words] of Object.entries(shown)) {
        const text = help(language, node).replace(/\s+/g, ' ');
        for (const word of words) {
          const status = catalogue(language, node).get(`status.${word}`) ?? '';
          assert.ok(text.includes(status.replace(/\s+/g, ' ')), `${node} does not explain "${status}"`);
        }
      }
    });
  });
}

describe('the help texts', () => {
  for (const node of nodes) {
    it(`of ${node} begin with the tooltip and name the node they help with`, () => {
      for (const language of languages) {
        const html = help(language, node);
        assert.match(html, new RegExp(`^<script type="text/html" data-help-name="${node}">\\s*<p>[^<]{20,}`), language);
        assert.equal(html.match(/<script/g)?.length, 1);
        assert.ok(html.trimEnd().endsWith('</script>'));
      }
    });
  }

  it('explain every error of the nodes that raise it', () => {
    const unreachable = ['OCHNO_HTTP', 'OCHNO_LOGIN', 'OCHNO_NETWORK'];
    const codes: Readonly<Record<string, string[]>> = {
      'ochno-port-in': ['OCHNO_PAYLOAD', 'OCHNO_GAP', 'OCHNO_REFUSED', 'OCHNO_VALUE', ...unreachable, 'OCHNO_TIMEOUT'],
      'ochno-action-out': ['OCHNO_VALUE', 'OCHNO_TIMEOUT', 'OCHNO_REFUSED', 'OCHNO_CLOSED', ...unreachable],
      'ochno-rest': [...unreachable, 'OCHNO_TIMEOUT', 'OCHNO_VALUE', 'OCHNO_CLOSED'],
    };
    for (const [node, expected] of Object.entries(codes)) {
      const explained = found(help('en-US', node), /<dt>(OCHNO_[^<]+)<\/dt>/g).flatMap((codes) => codes.split(', '));
      assert.deepEqual(explained.sort(), expected.sort(), node);
    }
  });
});
