import { createWriteStream, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Simulator, startSimulator } from '../simulator';
import { freePort } from '../support/free-port';
import { NodeRedChild } from '../support/node-red-child';
import { prepareDemoDirectory } from './demo-directory';

export interface DemoOptions {
  /** Where the demo's Node-RED lives. */
  readonly directory: string;
  /** Lay the demo flow out again, whatever was changed. */
  readonly fresh: boolean;
  /** Show the dashboard of the documentation as well. */
  readonly dashboard: boolean;
  /** Called with each warning and error that Node-RED logs once it runs. */
  readonly onTrouble: (line: string) => void;
  /** The folder of `node-red`. Default: the one this package develops against. */
  readonly nodeRedDir?: string;
}

const usualEditorPort = 1880;
const usualBuildingPort = 4870;
const eventsPerSecond = 2;
const slowestStartMs = 45_000;
/** Node-RED says goodbye to the platform while it stops; what takes longer is ended by force. */
const slowestStopMs = 2_500;
const built = resolve(__dirname, '../../dist/nodes/ochno-config.js');

/** The simulated office and a Node-RED that runs the demo flow in it. */
export class Demo {
  readonly #options: DemoOptions;
  #simulator: Simulator | undefined;
  #nodeRed: NodeRedChild | undefined;
  #editorPort = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  get editorUrl(): string {
    return `http://127.0.0.1:${this.#editorPort}/`;
  }

  /** Where the dashboard is, if it is shown. */
  get dashboardUrl(): string | undefined {
    return this.#options.dashboard ? `${this.editorUrl}dashboard/floor` : undefined;
  }

  /** What is elsewhere than usual, since another program has the usual port. */
  get takenPorts(): readonly string[] {
    const places = [
      { what: 'the editor', usual: usualEditorPort, port: this.#editorPort },
      { what: 'the building', usual: usualBuildingPort, port: Number(new URL(this.simulator.url).port) },
    ];
    return places
      .filter(({ usual, port }) => port !== usual)
      .map(({ what, usual, port }) => `Port ${usual} is taken by another program: ${what} is at ${port}.`);
  }

  /** Where Node-RED's whole log is. */
  get logFile(): string {
    return join(this.#options.directory, 'node-red.log');
  }

  get simulator(): Simulator {
    if (!this.#simulator) throw new Error('The demo has not started');
    return this.#simulator;
  }

  /**
   * Resolves when both run: with `kept` where the directory held flows the user had changed.
   *
   * @throws Error saying what to do where one of them can't start; the other is stopped then
   */
  async start(): Promise<'fresh' | 'kept'> {
    try {
      if (!existsSync(built)) throw new Error('The package is not built: run "npm run build" first');
      this.#simulator = await startBuilding(usualBuildingPort);
      return await this.#startEditor(usualEditorPort);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Resolves when Node-RED has ended, whoever ended it. */
  async ended(): Promise<void> {
    await this.#nodeRed?.log.ended;
  }

  /** Stops both: Node-RED first, so that it can log out. Within 3 s, and safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    await this.#nodeRed?.stop(slowestStopMs);
    await this.#simulator?.close();
  }

  /** Another program may take the port between its being found free and Node-RED's taking it: then the next one. */
  async #startEditor(firstPort: number): Promise<'fresh' | 'kept'> {
    this.#editorPort = await freePort(firstPort);
    const { directory, fresh, dashboard } = this.#options;
    const layout = { editorPort: this.#editorPort, fresh, dashboard };
    const flows = await prepareDemoDirectory(directory, this.simulator, layout);
    try {
      await this.#startNodeRed();
      return flows;
    } catch (error) {
      if (!/EADDRINUSE|port in use/.test(String(error))) throw error;
      return this.#startEditor(this.#editorPort + 1);
    }
  }

  async #startNodeRed(): Promise<void> {
    if (this.#stopping) throw new Error('The demo was stopped while it started');
    const { directory: userDir, onTrouble, ...launch } = this.#options;
    const nodeRed = new NodeRedChild({ ...launch, userDir, environment: withoutProxy(process.env) });
    this.#nodeRed = nodeRed;
    const file = createWriteStream(this.logFile);
    nodeRed.process.stdout?.pipe(file, { end: false });
    nodeRed.process.stderr?.pipe(file, { end: false });
    void nodeRed.log.ended.then(() => file.end());
    try {
      await nodeRed.started(slowestStartMs);
    } catch {
      const lastLines = nodeRed.log.text.trimEnd().split('\n').slice(-15).join('\n');
      throw new Error(`Node-RED did not start. Its last words, all of them in ${this.logFile}:\n\n${lastLines}`);
    }
    nodeRed.process.stdout?.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString().split('\n')) if (/ - \[(?:warn|error)\] /.test(line)) onTrouble(line);
    });
  }
}

/** The simulated building on the first free port from this one on. */
async function startBuilding(firstPort: number): Promise<Simulator> {
  const port = await freePort(firstPort);
  try {
    return await startSimulator({ port, rate: eventsPerSecond });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    return startBuilding(port + 1);
  }
}

/** The simulated platform is on this computer: a proxy for the internet must not be asked for it. */
function withoutProxy({ no_proxy, NO_PROXY = '' }: NodeJS.ProcessEnv): Record<string, string> {
  const exceptions = [no_proxy ?? NO_PROXY, '127.0.0.1'].filter((text) => text !== '').join(',');
  return { no_proxy: exceptions, NO_PROXY: exceptions };
}
