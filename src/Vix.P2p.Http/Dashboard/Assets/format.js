// How numbers, times and foreign text are shown. Pure: the same input gives the same text.

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A count with at most three digits that count: 7, 950, 1.2k, 34k, 5.6M. */
export function count(value) {
  return scaled(value, 1000, ['', 'k', 'M', 'G', 'T'], '');
}

/** Bytes in powers of 1,000: 950 B, 1.2 kB, 34 MB. */
export function bytes(value) {
  return scaled(value, 1000, SIZES, ' ');
}

/** A number with its thousands apart: 12,345. */
export function whole(value) {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

function scaled(value, base, units, gap) {
  let unit = 0;
  let rest = Math.max(0, value);
  // 999.5 would be shown as 1000: it is one of the next unit.
  while (rest >= base - 0.5 && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  const digits = unit > 0 && rest < 9.95 ? rest.toFixed(1) : Math.round(rest).toString();
  return digits + gap + units[unit];
}

/** A rate: small ones keep one digit after the point. */
export function rate(value) {
  return value > 0 && value < 9.95 && value % 1 !== 0 ? value.toFixed(1) : count(value);
}

/** A duration in its two largest units: 850 ms, 12 s, 3 min 4 s, 5 h 20 min, 12 d 3 h. */
export function duration(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  if (seconds < 86400) return pair(Math.floor(seconds / 3600), 'h', Math.floor(seconds / 60) % 60, 'min');
  return pair(Math.floor(seconds / 86400), 'd', Math.floor(seconds / 3600) % 24, 'h');
}

function pair(large, largeUnit, small, smallUnit) {
  return small > 0 ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
}

/** A duration in its largest unit, for where it changes each second: 4 s, 3 min, 5 h. */
export function coarse(ms) {
  return duration(ms).split(' ').slice(0, 2).join(' ');
}

/** The age of a sign of life. Heartbeats come every few seconds: what is that young is shown without a number. */
export function age(ms) {
  if (ms < 0) return 'never';
  return ms < 10_000 ? 'just now' : `${coarse(ms)} ago`;
}

/** A round trip: below 1 ms the node rounds to 0. */
export function roundTrip(ms) {
  if (ms === undefined) return '–';
  return ms < 1 ? '< 1 ms' : `${whole(ms)} ms`;
}

/** The time of day of an instant in RFC 3339, where the browser is. */
export function clock(instant) {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? '–' : [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
}

/** Date and time of day of an instant. */
export function dateTime(instant) {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '–';
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock(instant)}`;
}

function two(value) {
  return value.toString().padStart(2, '0');
}

/** The beginning of an id; whole ids are in the drawer. */
export function shortId(id) {
  return id === undefined ? '' : `${visible(id).slice(0, 8)}…`;
}

/**
 * Text of another node, made so that all of it can be seen and none of it acts: control characters, those without a
 * width and those that change the direction of what follows are shown as their number.
 */
export function visible(text) {
  return String(text ?? '').replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]/gu,
    character => `\\u{${character.codePointAt(0).toString(16)}}`);
}

/** An endpoint without the scheme that nearly all have; whole ones are in the drawer. */
export function shortEndpoint(endpoint) {
  return visible(endpoint).replace(/^tcp:\/\//, '');
}

/** What a row is called: the name the peer gave itself, or where it is while it has said none. */
export function peerName(row) {
  return row.node_id === undefined ? shortEndpoint(row.endpoint) : visible(row.node_id);
}

/** "1 peer", "2 peers". */
export function plural(value, word) {
  return `${whole(value)} ${word}${value === 1 ? '' : 's'}`;
}
