/**
 * Whether a host name means this computer: `localhost`, `127.0.0.0/8` or `::1` (with or without brackets).
 * Only these may be spoken to without TLS. Names are compared as text; nothing is looked up.
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name === '::1' || name === '[::1]') return true;
  const octets = name.split('.');
  return (
    octets.length === 4 &&
    octets[0] === '127' &&
    octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256)
  );
}
