/** Ports are often named after their hub, which stands above them: of `Desk 12 · Lamp` only `Lamp` is news. */
export function ownName(name: string, hubName: string): string {
  const hub = hubName.trim();
  if (hub === '' || !name.startsWith(hub)) return name;
  // Below `Desk 1`, `Desk 12 · Lamp` is named after another hub.
  return /^[\s·:,/–—-]+([^\s·:,/–—-].*)$/s.exec(name.slice(hub.length))?.[1] ?? name;
}
