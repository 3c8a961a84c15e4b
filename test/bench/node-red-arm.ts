import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Arm } from './arm';
import { userDirectory } from './flows';

/** A real Node-RED that receives, in a process of its own. */
export interface NodeRedArm {
  readonly arm: Arm;
  readonly startedAt: number;
  stop(): Promise<void>;
}

/** Resolves once `users` nodes are connected. `company` is whose events it gets; `authority` is trusted with TLS, PEM. */
export async function nodeRed(
  company: string,
  users: number,
  flow: Parameters<typeof userDirectory>[0],
  authority?: string,
): Promise<NodeRedArm> {
  const directory = await userDirectory(flow);
  const arm = new Arm(
    company,
    join(__dirname, 'arm-node-red.ts'),
    [directory, String(users), company],
    authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: await trustedFile(directory, authority) },
  );
  const { startedAt } = await arm.ready();
  const stop = async (): Promise<void> => {
    await arm.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { arm, startedAt, stop };
}

async function trustedFile(directory: string, authority: string): Promise<string> {
  const file = join(directory, 'authority.pem');
  await writeFile(file, authority);
  return file;
}
