/** Pieces of what nobody may read: a token, a key's id, a session token, what a signed URL holds. */
const secrets = [/eyJ[\w-]{8}/, /ASIA[0-9A-F]{8}/, /IQoJb3JpZ2lu/, /X-Amz-/i];

/** Where in a text a secret stands, with a little around it but without the secret; undefined where none does. */
export function secretIn(text: string, passwords: readonly string[]): string | undefined {
  const places = [
    ...passwords.map((password) => text.indexOf(password)),
    ...secrets.map((secret) => secret.exec(text)?.index ?? -1),
  ];
  const at = places.find((place) => place >= 0);
  return at === undefined ? undefined : text.slice(Math.max(0, at - 60), at + 4).replaceAll('\n', ' ');
}
