// Calls the control plane that this page belongs to. It is found from the page's own address, so any prefix, path base
// and node works.

import { error as errorWords } from './words.js';

const TIMEOUT_MS = 15_000;
const KEY_NAME = `vix-p2p-key:${new URL('..', location.href).pathname}`;

/** A call that did not succeed. `message` is for people. */
export class ApiError extends Error {
  constructor(status, code, hint, askForKey = false) {
    super(errorWords(code));
    this.status = status;
    this.code = code;
    this.hint = hint;
    /** Whether the server takes a key as Authorization: Bearer. */
    this.askForKey = askForKey;
  }
}

export class Api {
  #base = new URL('..', location.href);
  #key = readStored();

  get hasKey() {
    return this.#key !== null;
  }

  /**
   * Uses a key from now on.
   * @param {string|null} key null forgets it
   * @param {boolean} keep whether it outlives a reload of this tab; it never outlives the tab
   */
  useKey(key, keep) {
    this.#key = key;
    try {
      if (key !== null && keep) sessionStorage.setItem(KEY_NAME, key);
      else sessionStorage.removeItem(KEY_NAME);
    } catch {
      // A browser that stores nothing: the key lives in memory.
    }
  }

  get(path, signal) {
    return this.#json('GET', path, undefined, signal);
  }

  post(path, body, signal) {
    return this.#json('POST', path, body, signal);
  }

  delete(path, signal) {
    return this.#json('DELETE', path, undefined, signal);
  }

  /** Gets an answer that has one JSON value a line; a line that cannot be read is left out. */
  async lines(path, signal) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await this.#send('GET', path, { headers: { Accept: 'application/x-ndjson' }, signal: AbortSignal.any([signal, timeout]) });
    try {
      return (await response.text()).split('\n').flatMap(parseLine);
    } catch (cause) {
      throw this.#unreachable(cause, signal);
    }
  }

  /**
   * Opens an answer that goes on and on.
   * @returns {Promise<ReadableStreamDefaultReader<string>>} pieces of text
   */
  async stream(path, accept, signal, headers = {}) {
    const response = await this.#send('GET', path, { headers: { Accept: accept, ...headers }, signal });
    return response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  async #json(method, path, body, signal) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const options = { method, headers: { Accept: 'application/json' }, signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
    if (body !== undefined) {
      options.headers['Content-Type'] = 'application/json';
      options.body = JSON.stringify(body);
    }
    const response = await this.#send(method, path, options);
    try {
      return await response.json();
    } catch (cause) {
      throw this.#unreachable(cause, signal);
    }
  }

  async #send(method, path, options) {
    if (this.#key !== null) options.headers.Authorization = `Bearer ${this.#key}`;
    let response;
    try {
      response = await fetch(new URL(path, this.#base), { method, cache: 'no-store', redirect: 'error', ...options });
    } catch (cause) {
      throw this.#unreachable(cause, options.signal);
    }
    if (!response.ok) throw await failure(response);
    return response;
  }

  #unreachable(cause, signal) {
    // Whoever ended the call knows; everything else is a server that does not answer.
    if (signal?.aborted && cause.name === 'AbortError') return cause;
    return new ApiError(0, 'unreachable_server', '');
  }
}

async function failure(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy or the host answered with a page of its own.
  }
  const bearer = /^bearer\b/i.test(response.headers.get('WWW-Authenticate') ?? '');
  const code = typeof body.error === 'string' ? body.error : codeOf(response.status);
  const hint = typeof body.hint === 'string' ? body.hint : '';
  return new ApiError(response.status, code, hint, response.status === 401 && (bearer || body.error === 'unauthorized'));
}

function codeOf(status) {
  switch (status) {
    case 401: return 'host_unauthorized';
    case 403: return 'host_forbidden';
    case 404: return 'not_found';
    case 429: return 'rate_limited';
    default: return status >= 502 && status <= 504 ? 'unreachable_server' : 'internal_error';
  }
}

function parseLine(line) {
  try {
    return line === '' ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}

function readStored() {
  try {
    return sessionStorage.getItem(KEY_NAME);
  } catch {
    return null;
  }
}
