/** A port's event of 297 bytes, as a sensor at a desk sends it. */
export function eventFor(index: number): string {
  const event = {
    id: 'hub1',
    t: 1_700_000_000_000 + index,
    data: {
      portId: 'port1',
      connected: true,
      device: {
        sensor: {
          motion: index % 2 === 0,
          temperature: 21.5,
          luminosity: 340,
          lightclear: 210,
          lighttemperature: 3900,
          airhumidity: 41.2,
          airco2: 612,
          airtvoc: 80,
        },
        power: { direction: 'out', watt: 4.5 },
      },
    },
  };
  return JSON.stringify(event).padEnd(297);
}
