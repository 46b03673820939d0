// What the page knows: the node, its peers, and what has happened since the page was opened. It has no
// clock of its own; the views read it and are told what has changed.

import { StatusCurves, median, perSecond } from './rates.js';
import { reason, why } from './words.js';

/** Events that are kept of all peers, and of each. */
export const MAX_EVENTS = 500;
export const MAX_PEER_EVENTS = 50;

/** Two readings of a row that are closer than this, in ms, say nothing about a rate. */
const LEAST_INTERVAL = 500;

/** A row of the peer table, with what the page has added to it. */
class Entry {
  constructor(key) {
    this.key = key;
    this.row = undefined;
    this.at = 0;
    this.rateIn = undefined;
    this.rateOut = undefined;
    this.counted = undefined;
    this.eventRevision = -1;
    this.order = Number.parseInt(key.replace(/^\D+/, ''), 10) || 0;
    this.why = undefined;
    this.searchText = undefined;
  }

  /** Takes the row as it was at a moment of the page's clock. */
  set(row, now) {
    const elapsed = this.counted === undefined ? undefined : now - this.counted.at;
    if (elapsed === undefined || elapsed >= LEAST_INTERVAL) {
      this.rateIn = perSecond(this.counted?.in, row.bytes_in, elapsed);
      this.rateOut = perSecond(this.counted?.out, row.bytes_out, elapsed);
      this.counted = { at: now, in: row.bytes_in, out: row.bytes_out };
    }
    this.row = row;
    this.at = now;
    this.why = why(row);
    this.searchText = undefined;
  }

  /** Everything of the row that a search looks at, in lower case. */
  get text() {
    const row = this.row;
    this.searchText ??= [row.node_id, row.id, row.endpoint, row.remote_endpoint, row.agent, ...(row.protocols ?? []), row.key,
      row.state, this.why && `${this.why} ${reason(this.why)}`, row.persistent && 'persistent'].filter(Boolean).join('\n').toLowerCase();
    return this.searchText;
  }

  /** The age of the last frame now; -1 when none came. */
  lastSeen(now) {
    if (this.row.last_seen_ms < 0) return -1;
    return this.row.last_seen_ms + (now - this.at);
  }

  /** How long it has been connected now. */
  connectedFor(now) {
    return this.row.connected_ms === undefined ? undefined : this.row.connected_ms + (now - this.at);
  }

  /** How long until the next dial; undefined where none is due. */
  nextDial(now) {
    return this.row.next_attempt_in_ms === undefined ? undefined : Math.max(0, this.row.next_attempt_in_ms - (now - this.at));
  }
}

export class Store extends EventTarget {
  status;
  statusAt = 0;
  entries = new Map();
  revision = -1;
  total = 0;
  events = [];
  curves = new StatusCurves();
  rtt;
  #histories = new Map();

  /** Takes the node's status. Another run of the node begins everything anew. */
  applyStatus(status, now) {
    if (this.status !== undefined && this.status.instance !== status.instance) this.#restart(status);
    this.status = status;
    this.statusAt = now;
    this.rtt = this.#middleRoundTrip();
    this.curves.add(status, this.rtt);
    this.#tell('status');
  }

  /** Takes the whole table. What an event has told about a row since then stays. */
  applyPeers(rows, revision, total, now) {
    const seen = new Set();
    for (const row of rows) {
      seen.add(row.key);
      const entry = this.entries.get(row.key);
      if (entry === undefined) this.#entry(row.key).set(row, now);
      else if (entry.eventRevision <= revision) entry.set(row, now);
    }
    for (const [key, entry] of this.entries) {
      if (!seen.has(key) && entry.eventRevision <= revision) this.#forget(key);
    }
    this.revision = Math.max(this.revision, revision);
    this.total = total;
    this.#tell('peers');
  }

  /** Takes one row that was read by itself. */
  applyPeer(row, now) {
    const entry = this.entries.get(row.key);
    if (entry === undefined) return;
    entry.set(row, now);
    this.#tell('peers');
  }

  /** Takes an event of the stream. */
  applyEvent(event, now) {
    const row = event.peer;
    if (row !== undefined) {
      const entry = this.#entry(row.key);
      if (event.revision >= entry.eventRevision) {
        entry.eventRevision = event.revision;
        entry.set(row, now);
      }
      const history = this.#histories.get(row.key) ?? [];
      history.unshift(event);
      if (history.length > MAX_PEER_EVENTS) history.pop();
      this.#histories.set(row.key, history);
      this.#tell('peers');
    }
    this.note(event);
  }

  /** Adds a line to the events, newest first. */
  note(event) {
    this.events.unshift(event);
    if (this.events.length > MAX_EVENTS) this.events.length = MAX_EVENTS;
    this.#tell('events');
  }

  /** The node does not answer. What was known stays on the page. */
  lost() {
    this.curves.gap();
    this.#tell('status');
  }

  /** What the page has seen of a peer, newest first. */
  history(key) {
    return this.#histories.get(key) ?? [];
  }

  /** Rows in each state, as the table has them now. */
  countByState() {
    const counts = {};
    for (const { row } of this.entries.values()) counts[row.state] = (counts[row.state] ?? 0) + 1;
    return counts;
  }

  #restart(status) {
    this.entries.clear();
    this.#histories.clear();
    this.revision = -1;
    this.rtt = undefined;
    this.note({ type: 'node_restarted', at: status.started_at ?? new Date().toISOString(), revision: status.revision });
    this.#tell('peers');
  }

  #entry(key) {
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = new Entry(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  #forget(key) {
    this.entries.delete(key);
    this.#histories.delete(key);
  }

  #middleRoundTrip() {
    const trips = [];
    for (const { row } of this.entries.values()) {
      if (row.rtt_ms !== undefined && (row.state === 'Connected' || row.state === 'Stale')) trips.push(row.rtt_ms);
    }
    return median(trips);
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
