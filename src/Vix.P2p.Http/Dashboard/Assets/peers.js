// The table of peers: what is shown of a row, the filters above it, and the line below it.

import { byId, h, onceAFrame, setAttribute, setState, setText, stateBadge, empty } from './dom.js';
import { age, bytes, coarse, duration, peerName, plural, roundTrip, shortEndpoint, shortId, visible, whole } from './format.js';
import { Grid, showText } from './grid.js';
import { ALL, select } from './query.js';
import { STATES, advice, reason } from './words.js';

export class PeersView {
  #store;
  #query = { ...ALL, states: new Set() };
  #chips = new Map();
  #grid;
  #draw = onceAFrame(() => this.draw(), 200);
  #onConnect;

  constructor(store, { onOpen, onConnect }) {
    this.#store = store;
    this.#onConnect = onConnect;
    this.#grid = new Grid(byId('grid'), {
      label: 'Peers',
      columns: COLUMNS,
      onOpen: entry => onOpen(entry.key),
      onSort: column => this.#sortBy(column),
    });
    this.none = h('div.grid-none', { hidden: true });
    byId('grid').append(this.none);
    this.#makeFilters();
    store.addEventListener('peers', this.#draw);
    // Ages go on without news.
    setInterval(() => document.hidden || this.#draw(), 1000);
    this.#grid.sorted(this.#query.column, this.#query.descending);
  }

  /** Puts the keyboard back where it was in the table. */
  focus() {
    this.#grid.element.focus();
  }

  draw() {
    if (byId('view-peers').hidden) return;
    now = performance.now();
    const shown = select(this.#store.entries.values(), this.#query, now);
    this.#grid.show(shown);
    this.#drawChips();
    this.#drawNone(shown.length);
    const all = this.#store.entries.size;
    const missing = this.#store.total - all;
    setText(byId('grid-line'), (shown.length === all ? plural(all, 'peer') : `${whole(shown.length)} of ${plural(all, 'peer')}`)
      + (missing > 0 ? `; the node lists ${whole(missing)} more than this page reads` : ''));
  }

  #makeFilters() {
    const search = byId('search');
    search.addEventListener('input', () => this.#filter({ text: search.value }));
    search.addEventListener('keydown', event => {
      if (event.key === 'ArrowDown') this.focus();
    });
    const direction = byId('direction');
    direction.addEventListener('change', () => this.#filter({ direction: direction.value }));
    const sort = byId('sort');
    sort.append(...COLUMNS.filter(column => column.sortable).map(column => h('option', { value: column.name, text: `Sort: ${column.title}` })));
    sort.addEventListener('change', () => this.#sortBy(sort.value, false));
    for (const [state, meaning] of Object.entries(STATES)) {
      const number = h('span.number');
      const chip = h('button.chip', { type: 'button', 'aria-pressed': 'false', title: meaning, 'data-state': state, onclick: () => this.#toggle(state) },
        stateBadge(state), number);
      this.#chips.set(state, { chip, number });
      byId('chips').append(chip);
    }
  }

  #toggle(state) {
    const states = new Set(this.#query.states);
    if (!states.delete(state)) states.add(state);
    for (const [name, { chip }] of this.#chips) setAttribute(chip, 'aria-pressed', String(states.has(name)));
    this.#filter({ states });
  }

  #filter(change) {
    this.#query = { ...this.#query, ...change };
    this.#grid.element.scrollTop = 0;
    this.draw();
  }

  #sortBy(column, descending = this.#query.column === column && !this.#query.descending) {
    this.#query = { ...this.#query, column, descending };
    byId('sort').value = column;
    this.#grid.sorted(column, descending);
    this.#grid.element.scrollTop = 0;
    this.draw();
  }

  #drawChips() {
    const counts = this.#store.countByState();
    for (const [state, { chip, number }] of this.#chips) {
      setText(number, whole(counts[state] ?? 0));
      chip.classList.toggle('none', !counts[state]);
    }
  }

  #drawNone(shown) {
    const kind = shown > 0 ? '' : this.#store.status === undefined ? '' : this.#store.entries.size > 0 ? 'filtered' : 'empty';
    if (this.none.dataset.kind === kind) return;
    this.none.dataset.kind = kind;
    this.none.hidden = kind === '';
    if (kind === 'filtered') {
      this.none.replaceChildren(empty('No peer fits', 'No row has all that was asked for.',
        h('button', { type: 'button', text: 'Show all peers', onclick: () => this.#showAll() })));
    } else if (kind === 'empty') {
      const listen = this.#store.status.listen ?? [];
      this.none.replaceChildren(empty('No peers yet',
        listen.length > 0 ? `This node listens on ${listen.map(visible).join(' and ')}. Another one can dial it, or this one dials.` : 'This node does not listen: it dials others.',
        h('button.primary', { type: 'button', text: 'Connect to a peer', onclick: () => this.#onConnect() })));
    }
  }

  #showAll() {
    byId('search').value = '';
    byId('direction').value = '';
    for (const { chip } of this.#chips.values()) setAttribute(chip, 'aria-pressed', 'false');
    this.#filter({ text: '', direction: '', states: new Set() });
    this.focus();
  }
}

let now = 0;

const COLUMNS = [
  {
    name: 'state',
    title: 'State',
    sortable: true,
    make: () => [stateBadge('Closed')],
    show: (cell, { row }) => setState(cell.firstChild, row.state),
  },
  {
    name: 'peer',
    title: 'Peer',
    sortable: true,
    make: () => [h('bdi.name'), h('span.id')],
    show: (cell, { row }) => {
      setText(cell.firstChild, peerName(row));
      setText(cell.lastChild, (row.id === undefined ? 'not proven yet' : shortId(row.id)) + (row.persistent ? ' · persistent' : ''));
    },
  },
  {
    name: 'endpoint',
    title: 'Endpoint',
    sortable: true,
    make: () => [h('bdi.endpoint'), h('span.direction')],
    show: (cell, { row }) => {
      setText(cell.firstChild, shortEndpoint(row.endpoint));
      setText(cell.lastChild, row.direction === 'outbound' ? '→ outbound' : row.dialable ? '← inbound' : '← inbound, cannot be dialled');
    },
  },
  {
    name: 'rtt',
    title: 'RTT',
    sortable: true,
    show: (cell, { row }) => showText(cell, roundTrip(row.rtt_ms), row.rtt_min_ms === undefined ? undefined : `Shortest: ${roundTrip(row.rtt_min_ms)}`),
  },
  {
    name: 'seen',
    title: 'Last seen',
    sortable: true,
    show: (cell, entry) => showText(cell, age(entry.lastSeen(now))),
  },
  {
    name: 'traffic',
    title: 'Traffic/s',
    sortable: true,
    make: () => [h('span.in'), h('span.out')],
    show: (cell, { row, rateIn, rateOut }) => {
      const connected = row.connected_ms !== undefined && rateIn !== undefined;
      setText(cell.firstChild, connected ? `↓ ${bytes(rateIn)}` : '–');
      setText(cell.lastChild, connected ? `↑ ${bytes(rateOut)}` : '');
    },
  },
  {
    name: 'connected',
    title: 'Up for',
    sortable: true,
    show: (cell, entry) => {
      const connected = entry.connectedFor(now);
      showText(cell, connected === undefined ? '–' : coarse(connected), connected === undefined ? undefined : duration(connected));
    },
  },
  {
    name: 'why',
    title: 'Why not',
    make: () => [h('span.reason'), h('span.next')],
    show: (cell, entry) => {
      setText(cell.firstChild, entry.why === undefined ? '' : reason(entry.why));
      // An end in good order is nothing to worry about.
      cell.classList.toggle('calm', entry.row.state === 'Closed' && entry.row.last_error === undefined);
      const next = entry.row.state === 'Disconnected' ? entry.nextDial(now) : undefined;
      setText(cell.lastChild, next === undefined ? (entry.row.persistent && entry.row.state === 'Closed' ? 'paused' : '') : next < 1000 ? 'dials now' : `dials in ${coarse(next)}`);
      setAttribute(cell, 'title', entry.why === undefined ? undefined : advice(entry.why) || undefined);
    },
  },
];
