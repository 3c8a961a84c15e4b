/**
 * Every fault by name. Each takes an argument: a value as described here, then, if wanted, `;times=n` (only the next
 * n occasions) and for the HTTP ones `;path=text` (only requests whose path contains it).
 */
export const faultTable = {
  'login-refused': 'the log-in is answered 401 whatever the password',
  'login-error': 'the log-in is answered with this 5xx status (500)',
  'login-garbage': 'the log-in is answered 200 with: truncated (default), html, empty, wrong (JSON without a token)',
  'cdn-page':
    'a content delivery network answers, instead of the HTTP API and of the upgrade, with this status (403) and an HTML page that names a request id',
  'login-hang': 'the log-in is never answered',
  'login-slow': 'the log-in is answered after this many ms (2000)',
  'logout-hang': 'the log-out is never answered',
  'logout-error': 'the log-out is answered with this status (500)',
  'tokens-revoked': 'every token issued so far is removed at once; the next log-in gives a good one',
  'rest-error': 'everything under /api but iotAccess is answered with this status (500)',
  'rest-slow': 'everything under /api but iotAccess is answered after this many ms (2000)',
  'rest-hang': 'everything under /api but iotAccess is never answered',
  'rest-garbage':
    'everything under /api but iotAccess is answered 200 with: truncated (default), html, empty, bom, endless, drip (a byte at a time), short (less than its Content-Length)',
  'rest-redirect': 'everything under /api but iotAccess is answered 302 to this address (/elsewhere)',
  'rest-reset': 'everything under /api but iotAccess gets its connection reset',
  'rest-forbidden': 'everything under /api but iotAccess is answered 403',
  'rate-limited': 'everything under /api but iotAccess is answered 429 with this Retry-After (1); "none" leaves it out',
  'rest-unavailable': 'the same with 503',
  'stale-keep-alive':
    'a request on a connection that was idle for this many ms (0) is lost, and the connection reset, as if a server had just closed it',
  'etag-rewritten': 'ETags are rewritten on the way: gzip (default, "v-gzip" as by Apache) or weak (W/"v" as by nginx)',
  'partial-lists':
    'lists hold their first half: total (default, with X-Total-Count) or 206 (with Content-Range); 204: every list is answered as empty, without a body',
  'odd-company': 'the companies hold one more, with an id that no topic can hold: this one (ACME/West)',
  'iot-access-error': 'iotAccess is answered with this status (500)',
  'iot-access-unauthorized': 'iotAccess is answered 401',
  'iot-access-forbidden': 'iotAccess is answered 403',
  'iot-access-rate-limited': 'iotAccess is answered 429 with this Retry-After (1)',
  'iot-access-garbage': 'as rest-garbage, for iotAccess',
  'iot-access-hang': 'iotAccess is never answered',
  'iot-access-slow': 'iotAccess is answered after this many ms (2000)',
  'iot-access-missing-field': 'iotAccess leaves this field out (sessionToken)',
  'iot-access-fields': 'iotAccess has these fields put over its own: a JSON object',
  'iot-expiration-past': 'iotAccess says the credentials expired an hour ago',
  'upgrade-forbidden': 'every upgrade is refused 403: signature does not match',
  'upgrade-expired': 'every upgrade is refused 403: the token is expired',
  'upgrade-error': 'every upgrade is answered with this status (500) and an HTML page',
  'upgrade-redirect': 'every upgrade is answered 302 to this address',
  'upgrade-hang': 'every upgrade is left without an answer',
  'clock-skew': "the platform's clock, Date headers included, is this many minutes off (10)",
  'connack-never': 'CONNECT is never answered',
  'connack-slow': 'CONNECT is answered after this many ms (2000)',
  'connack-refused': 'CONNECT is refused with this return code (5)',
  'suback-refused': 'a filter that contains this text is refused (0x80)',
  'suback-never': 'a SUBSCRIBE with a filter that contains this text is never answered',
  'slow-suback': 'SUBACK comes after this many ms (2000)',
  'subscribe-closes': 'a SUBSCRIBE with a filter that contains this text closes the connection',
  'publish-closes': 'a PUBLISH on a topic that contains this text closes the connection',
  'puback-never': 'a QoS 1 PUBLISH on a topic that contains this text is obeyed but never acknowledged',
  'slow-puback': 'PUBACK comes after this many ms (2000)',
  'stop-forwarding':
    'a black hole: sockets stay open, nothing passes until it is switched off; "open": only those open now, for good',
  'idle-close': 'a connection on which nothing passed for this many seconds (20) is closed in good order',
  'gateway-restarts': 'every connection is closed in good order, again and again after this many seconds (15)',
  'silent-filters': 'more than 50 filters are granted, and only the first 50 of a connection get events',
  'retained-on-wildcards':
    'a new subscription with wildcards gets what is retained, as from other brokers; at AWS only an exact one does',
  redeliver: 'every QoS 1 event is delivered twice, with another packet id and DUP unset',
  'malformed-packet':
    'every open connection gets bytes that are not MQTT, at once: qos3 (default), type0, connack, puback, length, topic',
  'text-frame': 'every open connection gets a text frame, at once',
  'hub-off':
    'this hub (all) is off: it obeys nothing and tells nothing, while the broker acknowledges and the lists say what they said',
  'slice-frames': 'what goes to the client is cut into frames of one byte',
  'join-frames': 'what goes to the client is gathered for this many ms (20) and sent as one frame',
  'forget-sessions': 'every persistent session is lost, at once',
  'pin-client-id': 'iotAccess names a client id, and any other is refused',
} as const;

export type FaultName = keyof typeof faultTable;
