import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ProcessLog } from './process-log';

export interface NodeRedLaunch {
  /** With `settings.js` in it. */
  readonly userDir: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder of `node-red`. Default: the one this package develops against. */
  readonly nodeRedDir?: string;
  /** The Node.js to run it with. Default: this one. */
  readonly nodePath?: string;
}

const ownNodeRed = resolve(__dirname, '../../node_modules/node-red');

/** Node-RED as a process of its own. */
export class NodeRedChild {
  readonly process: ChildProcess;
  readonly log: ProcessLog;

  constructor({ userDir, environment = {}, nodeRedDir = ownNodeRed, nodePath = process.execPath }: NodeRedLaunch) {
    this.process = spawn(nodePath, [join(nodeRedDir, 'red.js'), '-u', userDir, '-s', join(userDir, 'settings.js')], {
      cwd: userDir,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.log = new ProcessLog(this.process);
  }

  /** Resolves when its flows have started and its server listens. */
  async started(patienceMs?: number): Promise<void> {
    await this.log.matches(/Started flows/, patienceMs);
    await this.log.matches(/Server now running|Editor UI disabled|Admin UI disabled|Headless/i, patienceMs);
  }

  /** Ends it as a service manager would: asks, and after a while forces. Its exit code; null where it was forced. */
  async stop(patienceMs = 15_000): Promise<number | null> {
    this.process.kill('SIGTERM');
    const forced = setTimeout(() => this.process.kill('SIGKILL'), patienceMs);
    const code = await this.log.ended;
    clearTimeout(forced);
    return code;
  }
}
