const width = 96;
const height = 24;

/** Events a second over a day as the points of an SVG polyline in a box of 96 by 24, the highest of them near its top. */
export function curvePoints(values: readonly number[]): string {
  const highest = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((value, at) => `${round(at * step)},${round(height - 1 - (value / highest) * (height - 2))}`)
    .join(' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const svg = 'http://www.w3.org/2000/svg';

/** The curve as a picture with a text for who can't see it. */
export function rateCurve(values: readonly number[], label: string): SVGSVGElement {
  const picture = document.createElementNS(svg, 'svg');
  const attributes = {
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': label,
  };
  for (const [name, value] of Object.entries(attributes)) picture.setAttribute(name, value);
  const line = document.createElementNS(svg, 'polyline');
  line.setAttribute('points', curvePoints(values));
  picture.append(line);
  return picture;
}
