import { accountNodeOf, type CompanyKey } from '../../sidebar-messages';
import { textsOf } from '../dialog/catalogue';
import { element } from '../dialog/elements';
import { Building } from './building/building';
import { BuildingFeed } from './building-feed';
import { BuildingView } from './building-view';
import { editorLink } from './editor-link';
import { namedBy } from './flow/using-node';
import { Workspace } from './flow/workspace';
import { HealthView } from './health/health-view';
import { IssuesView } from './issues/issues-view';
import { Panes } from './panes';
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
    {
      onNodes() {
        view.nodesChanged();
        issues.update();
        wantCompaniesOfNodes(workspace, building, feed);
      },
      onSelection: (nodes) => isVisible && view.mark(nodes),
    },
    defaultCompany,
  );
  const feed = new BuildingFeed(building, editorLink, {
    onStructure() {
      workspace.forgetUsage();
      view.structureChanged();
      issues.update();
      wantCompaniesOfNodes(workspace, building, feed);
    },
    onPorts: (ports) => view.portsChanged(ports),
    onHealth(streams) {
      issues.setStreams(streams);
      health.setStreams(streams);
    },
  });
  const mayAct = RED.user.hasPermission('ochno-config.write');
  const mayEdit = RED.user.hasPermission('flows.write');
  const view = new BuildingView({ building, feed, workspace, words, mayAct, mayEdit, say });
  const onCount = (count: number): void => panes.setBadge('issues', count === 0 ? '' : words.number(count, 0));
  const issues = new IssuesView({ building, workspace, words, mayEdit, say, onCount });
  const health = new HealthView({ building, workspace, words, say });
  const panes = new Panes(
    [
      { id: 'building', name: words.text('tab.building'), content: view.element },
      { id: 'issues', name: words.text('tab.issues'), content: issues.element },
      { id: 'health', name: words.text('tab.health'), content: health.element },
    ],
    words.text('tab.name'),
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

/** More than these are looked at by hand. */
const mostCompaniesOfNodes = 10;

/** What nodes name can be checked only in companies whose lists were read. */
function wantCompaniesOfNodes(workspace: Workspace, building: Building, feed: BuildingFeed): void {
  if (!workspace.isLoaded) return;
  const named = new Map<string, CompanyKey>();
  for (const { id: account, companies, defaultCompany } of building.accounts) {
    if (companies.state !== 'ok') continue;
    const listed = new Set(companies.list.map(({ id }) => id));
    for (const node of workspace.nodes) {
      const company = node.account === accountNodeOf(account) ? namedBy(node, 'company', defaultCompany) : undefined;
      if (company?.kind !== 'ids') continue;
      for (const id of company.ids) if (listed.has(id)) named.set(`${account}/${id}`, { account, company: id });
    }
  }
  for (const key of [...named.values()].slice(0, mostCompaniesOfNodes)) feed.want(key);
}

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
