/** An admin request that Node-RED itself did not carry out: no permission, not there, no connection. */
export class RequestFailed extends Error {
  /** HTTP status, 0 if there was no answer. */
  readonly status: number;

  constructor(status: number) {
    super(`The editor's request ended with status ${status}`);
    this.status = status;
  }
}

type JQueryAjaxOptions = Readonly<Record<'url' | 'method', string>> & {
  readonly data?: string;
  readonly contentType?: string;
  /** Default: JSON. */
  readonly dataType?: 'text';
  /** What carries the request. */
  readonly xhr?: () => XMLHttpRequest;
};

function send(options: JQueryAjaxOptions): Promise<unknown> {
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

/**
 * The lines of an answer, each as soon as it has come.
 *
 * @throws RequestFailed, perhaps after some lines
 */
export async function* getLines(url: string): AsyncGenerator<string> {
  let text = '';
  let isWhole = false;
  let tell: () => void = () => undefined;
  const xhr = (): XMLHttpRequest => {
    const request = new XMLHttpRequest();
    request.onprogress = () => {
      text = request.responseText;
      tell();
    };
    return request;
  };
  const whole = send({ url, method: 'GET', dataType: 'text', xhr }).then((answer) => {
    text = String(answer);
    isWhole = true;
  });
  // It is waited for only once there is no line left.
  whole.catch(() => undefined);
  for (let at = 0; at < text.length || !isWhole; ) {
    const end = text.indexOf('\n', at);
    if (end !== -1) {
      yield text.slice(at, end);
      at = end + 1;
    } else if (isWhole) {
      yield text.slice(at);
      return;
    } else {
      const more = new Promise<void>((resolve) => {
        tell = resolve;
      });
      await Promise.race([more, whole]);
    }
  }
}
