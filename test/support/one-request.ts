import { HttpExchange } from '../../src/client/rest/http-exchange';

/**
 * A program of its own, for what only a fresh process shows: asks for the URL it is given and prints the answer or
 * the reason why not.
 */
async function main(address: string): Promise<void> {
  const url = new URL(address);
  const http = new HttpExchange(url);
  try {
    const { signal } = new AbortController();
    const answer = await http.send({ method: 'GET', url, maxAnswerBytes: 1000, signal });
    process.stdout.write(`${answer.statusCode} ${answer.body.toString()}`);
  } catch (error) {
    process.stdout.write(String(error instanceof Error && Reflect.get(error, 'reason')));
  } finally {
    http.close();
  }
}

main(process.argv[2] ?? '');
