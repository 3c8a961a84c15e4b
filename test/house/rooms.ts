/** A folder with one subject: what other rooms may import of it, and which rooms it may look into itself. */
export interface Room {
  /** Files that others may import, without `.ts`; `*` where the room is a shelf of small things. */
  readonly doors: readonly string[];
  /** Rooms of the same floor whose doors it may use. */
  readonly uses: readonly string[];
}

const pure = ['account-ranges', 'ochno-error'];

/** The rooms of src/client; '' is the hall. */
const client: Readonly<Record<string, Room>> = {
  '': {
    doors: ['ochno-account', 'account-options', 'connection-test', 'logger', 'surroundings'],
    uses: ['commands', 'rest', 'lists', 'lanes', 'stream', 'events', 'mqtt', 'network', 'time'],
  },
  commands: { doors: ['actions', 'action-command'], uses: ['stream', 'time', ''] },
  rest: { doors: ['platform-api', 'rest-request'], uses: ['network', 'time', ''] },
  lists: { doors: ['platform-lists', 'company-watch', 'company-places'], uses: ['rest', 'time', ''] },
  lanes: { doors: ['company-stream'], uses: ['stream', 'events', 'lists', 'mqtt', 'time', ''] },
  stream: {
    doors: ['port-stream', 'publish-channel', 'stream-memory', 'stream-status'],
    uses: ['mqtt', 'events', 'network', 'time', ''],
  },
  mqtt: { doors: ['dialer', 'mqtt-connection', 'stream-error'], uses: ['network', 'time', ''] },
  events: { doors: ['subscribers', 'port-subscriber'], uses: ['time', ''] },
  network: { doors: ['network-agent', 'failure-reason'], uses: ['time'] },
  time: { doors: ['*'], uses: [] },
};

const protocol: Readonly<Record<string, Room>> = {
  '': { doors: pure, uses: [] },
  topics: { doors: ['*'], uses: ['', 'json'] },
  json: { doors: ['*'], uses: ['', 'stream'] },
  rest: { doors: ['*'], uses: ['', 'json', 'lamp', 'topics', 'stream'] },
  lamp: { doors: ['*'], uses: ['', 'json', 'topics'] },
  stream: { doors: ['*'], uses: ['', 'json', 'topics', 'rest'] },
  connection: { doors: ['*'], uses: [] },
};

const runtime: Readonly<Record<string, Room>> = {
  '': { doors: ['*'], uses: ['options', 'status', 'account'] },
  options: { doors: ['*'], uses: [''] },
  status: { doors: ['*'], uses: ['', 'account'] },
  account: { doors: ['*'], uses: ['', 'options', 'status'] },
  'port-in': { doors: ['listen-to-ports'], uses: ['', 'options', 'status', 'account'] },
  'action-out': { doors: ['send-actions'], uses: ['', 'options', 'status', 'account'] },
  rest: { doors: ['make-calls'], uses: ['', 'options', 'status', 'account'] },
  dialogs: { doors: ['admin-routes'], uses: ['', 'options', 'account'] },
  sidebar: { doors: ['sidebar'], uses: ['', 'options', 'account'] },
};

const editor: Readonly<Record<string, Room>> = {
  '': { doors: [], uses: ['picker', 'lamp', 'account', 'labels', 'places', 'dialog', 'rest', 'tree', 'sidebar'] },
  picker: {
    doors: ['address-picker', 'company-picker', 'property-picker', 'search-box'],
    uses: ['tree', 'places', 'dialog', 'labels', 'sidebar/building'],
  },
  tree: { doors: ['*'], uses: ['places', 'dialog'] },
  lamp: { doors: ['lamp-panel'], uses: ['places', 'dialog'] },
  account: { doors: ['connection-test'], uses: ['places', 'dialog'] },
  labels: { doors: ['node-label', 'request-preview'], uses: ['places', 'dialog'] },
  places: { doors: ['*'], uses: ['dialog'] },
  rest: { doors: ['*'], uses: ['labels', 'picker', 'places', 'dialog'] },
  dialog: { doors: ['*'], uses: [] },
  sidebar: {
    doors: ['sidebar-tab', 'words'],
    uses: [
      'sidebar/building',
      'sidebar/flow',
      'sidebar/health',
      'sidebar/issues',
      'sidebar/port',
      'sidebar/tree',
      'dialog',
    ],
  },
  'sidebar/building': { doors: ['*'], uses: ['sidebar', 'places'] },
  'sidebar/flow': { doors: ['*'], uses: ['sidebar', 'sidebar/building', 'places', 'dialog'] },
  'sidebar/tree': { doors: ['*'], uses: ['sidebar', 'sidebar/building', 'tree', 'dialog'] },
  'sidebar/port': { doors: ['*'], uses: ['sidebar', 'sidebar/building', 'sidebar/flow', 'sidebar/tree', 'dialog'] },
  'sidebar/issues': { doors: ['*'], uses: ['sidebar', 'sidebar/building', 'sidebar/flow', 'dialog'] },
  'sidebar/health': {
    doors: ['*'],
    uses: ['sidebar', 'sidebar/building', 'sidebar/flow', 'sidebar/port', 'dialog'],
  },
};

/** Floors by their folder, the upper first: an import goes to the same floor or to one that is named below it. */
export const floors: Readonly<
  Record<string, { readonly rooms: Readonly<Record<string, Room>>; readonly below: readonly string[] }>
> = {
  'nodes/editor': { rooms: editor, below: ['nodes', 'src/protocol'] },
  'nodes/runtime': { rooms: runtime, below: ['nodes', 'src/client', 'src/protocol'] },
  'src/client': { rooms: client, below: ['src/protocol'] },
  'src/protocol': { rooms: protocol, below: [] },
};
