import type { FloorView } from '../building-view';
import { ask } from './ask';
import { kindOf } from './device-face';
import { byId, setAttribute, setText } from './elements';
import { FloorPlan } from './floor-plan';
import { Live } from './live';
import { MessageStrip } from './message-strip';
import { PlacePicker } from './place-picker';
import { PortPanel } from './port-panel';

const noticeMs = 6000;
const notice = byId('notice', HTMLElement);
const summary = byId('summary', HTMLElement);
const connection = byId('connection', HTMLElement);
let noticeTimer: number | undefined;

/** Asks, and says so where the building would not. */
async function attempt(path: string, body: object): Promise<void> {
  try {
    await ask(path, body);
  } catch (error) {
    window.clearTimeout(noticeTimer);
    notice.textContent = `That did not work: ${error instanceof Error ? error.message : String(error)}`;
    notice.hidden = false;
    noticeTimer = window.setTimeout(() => {
      notice.hidden = true;
    }, noticeMs);
  }
}

const panel = new PortPanel((portId, deed, body) => attempt(`ports/${encodeURIComponent(portId)}/${deed}`, body));
const plan = new FloorPlan(byId('plan', HTMLElement), {
  onPort: ({ element, port }) => panel.toggle(element, port),
  onWalk: (roomId) => void attempt(`rooms/${encodeURIComponent(roomId)}/walk`, {}),
  onWindow: (roomId, open) => void attempt(`rooms/${encodeURIComponent(roomId)}/window`, { open }),
});
const strip = new MessageStrip((portId) => plan.tile(portId) !== undefined);
const live = new Live({
  onState: (state) => {
    plan.show(state);
    picker.show(state);
    noteFloor(state);
    followPorts();
  },
  onChanges: (changes) => {
    plan.change(changes);
    followPorts();
  },
  onPassed: (batch) => strip.add(batch),
  onConnection: (isLive) => {
    setAttribute(connection, 'data-state', isLive ? 'live' : 'lost');
    setText(connection, isLive ? 'Live' : 'Reconnecting…');
  },
});
const picker = new PlacePicker((wanted) => live.choose(wanted));

/** The address names the floor, so that a reload or a bookmark shows it again. */
function noteFloor({ chosen }: FloorView): void {
  if (floorOfAddress() !== chosen.floor) history.replaceState(null, '', `#${encodeURIComponent(chosen.floor)}`);
}

function floorOfAddress(): string {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    // Typed by hand, and no good.
    return '';
  }
}

function followPorts(): void {
  const ports = plan.ports;
  const used = ports.filter((port) => kindOf(port) !== undefined);
  const lit = used.filter(({ device }) => (device?.lamp?.level ?? 0) > 0 || (device?.lamp?.altlevel ?? 0) > 0);
  const lamps = `${lit.length} ${lit.length === 1 ? 'lamp' : 'lamps'} on`;
  setText(summary, `${used.length} of ${ports.length} ports in use · ${lamps}`);
  if (panel.portId === undefined) return;
  const tile = plan.tile(panel.portId);
  if (tile === undefined) panel.close();
  else panel.follow(tile.port, tile.element);
}

window.addEventListener('hashchange', () => live.choose({ floor: floorOfAddress() }));
live.choose({ floor: floorOfAddress() });
