// Rates and time curves from counters. Pure.

/** How many samples a curve keeps; at one a second that is two minutes. */
export const SAMPLES = 120;

/**
 * What a second brought, from two readings of counters that only rise.
 * @returns {number|undefined} undefined where there is nothing to compare with: the first reading, a restart, no time
 */
export function perSecond(before, after, elapsedMs) {
  if (before === undefined || after < before || !(elapsedMs > 0)) return undefined;
  return (after - before) * 1000 / elapsedMs;
}

/** The last values of a curve, oldest first. */
export class Curve {
  #values = [];

  get values() {
    return this.#values;
  }

  get last() {
    return this.#values.at(-1);
  }

  /** Adds a value; undefined makes a gap. */
  add(value) {
    this.#values.push(value);
    if (this.#values.length > SAMPLES) this.#values.shift();
  }

  clear() {
    this.#values = [];
  }
}

/** Turns readings of the node's status into the curves of the tiles. */
export class StatusCurves {
  #before;

  constructor() {
    this.connected = new Curve();
    this.messagesIn = new Curve();
    this.messagesOut = new Curve();
    this.bytesIn = new Curve();
    this.bytesOut = new Curve();
    this.rtt = new Curve();
  }

  /**
   * Takes a reading. The time between two is the node's own, so that a late one makes no peak.
   * @param {object} status the body of GET /status
   * @param {number|undefined} rtt the round trip in the middle of all, in ms
   */
  add(status, rtt) {
    const before = this.#before?.instance === status.instance ? this.#before : undefined;
    const elapsed = before ? status.uptime_ms - before.uptime_ms : 0;
    // Two readings of the same moment say nothing about a rate.
    if (before && elapsed <= 0 && status.running) return;
    this.#before = status;
    this.connected.add(status.peers_connected);
    this.messagesIn.add(perSecond(before?.messages_in, status.messages_in, elapsed));
    this.messagesOut.add(perSecond(before?.messages_out, status.messages_out, elapsed));
    this.bytesIn.add(perSecond(before?.bytes_in, status.bytes_in, elapsed));
    this.bytesOut.add(perSecond(before?.bytes_out, status.bytes_out, elapsed));
    this.rtt.add(rtt);
  }

  /** The node is gone: the curves show it as a gap. */
  gap() {
    this.#before = undefined;
    for (const curve of [this.connected, this.messagesIn, this.messagesOut, this.bytesIn, this.bytesOut, this.rtt]) {
      if (curve.values.length > 0) curve.add(undefined);
    }
  }
}

/** The value in the middle; undefined of none. */
export function median(values) {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The next round number: the top of an axis that does not move with every value. */
export function niceMax(value, least) {
  const top = Math.max(value, least);
  const power = 10 ** Math.floor(Math.log10(top));
  for (const step of [1, 1.5, 2, 3, 4, 6, 8]) {
    if (step * power >= top) return step * power;
  }
  return 10 * power;
}

/**
 * The path of a curve in a box, newest value at the right edge; gaps break it.
 * @returns {{line: string, area: string}}
 */
export function curvePath(values, width, height, top) {
  const step = width / (SAMPLES - 1);
  const offset = width - (values.length - 1) * step;
  let line = '';
  let area = '';
  let start;
  values.forEach((value, i) => {
    const x = (offset + i * step).toFixed(1);
    if (value === undefined) {
      start = undefined;
      return;
    }
    const y = (height - Math.min(1, value / top) * height).toFixed(1);
    line += `${start === undefined ? 'M' : 'L'}${x} ${y}`;
    if (start === undefined) area += `M${x} ${height}`;
    start ??= x;
    area += `L${x} ${y}`;
    if (i === values.length - 1 || values[i + 1] === undefined) area += `L${x} ${height}Z`;
  });
  return { line, area };
}
