export type { AccountOptions } from './client/account-options';
export type { ActionCommand, ActionOutcome, SentAction } from './client/commands/action-command';
export { testConnection } from './client/connection-test';
export type { EventGap, PortSubscriber, UnreadableEvent } from './client/events/port-subscriber';
export type { CompanyPlaces } from './client/lists/company-places';
export type { CompanyFollower } from './client/lists/company-watch';
export type { AccountLists, ListAge } from './client/lists/platform-lists';
export { type Logger, silentLogger } from './client/logger';
export type { NetworkOptions, TlsOptions } from './client/network/network-agent';
export { type AccountDependencies, OchnoAccount, SharedLogIns } from './client/ochno-account';
export type { ResourceCall, RestRequest, RestResponse } from './client/rest/rest-request';
export { SessionMemory } from './client/stream/stream-memory';
export type { ConnectionStatus, StreamVitals } from './client/stream/stream-status';
export { type Clock, systemClock } from './client/time/clock';
export type { LampFields } from './protocol/lamp/lamp';
export { type ConnectionReason, OchnoError, type OchnoErrorCode } from './protocol/ochno-error';
export type {
  Listed,
  ListedFloorPlan,
  ListedHub,
  ListedLocation,
  ListedPort,
} from './protocol/rest/listed-places';
export type { ConnectionTestStep } from './protocol/stream/connection-test-step';
export type { PortEvent } from './protocol/stream/port-event';
export { signStreamUrl } from './protocol/stream/signed-url';
export { actionTopic, type PortAddress, type PortSelector, parsePortTopic, portTopic } from './protocol/topics/address';
