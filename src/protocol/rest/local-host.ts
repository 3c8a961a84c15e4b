/**
 * Whether a host name means this computer: `localhost`, `127.0.0.0/8` or `::1` (with or without brackets).
 * Only these may be spoken to without TLS. Names are compared as text; nothing is looked up.
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name === '::1' || name === '[::1]') return true;
  return octetsOf(name)?.[0] === 127;
}

/** The IPv4 ranges that lead nowhere on the internet (RFC 6890): first address and length of the prefix. */
const localRanges: readonly (readonly [first: readonly [number, number], bits: number])[] = [
  [[0, 0], 8],
  [[10, 0], 8],
  [[100, 64], 10],
  [[127, 0], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 168], 16],
  [[198, 18], 15],
  // Multicast and what is reserved, up to 255.255.255.255.
  [[224, 0], 3],
];

/** Names that are looked up in the local network only (RFC 6761, 6762, 8375; ICANN's `.internal`). */
const localEndings = [
  '.localhost',
  '.local',
  '.internal',
  '.localdomain',
  '.lan',
  '.intranet',
  '.private',
  '.corp',
  '.home',
  '.home.arpa',
];

/**
 * Whether a host lies in the network this computer is in: loopback, a private or link-local address in any spelling that
 * a look-up takes (`10.0.0.1`, `0xa000001`, `[fe80::1]`), or a name that only a local network knows, a single word too.
 */
export function isLocalHost(host: string): boolean {
  const name = normalized(host);
  if (name.startsWith('[')) return isLocalIpv6(name.slice(1, -1));
  const octets = octetsOf(name);
  if (octets !== undefined) return isLocalIpv4(octets);
  return !name.includes('.') || localEndings.some((ending) => name.endsWith(ending));
}

/** As URLs write it: numbers as an address, without the dot that ends a name. */
function normalized(host: string): string {
  try {
    return new URL(`http://${host}`).hostname.replace(/\.$/, '');
  } catch {
    // Not a host that a URL could name; it is judged by its letters.
    return host.toLowerCase();
  }
}

/** The four numbers of an IPv4 address in its usual form. */
export function octetsOf(name: string): readonly number[] | undefined {
  const octets = name.split('.');
  const isAddress = octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256);
  return isAddress ? octets.map(Number) : undefined;
}

function isLocalIpv4([first = 0, second = 0]: readonly number[]): boolean {
  const address = first * 256 + second;
  return localRanges.some(([[high, low], bits]) => {
    const size = 2 ** (16 - bits);
    return Math.floor(address / size) === Math.floor((high * 256 + low) / size);
  });
}

/** Unspecified, loopback, IPv4 in IPv6, unique local and link-local addresses (RFC 4291, 4193). */
function isLocalIpv6(address: string): boolean {
  if (address === '::' || address.startsWith('::1') || address.startsWith('::ffff:')) return true;
  const firstGroup = Number.parseInt(address.split(':', 1)[0] || '0', 16);
  return (firstGroup & 0xfe00) === 0xfc00 || (firstGroup & 0xffc0) === 0xfe80;
}
