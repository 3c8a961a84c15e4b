import { connectionReasons } from '../../../src/protocol/ochno-error';
import type { Texts } from '../dialog/catalogue';
import type { FailedPlaces } from './places';
import type { PlacesState } from './places-source';

/** One line about the state of the lists: what kind of thing it says, and the words. */
export interface PlacesLine {
  readonly kind: 'busy' | 'ok' | 'empty' | 'not configured' | 'failed';
  readonly text: string;
}

const failures: Readonly<Record<string, string>> = {
  OCHNO_VALUE: 'value',
  OCHNO_TIMEOUT: 'timeout',
  OCHNO_REFUSED: 'refused',
  OCHNO_CLOSED: 'closed',
  OCHNO_HTTP: 'http',
  OCHNO_LOGIN: 'login',
  OCHNO_NETWORK: 'network',
  OCHNO_PAYLOAD: 'payload',
};

/** What went wrong in the viewer's language: the connection's reason, else the kind of error. */
export function failureText(failed: Pick<FailedPlaces, 'code' | 'reason'>, texts: Texts): string {
  const { reason, code } = failed;
  if (connectionReasons.some((known) => known === reason)) return texts(`status.${reason}`);
  return texts(`failure.${failures[code] ?? 'network'}`);
}

function noAnswerText(status: number, texts: Texts): string {
  if (status === 401 || status === 403) return texts('places.not-permitted');
  return texts('places.no-answer');
}

/** `company` is the id that was asked for, empty where none is known. */
export function placesLine(state: PlacesState, company: string, texts: Texts): PlacesLine {
  switch (state.state) {
    case 'not asked':
      return { kind: 'not configured', text: texts('places.not-asked') };
    case 'no account':
      return { kind: 'not configured', text: texts('places.no-account') };
    case 'loading':
      return { kind: 'busy', text: texts('places.loading') };
    case 'not configured':
      return { kind: 'not configured', text: texts('places.not-configured', { problem: state.problem }) };
    case 'failed':
      return {
        kind: 'failed',
        text: texts('places.failed', { what: failureText(state, texts), message: state.message }),
      };
    case 'no answer':
      return { kind: 'failed', text: noAnswerText(state.status, texts) };
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
