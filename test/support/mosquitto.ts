import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { needProgram } from '../programs/find-program';
import { freePort } from './free-port';

/** A mosquitto of the test's own. */
export interface Mosquitto {
  /** Plain MQTT on 127.0.0.1. */
  readonly port: number;
  /** MQTT over WebSocket on 127.0.0.1. */
  readonly webSocketPort: number;
  /** Stops and starts it on the same ports with what it has saved; `forget` throws its sessions away in between. */
  restart(options?: { forget?: boolean; signal?: NodeJS.Signals }): Promise<void>;
  stop(): Promise<void>;
}

const startTimeoutMs = 10_000;

function configuration(directory: string, port: number, webSocketPort: number): string {
  return [
    // As root it would give up its rights, and could not save.
    ...(userInfo().uid === 0 ? ['user root'] : []),
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${directory}/`,
    // Saved when it ends, and only then: one of version 2.0.11 that saves while it runs sends acknowledged messages of a
    // long queue again after a restart (7295 of 9000, measured).
    'autosave_interval 0',
    'max_inflight_messages 100',
    'max_queued_messages 0',
    'max_packet_size 262144',
    'persistent_client_expiration 1h',
    `listener ${port} 127.0.0.1`,
    `listener ${webSocketPort} 127.0.0.1`,
    'protocol websockets',
    '',
  ].join('\n');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

async function launch(program: string, file: string, port: number): Promise<ChildProcess> {
  const child = spawn(program, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(port))) {
    const dead = child.exitCode !== null || child.signalCode !== null;
    if (dead || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`mosquitto did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}

/**
 * Starts a mosquitto on free ports with a directory of its own.
 *
 * @throws {Error} that says what to do if this computer has none
 */
export async function startMosquitto(): Promise<Mosquitto> {
  const program = needProgram('mosquitto');
  const directory = await mkdtemp(join(tmpdir(), 'mosquitto-'));
  const port = await freePort();
  const webSocketPort = await freePort();
  const file = join(directory, 'mosquitto.conf');
  await writeFile(file, configuration(directory, port, webSocketPort));
  let child = await launch(program, file, port);
  // Should the test process end first.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const halt = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended(child);
  };
  return {
    port,
    webSocketPort,
    async restart({ forget = false, signal = 'SIGTERM' } = {}) {
      await halt(signal);
      if (forget) await rm(join(directory, 'mosquitto.db'), { force: true });
      child = await launch(program, file, port);
    },
    async stop() {
      process.removeListener('exit', kill);
      await halt('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
