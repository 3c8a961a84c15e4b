const svgNamespace = 'http://www.w3.org/2000/svg';

/** An element with its classes and content; text stays text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...content);
  return element;
}

/** A drawing of the page's sprite; for the eye only. */
export function drawing(name: string, className = 'icon'): SVGSVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svgNamespace, 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

export function redraw(svg: SVGSVGElement, name: string): void {
  const use = svg.firstElementChild;
  if (use?.getAttribute('href') !== `#i-${name}`) use?.setAttribute('href', `#i-${name}`);
}

export function button(className: string, ...content: readonly (Node | string)[]): HTMLButtonElement {
  const element = make('button', className, ...content);
  element.type = 'button';
  return element;
}

/** Writes a text only where it differs, so that nothing is laid out in vain. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Sets a custom property only where it differs: a style that is touched is worked out anew. */
export function setVariable(element: HTMLElement, name: `--${string}`, value: string): void {
  if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
}

/** An element of the page's html by its id; throws where the html has lost it. */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`The page has no ${kind.name} "${id}"`);
  return element;
}
