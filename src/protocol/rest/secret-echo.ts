/** So many characters in a row of a secret give it away; of a shorter secret, all of them. */
const tellingLength = 8;
/** A secret shorter than this is not looked for: it would be found in innocent text. */
const shortestSecret = 4;
const mostRounds = 3;
/** A word of most refusals, and of many a password: by itself it gives nothing away. */
const innocentWord = /\bpasswords?\b/gi;

/** The characters that JSON, scripts, URLs and HTML write in another way: `\u003d`, `\x3d`, `%3D`, `&#61;`, `&#x3d;`. */
const escapeSequence = /\\u([0-9a-f]{4})|\\x([0-9a-f]{2})|%([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#(\d{1,7});/gi;

/** Long enough to hold a telling piece in base64, which some gateways show headers in. */
const encodedRun = /[\w+/-]{12,}/g;

/**
 * Whether a text repeats a secret, whole, cut or in part, as it is or escaped. A server's error may show the request it
 * got, header and body, and so the token or the password; such an answer is not to be quoted anywhere.
 */
export function echoesSecret(text: string, secrets: readonly string[]): boolean {
  const readings = unescapedReadings(text).map((reading) => reading.replace(innocentWord, '\0'));
  return secrets.some(
    (secret) => secret.length >= shortestSecret && readings.some((reading) => echoes(reading, secret)),
  );
}

function echoes(text: string, secret: string): boolean {
  const length = Math.min(tellingLength, secret.length);
  const pieces = new Set<string>();
  for (let at = 0; at + length <= secret.length; at += 1) pieces.add(secret.slice(at, at + length));
  for (let at = 0; at + length <= text.length; at += 1) if (pieces.has(text.slice(at, at + length))) return true;
  return false;
}

/** The text as it is, and with its escapes undone as often as somebody may have escaped it. */
function unescapedReadings(text: string): readonly string[] {
  const readings = [text];
  for (let reading = text; readings.length <= mostRounds; ) {
    const next = unescaped(reading);
    if (next === reading) break;
    readings.push(next);
    reading = next;
  }
  return [...readings, ...readings.map(decoded)];
}

function decoded(text: string): string {
  return text.replace(encodedRun, (run) => Buffer.from(run, 'base64').toString('latin1'));
}

function unescaped(text: string): string {
  return text
    .replace(escapeSequence, (whole, json?: string, script?: string, url?: string, hex?: string, decimal?: string) => {
      const code = decimal === undefined ? Number.parseInt(json ?? script ?? url ?? hex ?? '', 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replace(/\\(.)/g, '$1');
}
