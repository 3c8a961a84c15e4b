import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { cdnPage } from '../cdn-page';
import type { FaultName } from '../fault-table';
import type { Faults } from '../faults';
import { sendGarbage } from './http-garbage';
import type { ApiRequest } from './http-reply';

type Strike = (response: ServerResponse, value: string, goOn: () => void) => void;

function sendProblem(response: ServerResponse, status: number, message: string, retryAfter?: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    ...(retryAfter !== undefined && retryAfter !== 'none' && { 'Retry-After': retryAfter === '' ? '1' : retryAfter }),
  });
  response.end(JSON.stringify({ message }));
}

function later(response: ServerResponse, value: string, goOn: () => void): void {
  const timer = setTimeout(goOn, value === '' ? 2000 : Number(value));
  response.on('close', () => clearTimeout(timer));
}

const cdn: Strike = (response, value) => {
  const status = Number(value || 403);
  const { headers, body } = cdnPage(status);
  response.writeHead(status, headers).end(body);
};

const failing: Strike = (response, value) =>
  sendProblem(response, Number(value || 500), `Something went wrong (request ${randomUUID()})`);
const garbage: Strike = (response, value) => sendGarbage(response, value);
const hanging: Strike = () => undefined;
const forbidden: Strike = (response) => sendProblem(response, 403, 'You have no permission to do this');
const limited: Strike = (response, value) => sendProblem(response, 429, 'Too many requests', value);

const logInFaults: readonly (readonly [FaultName, Strike])[] = [
  ['login-hang', hanging],
  ['login-error', failing],
  ['login-garbage', garbage],
  ['login-slow', later],
];

const logOutFaults: readonly (readonly [FaultName, Strike])[] = [
  ['logout-hang', hanging],
  ['logout-error', failing],
];

const restFaults: readonly (readonly [FaultName, Strike])[] = [
  ['rest-hang', hanging],
  ['rest-reset', (response) => response.socket?.resetAndDestroy()],
  ['rest-error', failing],
  ['rest-garbage', garbage],
  ['rest-forbidden', forbidden],
  ['rest-redirect', (response, value) => response.writeHead(302, { Location: value || '/elsewhere' }).end()],
  ['rate-limited', limited],
  ['rest-unavailable', (response, value) => sendProblem(response, 503, 'Down for maintenance', value)],
  ['rest-slow', later],
];

const streamAccessFaults: readonly (readonly [FaultName, Strike])[] = [
  ['iot-access-hang', hanging],
  ['iot-access-error', failing],
  ['iot-access-unauthorized', (response) => sendProblem(response, 401, 'Invalid token')],
  ['iot-access-forbidden', forbidden],
  ['iot-access-rate-limited', limited],
  ['iot-access-garbage', garbage],
  ['iot-access-slow', later],
];

const everywhere: readonly (readonly [FaultName, Strike])[] = [['cdn-page', cdn]];

function faultsFor({ segments }: ApiRequest): readonly (readonly [FaultName, Strike])[] {
  if (segments[0] === 'auth') return segments[1] === 'jwt' ? logInFaults : logOutFaults;
  return segments[3] === 'iotAccess' ? streamAccessFaults : restFaults;
}

/** Answers with the first fault that strikes, or goes on. */
export function strikeHttpFault(faults: Faults, request: ApiRequest, response: ServerResponse, goOn: () => void): void {
  for (const [name, strike] of [...everywhere, ...faultsFor(request)]) {
    const value = faults.strike(name, request.target);
    if (value !== undefined) {
      strike(response, value, goOn);
      return;
    }
  }
  goOn();
}
