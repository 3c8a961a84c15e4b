import type { StreamHealth } from '../../../sidebar-messages';
import { button, element } from '../../dialog/elements';
import type { Building } from '../building/building';
import type { Workspace } from '../flow/workspace';
import { copyText } from '../port/value-table';
import type { Words } from '../words';
import { addressBook } from './address-book';
import { diagnostics } from './diagnostics';
import { rateCurve } from './rate-curve';

export interface HealthViewParts {
  readonly building: Building;
  readonly workspace: Workspace;
  readonly words: Words;
  say(text: string): void;
}

/** How each stream is doing, and what to hand on: diagnostics for a bug report, the address book. */
export class HealthView {
  readonly element = element('div', { class: 'ochno-sb-health' });
  readonly #parts: HealthViewParts;
  readonly #streams = element('div', {});
  #health: readonly StreamHealth[] = [];

  constructor(parts: HealthViewParts) {
    this.#parts = parts;
    const { words } = parts;
    const buttons = element(
      'div',
      { class: 'ochno-sb-actions' },
      button('clipboard', words.text('health.copy'), 'icon and text', () => void this.#copy()),
      button('download', words.text('health.address-book'), 'icon and text', () => this.#download()),
    );
    this.element.append(buttons, this.#streams);
  }

  setStreams(streams: readonly StreamHealth[]): void {
    this.#health = streams;
    const { words } = this.#parts;
    const none = element('div', { class: 'ochno-sb-note' }, words.text('health.none'));
    const shown = streams.length === 0 ? [none] : streams.map((stream) => this.#stream(stream));
    this.#streams.replaceChildren(...shown);
  }

  #stream(stream: StreamHealth): HTMLElement {
    const { words } = this.#parts;
    const now = this.#parts.building.now(Date.now());
    const { accountName, account, company, state, detail, policy, commands, curve } = stream;
    const status = words.text(`status.${state === 'disconnected' && detail !== '' ? detail : state}`);
    const wasConnected = stream.connectedSince !== undefined || stream.renewals + stream.reconnects > 0;
    // What the broker permits, and what time it has, is known by then.
    const found = (text: string): string => (wasConnected ? text : '–');
    const yesNo = (is: boolean): string => found(words.text(is ? 'health.yes' : 'health.no'));
    const number = (value: number): string => words.number(value, 1);
    const time = (at: number | undefined): string => (at === undefined ? '–' : words.time(at));
    const peak = number(Math.max(0, ...curve));
    const lines: readonly (readonly [string, string])[] = [
      ['health.state', status],
      ['health.since', stream.connectedSince === undefined ? '–' : words.span(now - stream.connectedSince)],
      ['health.credentials', time(stream.credentialsEnd)],
      ['health.renewals', number(stream.renewals)],
      ['health.reconnects', number(stream.reconnects)],
      ['health.gaps', number(stream.gaps.length)],
      ['health.sent', number(commands.sent)],
      ['health.waiting', number(commands.waiting)],
      ['health.failed', number(commands.failed)],
      ['health.sessions', yesNo(policy.sessions)],
      ['health.second', yesNo(policy.secondConnection)],
      ['health.refused', number(policy.refusedFilters.length)],
      ['health.clock', found(`${number(stream.clockOffsetMs / 1000)} s`)],
      ['health.events', words.text('health.per-second', { number: number(stream.eventsPerSecond) })],
    ];
    const list = element('dl', {});
    for (const [key, text] of lines) list.append(element('dt', {}, words.text(key)), element('dd', {}, text));
    const figure = element('div', { class: 'ochno-sb-curve' });
    figure.append(
      rateCurve(curve, words.text('health.curve', { number: peak })),
      words.text('health.curve', { number: peak }),
    );
    return element('section', {}, element('h3', {}, `${accountName || account} · ${company}`), list, figure);
  }

  async #copy(): Promise<void> {
    const { building, workspace, words, say } = this.#parts;
    const found = diagnostics({ building, streams: this.#health, nodes: workspace.nodes, versions: versions() });
    const isCopied = await copyText(JSON.stringify(found, undefined, 2));
    say(words.text(isCopied ? 'health.copied' : 'panel.not-copied'));
  }

  #download(): void {
    const { building, words, say } = this.#parts;
    const book = addressBook(building);
    if (book === undefined) {
      say(words.text('health.nothing-read'));
      return;
    }
    const url = URL.createObjectURL(new Blob([book], { type: 'text/csv;charset=utf-8' }));
    const link = element('a', { href: url, download: 'ochno-address-book.csv' });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(url);
    say(words.text('health.downloaded'));
  }
}

function versions(): Readonly<Record<string, string>> {
  const ours = RED.nodes.getType('ochno-port-in')?.set?.version ?? '';
  return { package: ours, nodeRed: RED.settings.version, browser: navigator.userAgent, language: RED.i18n.lang() };
}
