import { AccessTokens } from './api/access-tokens';
import { buildingCollections } from './api/collections';
import { serveApi } from './api/http-api';
import type { GatewayPlace } from './api/stream-access';
import type { Broker } from './broker/broker';
import { Sessions } from './broker/sessions';
import { Building } from './building/building';
import type { BuildingHands } from './building/building-hands';
import { BuildingLife } from './building/building-life';
import type { PortIds } from './building/building-model';
import { Lamps } from './building/lamps';
import { eventPayload, obeyAction, portTopic } from './building/port-messages';
import type { ServerCertificate } from './certificates';
import type { FaultName } from './fault-table';
import { Faults } from './faults';
import { IotGateway } from './gateway/iot-gateway';
import { PolicyInForce } from './gateway/stream-policy';
import { LoopbackServer } from './http-server';
import type { Settings } from './options';
import { BuildingPage } from './page/building-page';
import { PlatformClock } from './platform-clock';
import { Records, remember } from './records';
import type { Simulator } from './simulator';
import { StreamCredentials } from './upgrade/stream-credentials';
import { WireFormat } from './wire-format';

const usualSkewMinutes = 10;

/** The platform's parts, put together. */
export class LocalPlatform implements Simulator {
  readonly email: string;
  readonly password: string;
  readonly ca?: string;
  readonly building: Building;
  readonly records = new Records();
  readonly #settings: Settings;
  readonly #secure: boolean;
  readonly #broker: Broker;
  readonly #clock = new PlatformClock();
  readonly #faults = new Faults();
  readonly #tokens: AccessTokens;
  readonly #credentials: StreamCredentials;
  readonly #sessions: Sessions;
  readonly #policy: PolicyInForce;
  readonly #wire: WireFormat;
  readonly #lamps: Lamps;
  readonly #page: BuildingPage;
  readonly #life: BuildingLife;
  readonly #api: LoopbackServer;
  readonly #front: LoopbackServer;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings, certificate: ServerCertificate | undefined, broker: Broker) {
    this.email = settings.email;
    this.password = settings.password;
    if (certificate !== undefined) this.ca = certificate.ca;
    this.#settings = settings;
    this.#secure = certificate !== undefined;
    this.#broker = broker;
    this.#tokens = new AccessTokens(this.#clock, settings.jwtTtlSeconds);
    this.#credentials = new StreamCredentials(this.#clock, settings.iotTtlSeconds);
    this.#sessions = new Sessions(this.#clock, settings.sessionExpirySeconds * 1000);
    this.#policy = new PolicyInForce(settings.policy);
    this.building = new Building(settings, settings.seed, this.#clock);
    this.#wire = new WireFormat(settings);
    this.#lamps = new Lamps(this.building, settings);
    this.#page = new BuildingPage(this.building, this.#lamps, () => this.#clock.now());
    this.#life = new BuildingLife(this.building, this.#clock, settings.seed, settings.rate, (portKey, reading) =>
      this.hands.felt(portKey, reading),
    );
    this.#api = new LoopbackServer(certificate);
    this.#front = new LoopbackServer(certificate);
    this.#faults.onSwitch((name, value) => this.#obeySwitch(name, value));
    this.#connectBuilding();
  }

  get url(): string {
    return this.#secure ? `https://localhost:${this.#api.port}` : `http://127.0.0.1:${this.#api.port}`;
  }

  get hands(): BuildingHands {
    return this.#page.hands;
  }

  get gatewayPort(): number {
    return this.#front.port;
  }

  async start(): Promise<void> {
    this.#serveGateway();
    await this.#front.listen(this.#settings.gatewayPort);
    this.#serveApi();
    await this.#api.listen(this.#settings.port);
    if (this.#settings.pinClientId) this.fault('pin-client-id');
    for (const fault of this.#settings.faults) this.#faults.setByText(fault);
    this.#life.start();
  }

  publish(topic: string, payload: string | Buffer, qos: 0 | 1 = 1, retain = false): Promise<void> {
    this.#page.passed('event', topic, payload);
    return this.#broker.publish(topic, payload, qos, retain);
  }

  emit(port: PortIds, data: object, qos?: 0 | 1, retain?: boolean): Promise<void> {
    const told = { connected: true, ...data };
    const portKey = this.building.portKey(port.hub, port.port);
    if (this.building.ports.has(portKey)) this.building.remember(portKey, told);
    return this.publish(portTopic(port), eventPayload(this.#wire, port, this.#clock.now(), told), qos, retain);
  }

  fault(name: string, on: boolean | string | number = true): void {
    this.#faults.set(name, on);
  }

  permit(change: Parameters<Simulator['permit']>[0]): void {
    this.#policy.change(change);
  }

  dropConnections(how: 'close' | 'reset' = 'close'): void {
    this.#front.cut(how);
  }

  forgetSessions(): void {
    this.#sessions.forgetAll();
  }

  revokeTokens(): void {
    this.#tokens.revokeAll();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#life.stop();
    this.#lamps.stop();
    this.#page.stop();
    await Promise.all([this.#api.close(), this.#front.close()]);
    await this.#broker.close();
  }

  #serveGateway(): void {
    const { connectionRate, dropAtExpiry, minKeepAliveSeconds, socketLifeSeconds } = this.#settings;
    const context = {
      broker: this.#broker,
      clock: this.#clock,
      faults: this.#faults,
      gates: new Map(),
      minKeepAliveSeconds,
      policy: this.#policy,
      rate: connectionRate === 'unlimited' ? undefined : connectionRate,
      records: this.records,
      sessions: this.#sessions,
    };
    const gateway = new IotGateway(this.#credentials, context, { dropAtExpiry, socketLifeSeconds });
    gateway.serve(this.#front);
  }

  #serveApi(): void {
    const { etags, pageSize } = this.#settings;
    const gateway: GatewayPlace = {
      host: this.#secure ? 'localhost' : '127.0.0.1',
      port: this.#front.port,
      protocol: this.#secure ? 'wss' : 'ws',
    };
    serveApi(this.#api, {
      building: this.building,
      clock: this.#clock,
      collections: buildingCollections(this.building, () => this.#clock.now()),
      credentials: this.#credentials,
      email: this.email,
      etags,
      faults: this.#faults,
      floorImages: new Map(),
      gateway,
      page: this.#page,
      pageSize,
      password: this.password,
      records: this.records,
      tokens: this.#tokens,
      wire: this.#wire,
    });
  }

  /** What happens in the building goes out as events; actions come in. */
  #connectBuilding(): void {
    const { eventContent, eventQos, retain } = this.#settings;
    this.building.onChange((ids, change, port) => {
      const told = eventContent === 'whole' ? port.data : change;
      const payload = eventPayload(this.#wire, ids, this.#clock.now(), told);
      // The broker refuses only while the simulator closes.
      this.publish(portTopic(ids), payload, eventQos, retain).catch(() => undefined);
    });
    this.#broker.onAction((topic, payload) => {
      this.#page.passed('action', topic, payload);
      const reason = obeyAction({ building: this.building, lamps: this.#lamps, wire: this.#wire }, topic, payload);
      if (reason !== undefined) remember(this.records.ignoredActions, { topic, reason });
    });
  }

  #obeySwitch(name: FaultName, value: string | undefined): void {
    if (name === 'clock-skew') {
      const minutes = value === undefined ? 0 : Number(value === '' ? usualSkewMinutes : value);
      this.#clock.skewMs = minutes * 60_000;
    }
    if (name === 'hub-off')
      this.building.hubsOff = value === undefined ? 'none' : value === '' ? 'all' : { hub: value };
    if (value === undefined) return;
    if (name === 'forget-sessions') this.forgetSessions();
    if (name === 'tokens-revoked') this.revokeTokens();
  }
}
