import type { PortSelector } from './address';

/** PROVISIONAL, to be replaced by its owner. */
export function planSubscriptions(selectors: Iterable<PortSelector>, _maxFilters = 40): readonly string[] {
  const filters = new Set<string>();
  for (const { company, locations, hubs, ports } of selectors) {
    for (const l of locations ?? ['+'])
      for (const h of hubs ?? ['+']) for (const p of ports ?? ['+']) filters.add(`/ports/${company}/${l}/${h}/${p}`);
  }
  const all = [...filters].map((filter) => filter.replace(/(\/\+)+$/, '/#'));
  return all.find((filter) => filter.split('/').length === 4)
    ? all.filter((filter) => filter.split('/').length === 4)
    : all;
}

export function packFilters(filters: readonly string[], perPacket = 8): readonly (readonly string[])[] {
  const packets: string[][] = [];
  for (let index = 0; index < filters.length; index += perPacket) packets.push(filters.slice(index, index + perPacket));
  return packets;
}
