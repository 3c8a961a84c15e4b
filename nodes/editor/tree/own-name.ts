/** Ports are often named after their hub, which stands above them: of `Desk 12 · Lamp` only `Lamp` is news. */
export function ownName(name: string, hubName: string): string {
  if (hubName === '' || !name.startsWith(hubName)) return name;
  return name.slice(hubName.length).replace(/^[\s·:,/–—-]+/, '') || name;
}
