import { AedesBroker } from './broker/aedes-broker';
import type { Broker } from './broker/broker';
import { MosquittoBroker } from './broker/mosquitto-broker';
import { type CertificateKind, makeCertificate, type ServerCertificate } from './certificates';
import { LocalPlatform } from './local-platform';
import { type SimulatorOptions, settle } from './options';
import type { Simulator } from './simulator';

export type { Building } from './building/building';
export type { PortIds } from './building/building-model';
export type { DeviceName } from './building/devices';
export { type FaultName, faultTable } from './fault-table';
export type { StreamPolicy } from './gateway/stream-policy';
export type { SimulatorOptions } from './options';
export type { ConnectRecord, Records } from './records';
export type { Simulator } from './simulator';

/**
 * Starts an Ochno platform: HTTP API, AWS-IoT-like gateway, demo building. Everything listens on 127.0.0.1 only.
 * Rejects where a port is taken, a fault is unknown or mosquitto cannot be reached; nothing is left open then.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settle(options);
  const certificate = certificateFor(settings.tls);
  const broker = await startBroker(settings.broker);
  const platform = new LocalPlatform(settings, certificate, broker);
  try {
    await platform.start();
  } catch (error) {
    await platform.close();
    throw error;
  }
  return platform;
}

function startBroker(mosquitto: SimulatorOptions['broker']): Promise<Broker> {
  return mosquitto === undefined ? AedesBroker.start() : MosquittoBroker.start(mosquitto.mosquittoPort);
}

const certificates = new Map<CertificateKind, ServerCertificate>();

/** Made once a process: keys take time. */
function certificateFor(tls: boolean | 'expired' | 'wrong-host'): ServerCertificate | undefined {
  if (tls === false) return undefined;
  const kind = tls === true ? 'good' : tls;
  const certificate = certificates.get(kind) ?? makeCertificate(kind, Date.now());
  certificates.set(kind, certificate);
  return certificate;
}
