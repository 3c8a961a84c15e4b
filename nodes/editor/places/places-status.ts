import type { Texts } from '../dialog/catalogue';
import { type Failure, wayOut, whatFailed } from '../dialog/failure-text';
import type { PlacesState } from './places-source';

/** One line about the state of the lists: what kind of thing it says, and the words. */
export interface PlacesLine {
  readonly kind: 'busy' | 'ok' | 'empty' | 'not configured' | 'failed';
  readonly text: string;
}

function failedText(failure: Failure, texts: Texts): string {
  const what = texts('places.failed', { what: whatFailed(failure, texts) });
  return `${what} ${wayOut(failure, texts)}`.trim();
}

/** `company` is the id that was asked for, empty if none is known. */
export function placesLine(state: PlacesState, company: string, texts: Texts): PlacesLine {
  switch (state.state) {
    case 'not asked':
      return { kind: 'not configured', text: texts('places.not-asked') };
    case 'no account':
      return { kind: 'not configured', text: texts('places.no-account') };
    case 'loading':
      return { kind: 'busy', text: texts('places.loading') };
    case 'not configured':
      return { kind: 'not configured', text: texts('places.not-configured', { problem: whatFailed(state, texts) }) };
    case 'failed':
      return { kind: 'failed', text: failedText(state, texts) };
    case 'no answer':
      return { kind: 'failed', text: texts(state.isNotPermitted ? 'places.not-permitted' : 'places.no-answer') };
    case 'ok':
      return okLine(state.index.places, company, texts);
  }
}

function okLine(
  places: { companies: readonly unknown[]; hubs: readonly unknown[]; ports: readonly unknown[]; fetchedAt: number },
  company: string,
  texts: Texts,
): PlacesLine {
  if (places.companies.length === 0) return { kind: 'empty', text: texts('places.no-companies') };
  if (company === '') return { kind: 'empty', text: texts('places.choose-company') };
  if (places.ports.length === 0) return { kind: 'empty', text: texts('places.no-ports') };
  const time = new Date(places.fetchedAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return { kind: 'ok', text: texts('places.known', { ports: places.ports.length, hubs: places.hubs.length, time }) };
}
