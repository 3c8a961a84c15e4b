import assert from 'node:assert/strict';
import type { KnownPlaces } from '../../../nodes/dialog-messages';
import { PlaceIndex } from '../../../nodes/editor/places/place-index';
import { placesLine } from '../../../nodes/editor/places/places-status';

/** A catalogue that shows which text was asked for, and with what. */
const texts = (key: string, values: object = {}): string => [key, ...Object.values(values)].join('|');

describe('the line about the lists', () => {
  const nothing: KnownPlaces = {
    state: 'ok',
    fetchedAt: 0,
    isRemembered: false,
    companies: [{ id: 'c1', name: '' }],
    locations: [],
    floorPlans: [],
    hubs: [],
    ports: [],
  };
  const ok = (places: Partial<KnownPlaces>): { state: 'ok'; index: PlaceIndex } => ({
    state: 'ok',
    index: new PlaceIndex('c1', { ...nothing, ...places }),
  });

  it('tells not configured, failed and empty apart, and says why', () => {
    const failed = { state: 'failed', code: 'OCHNO_NETWORK', reason: 'dns', message: 'unknown host' } as const;
    const notConfigured = { state: 'not configured', code: 'OCHNO_VALUE', message: 'no e-mail' } as const;
    assert.deepEqual(placesLine(notConfigured, 'c1', texts), {
      kind: 'not configured',
      text: 'places.not-configured|failure.value',
    });
    assert.deepEqual(placesLine(failed, 'c1', texts), {
      kind: 'failed',
      text: 'places.failed|status.dns hint.dns',
    });
    assert.deepEqual(placesLine(ok({}), 'c1', texts), { kind: 'empty', text: 'places.no-ports' });
    assert.deepEqual(placesLine(ok({ companies: [] }), 'c1', texts), { kind: 'empty', text: 'places.no-companies' });
    assert.deepEqual(placesLine(ok({}), '', texts), { kind: 'empty', text: 'places.choose-company' });
    assert.equal(placesLine({ state: 'no answer', isNotPermitted: true }, 'c1', texts).text, 'places.not-permitted');
    assert.equal(placesLine({ state: 'no answer', isNotPermitted: false }, 'c1', texts).text, 'places.no-answer');
  });
});
