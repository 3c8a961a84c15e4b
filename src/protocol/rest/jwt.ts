/**
 * When a JSON Web Token ends, in ms since 1970, from its `exp` claim (RFC 7519, 4.1.4); `undefined` if it has none or
 * is not such a token. Nothing is verified: this only tells when to ask for a new one.
 */
export function jwtExpiryMs(token: string): number | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    if (typeof claims !== 'object' || claims === null || !('exp' in claims)) return undefined;
    const { exp } = claims;
    return typeof exp === 'number' && Number.isFinite(exp) && exp > 0 ? exp * 1000 : undefined;
  } catch {
    // A token may be anything; one that can't be read says nothing of its end.
    return undefined;
  }
}
