// Keeps the store's table of peers up to date: events tell what changes at once, and the table is read whole now and
// then for ages, counters and rows that have gone.

const PAGE = 5000;
const MAX_PAGES = 5;
const LEAST_PAUSE_MS = 2000;
/** The page spends at most this part of its time with reading the table. */
const SHARE = 0.05;

export class TableReader {
  #api;
  #store;
  #onError;
  #due = 0;
  #reading;
  #again = false;

  constructor(api, store, { onError }) {
    this.#api = api;
    this.#store = store;
    this.#onError = onError;
  }

  /** Reads the table if it is time to. */
  tick() {
    if (performance.now() >= this.#due) void this.read();
  }

  /** Reads the table now. */
  read() {
    if (this.#reading !== undefined) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
      if (!this.#again) return;
      this.#again = false;
      void this.read();
    });
    return this.#reading;
  }

  async #read() {
    const started = performance.now();
    this.#due = Infinity;
    try {
      const rows = new Map();
      let revision;
      let total = 0;
      let cursor;
      for (let page = 0; page < MAX_PAGES; page++) {
        const body = await this.#api.get(`peers?limit=${PAGE}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
        for (const row of body.peers) rows.set(row.key, row);
        // The oldest page counts: what an event told since then is newer.
        revision ??= body.revision;
        total = body.total;
        cursor = body.next_cursor;
        if (cursor === undefined) break;
      }
      this.#store.applyPeers([...rows.values()], revision, total, performance.now());
    } catch (error) {
      this.#onError(error);
    } finally {
      const took = performance.now() - started;
      this.#due = performance.now() + Math.max(LEAST_PAUSE_MS, took / SHARE);
    }
  }
}
