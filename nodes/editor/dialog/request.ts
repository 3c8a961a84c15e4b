/** An admin request that Node-RED itself did not carry out: no permission, not there, no connection. */
export class RequestFailed extends Error {
  /** HTTP status, 0 if there was no answer. */
  readonly status: number;

  constructor(status: number) {
    super(`The editor's request ended with status ${status}`);
    this.status = status;
  }
}

/** Whether Node-RED said that its user may not do this, rather than nothing that can be used. */
export function isNotPermitted(error: unknown): boolean {
  return error instanceof RequestFailed && (error.status === 401 || error.status === 403);
}

type RequestOptions = Readonly<Record<'url' | 'method', string>> & {
  readonly data?: string;
  readonly contentType?: string;
};

function send(options: RequestOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    $.ajax({ dataType: 'json', timeout: 90_000, ...options })
      .done((answer: unknown) => resolve(answer))
      .fail((request) => reject(new RequestFailed(request.status)));
  });
}

/** The URL is relative: only then does the editor put its admin root before it and the user's token beside it. */
export function postJson(url: string, body: unknown): Promise<unknown> {
  return send({ url, method: 'POST', contentType: 'application/json', data: JSON.stringify(body) });
}

export function getJson(url: string): Promise<unknown> {
  return send({ url, method: 'GET' });
}
