// Which rows the table shows, and in which order. Pure.

// What is not as it should be comes first, what is over last.
const STATE_ORDER = { Disconnected: 0, Stale: 1, Connecting: 2, Handshaking: 3, Connected: 4, Closed: 5 };

/** What each column is sorted by; undefined goes last in either direction. */
const SORT_KEYS = {
  state: entry => STATE_ORDER[entry.row.state] ?? 6,
  peer: entry => (entry.row.node_id ?? entry.row.endpoint).toLowerCase(),
  endpoint: entry => entry.row.endpoint,
  rtt: entry => entry.row.rtt_ms,
  seen: (entry, now) => {
    const seen = entry.lastSeen(now);
    return seen < 0 ? undefined : seen;
  },
  traffic: entry => (entry.rateIn ?? 0) + (entry.rateOut ?? 0),
  connected: (entry, now) => entry.connectedFor(now),
};

export const ALL = { text: '', states: new Set(), direction: '', column: 'state', descending: false };

/**
 * The rows to show.
 * @param {Iterable} entries the rows of the store
 * @param {{text: string, states: Set<string>, direction: string, column: string, descending: boolean}} query
 *   a text is looked for word by word; no states are all states
 * @param {number} now the page's clock
 */
export function select(entries, query, now) {
  const words = query.text.toLowerCase().split(/\s+/).filter(word => word !== '');
  const chosen = [];
  for (const entry of entries) {
    const { row } = entry;
    if (query.states.size > 0 && !query.states.has(row.state)) continue;
    if (query.direction !== '' && row.direction !== query.direction) continue;
    if (words.length > 0 && !words.every(word => entry.text.includes(word))) continue;
    chosen.push(entry);
  }
  return sort(chosen, query, now);
}

function sort(entries, { column, descending }, now) {
  const keyOf = SORT_KEYS[column] ?? SORT_KEYS.state;
  const keyed = entries.map(entry => ({ entry, key: keyOf(entry, now) }));
  const sign = descending ? -1 : 1;
  // Rows that are alike stay in the order in which they came, so that nothing moves without a reason.
  keyed.sort((a, b) => compare(a.key, b.key, sign) || a.entry.order - b.entry.order);
  return keyed.map(item => item.entry);
}

function compare(a, b, sign) {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -sign : sign;
}
