import type { Building } from '../building/building';
import type { Port } from '../building/port';
import { deviceName } from '../building/port-line';

const columns = [
  'company',
  'companyId',
  'location',
  'locationId',
  'floorPlan',
  'hub',
  'hubId',
  'port',
  'portId',
  'kind',
  'device',
  'topic',
];

/**
 * Every port that was read, with its names, ids and topic, as CSV (RFC 4180) with a byte order mark, for a spreadsheet;
 * undefined if none was.
 */
export function addressBook(building: Building): string | undefined {
  const rows: (readonly string[])[] = [columns];
  for (const { id: account, companies } of building.accounts) {
    if (companies.state !== 'ok') continue;
    for (const { id: company, name } of companies.list) {
      const present = building.company({ account, company });
      if (present.state !== 'ok') continue;
      for (const location of present.locations) {
        const hubs = [
          ...location.floorPlans.flatMap((plan) => plan.hubs.map((hub) => ({ hub, plan: plan.name || plan.id }))),
          ...location.hubs.map((hub) => ({ hub, plan: '' })),
        ];
        for (const { hub, plan } of hubs) {
          const above = [name, company, location.name, location.id, plan, hub.name, hub.id];
          for (const port of hub.ports) rows.push([...above, ...portColumns(port)]);
        }
      }
    }
  }
  if (rows.length === 1) return undefined;
  return `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function portColumns({ name, address, kind, state }: Port): readonly string[] {
  const { company, location, hub, port } = address;
  return [
    name,
    port,
    kind === 'nothing' ? '' : kind,
    deviceName(state),
    `/ports/${company}/${location}/${hub}/${port}`,
  ];
}

/** A name that begins like a formula would be one to a spreadsheet: an apostrophe keeps it a text. */
function cell(text: string): string {
  const safe = /^[\s\0]*[=+\-@|%]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n;]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}
