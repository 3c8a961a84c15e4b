import type { CompanyAnswer } from '../../sidebar-messages';
import { textsOf } from '../dialog/catalogue';
import { element } from '../dialog/elements';
import { getJson } from '../dialog/request';
import { Building } from './building/building';
import { BuildingFeed, type FeedLink } from './building-feed';
import { BuildingView } from './building-view';
import { Workspace } from './flow/workspace';
import { Panes } from './panes';
import { requestFailure } from './port/act';
import { wordsOf } from './words';

const tickMs = 5_000;
/** How long what was said stays. */
const saidMs = 6_000;

/** The tab Ochno: what it shows, and when it is seen. */
export function openSidebar(): HTMLElement {
  const words = wordsOf(textsOf('ochno-sidebar'), RED.i18n.lang());
  const building = new Building();
  const said = element('div', { class: 'ochno-sb-said', role: 'status' });
  let forget = 0;
  const say = (text: string): void => {
    window.clearTimeout(forget);
    said.textContent = text;
    forget = window.setTimeout(() => said.replaceChildren(), saidMs);
  };
  const defaultCompany = (account: string): string =>
    building.accounts.find(({ id }) => id === account)?.defaultCompany ?? '';
  const workspace = new Workspace(
    { onNodes: () => view.nodesChanged(), onSelection: (nodes) => isVisible && view.mark(nodes) },
    defaultCompany,
  );
  const feed = new BuildingFeed(building, editorLink, {
    onStructure() {
      workspace.forgetUsage();
      view.structureChanged();
    },
    onPorts: (ports) => view.portsChanged(ports),
    onHealth: () => undefined,
  });
  const mayWrite = RED.user.hasPermission('ochno-config.write');
  const view = new BuildingView({ building, feed, workspace, words, mayWrite, say });
  const panes = new Panes(
    [{ id: 'building', name: words.text('tab.building'), content: view.element }],
    words.text('tab.name'),
    () => undefined,
  );
  const attributes = { class: 'ochno-sb', role: 'region', 'aria-label': words.text('tab.name') };
  const content = element('div', attributes, panes.element, said);
  let isVisible = false;
  whenSeen(content, (seen) => {
    isVisible = seen && workspace.isLoaded;
    feed.setVisible(isVisible);
  });
  window.setInterval(() => isVisible && view.timePassed(), tickMs);
  return content;
}

const editorLink: FeedLink = {
  send: (topic, look) => RED.comms.send?.(topic, look),
  subscribe: (topic, listener) => RED.comms.subscribe(topic, (_topic, told) => listener(told)),
  onReconnect: (listener) => RED.comms.on('connect', listener),
  async getCompany(key) {
    const query = new URLSearchParams({ account: key.account, company: key.company });
    return (await getJson(`ochno/building?${query}`)) as CompanyAnswer;
  },
  failureOf: requestFailure,
  now: () => Date.now(),
  every(intervalMs, action) {
    const timer = window.setInterval(action, intervalMs);
    return () => window.clearInterval(timer);
  },
};

/**
 * Tells whenever the element comes into sight or goes: the sidebar's own callbacks tell neither of another tab that is
 * chosen nor of a sidebar that is closed, and the observer not of another window in front.
 */
function whenSeen(content: HTMLElement, tell: (isSeen: boolean) => void): void {
  let isShown = false;
  const update = (): void => tell(isShown && document.visibilityState === 'visible');
  new IntersectionObserver((entries) => {
    isShown = entries.at(-1)?.isIntersecting ?? false;
    update();
  }).observe(content);
  document.addEventListener('visibilitychange', update);
  RED.events.on('flows:loaded', update);
}
