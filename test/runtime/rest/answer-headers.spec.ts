import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { markedHeaders } from '../../../nodes/runtime/rest/answer-headers';

/** What Node-RED's own HTTP nodes use. */
const hashSum: (value: unknown) => string = createRequire(require.resolve('@node-red/nodes/package.json'))('hash-sum');

describe('the headers of an answer', () => {
  it('C8: are marked as core’s http request marks them, so that http response keeps them back', () => {
    const values = fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 1 }));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), values, { noNullPrototype: true }), (headers) => {
        const { 'x-node-red-request-node': mark, ...kept } = markedHeaders(headers);
        assert.deepEqual(kept, headers);
        assert.equal(mark, hashSum(headers));
      }),
    );
  });
});
