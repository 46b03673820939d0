// Keeps the page up to date: by one event stream, or by polling where no stream can be had. When the server is gone it
// says so and tries again until it is back.

import { EventStreamParser } from './sse.js';

const STATUS_MS = 1000;
/** A stream that says nothing for so long is dead, or something in between keeps it to itself. */
const SILENCE_MS = 6000;
const POLL_MS = 2000;
/** How long to poll before the stream is tried again. */
const POLL_FOR_MS = 30_000;
const RETRY_MS = [500, 1000, 2000, 3000];
/** A stream that lived for so long was a good one. */
const GOOD_MS = 5000;

export class Live {
  #api;
  #sink;
  #lastId = '';
  #failures = 0;
  #shortStreams = 0;
  #stop = new AbortController();
  #wake = () => {};
  #retryNow = false;

  /**
   * @param {import('./api.js').Api} api
   * @param {{event: (event: object) => void, state: (state: string, error?: Error) => void, askForKey: () => Promise<void>}} sink
   *   states: connecting, live, polling, gone, refused
   */
  constructor(api, sink) {
    this.#api = api;
    this.#sink = sink;
  }

  /** Runs until the page goes. */
  async run() {
    addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => document.hidden || this.#wake());
    addEventListener('pagehide', () => this.#stop.abort());
    // A page that comes back from the browser's cache of pages has no stream any more.
    addEventListener('pageshow', event => event.persisted && location.reload());
    this.#sink.state('connecting');
    while (!this.#stop.signal.aborted) {
      try {
        await this.#stream();
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** Tries at once what would be tried after a while. */
  retry() {
    this.#retryNow = true;
    this.#wake();
  }

  async #stream() {
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, ended.signal]);
    const opened = performance.now();
    let heard = false;
    let watch = setTimeout(() => ended.abort(), SILENCE_MS);
    try {
      const headers = this.#lastId === '' ? {} : { 'Last-Event-ID': this.#lastId };
      const reader = await this.#api.stream(`events?status_ms=${STATUS_MS}`, 'text/event-stream', signal, headers);
      const parser = new EventStreamParser();
      while (true) {
        const { value, done } = await reader.read();
        clearTimeout(watch);
        if (done) break;
        watch = setTimeout(() => ended.abort(), SILENCE_MS);
        for (const message of parser.push(value)) {
          if (!heard) this.#sink.state('live');
          heard = true;
          this.#failures = 0;
          if (message.id !== '') this.#lastId = message.id;
          this.#take(message.data);
        }
      }
    } catch (error) {
      if (!heard) throw ended.signal.aborted ? new SilentStream() : error;
    } finally {
      clearTimeout(watch);
      ended.abort();
      if (performance.now() - opened > GOOD_MS) this.#shortStreams = 0;
    }
    throw heard ? new EndedStream() : new SilentStream();
  }

  #take(data) {
    let event;
    try {
      event = JSON.parse(data);
    } catch {
      return;
    }
    this.#sink.event(event);
  }

  async #recover(error) {
    if (this.#stop.signal.aborted) return;
    if (error.askForKey) {
      this.#sink.state('refused', error);
      await this.#sink.askForKey();
      this.#sink.state('connecting');
      return;
    }
    if (error.status === 401 || error.status === 403) {
      this.#sink.state('refused', error);
      await this.#pause(10_000);
      return;
    }
    // The server is there and gives no stream: too many are open, it is older, or a proxy holds back what is sent.
    if (error instanceof SilentStream || (error.status >= 400 && error.status !== 0)) {
      await this.#poll();
      return;
    }
    // The server may have stopped or its node: the next try tells, and it comes soon where the stream was a good one.
    if (error instanceof EndedStream) {
      await this.#pause(RETRY_MS[Math.min(this.#shortStreams++, RETRY_MS.length - 1)]);
      return;
    }
    this.#sink.state('gone', error);
    await this.#pause(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]);
  }

  async #poll() {
    const until = performance.now() + POLL_FOR_MS;
    this.#retryNow = false;
    while (performance.now() < until && !this.#retryNow && !this.#stop.signal.aborted) {
      let status;
      try {
        status = await this.#api.get('status', this.#stop.signal);
      } catch (error) {
        if (error.askForKey) return;
        this.#sink.state('gone', error);
        this.#failures = 1;
        await this.#pause(RETRY_MS[1]);
        return;
      }
      this.#sink.state('polling');
      this.#sink.event({ type: 'status', status, revision: status.revision });
      await this.#pause(POLL_MS);
    }
  }

  #pause(ms) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Nothing came. */
class SilentStream extends Error {}

/** Something came, and then no more. */
class EndedStream extends Error {}
