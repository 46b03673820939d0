// The drawer: one peer with its whole row, what the page has seen of it, and what can be done with it.

import { byId, copyable, h, onceAFrame, setText, setState, stateBadge } from './dom.js';
import { age, bytes, clock, coarse, dateTime, duration, peerName, plural, roundTrip, visible, whole } from './format.js';
import { advice, event as eventWords, reason } from './words.js';

const REFRESH_MS = 1000;

export class Drawer {
  #store;
  #api;
  #element = byId('drawer');
  #key;
  #last;
  #opener;
  #timer;
  #actions;
  #onClose;
  #parts = {};
  #draw = onceAFrame(() => this.draw());

  constructor(store, api, { actions, onClose }) {
    this.#store = store;
    this.#api = api;
    this.#actions = actions;
    this.#onClose = onClose;
    store.addEventListener('peers', this.#draw);
    document.addEventListener('keydown', event => {
      if (event.key === 'Escape' && this.#key !== undefined && !document.querySelector('dialog[open]')) this.close();
    });
  }

  /**
   * Shows a peer; focus goes into the drawer and later back.
   * @returns {boolean} false where the node lists no such row
   */
  open(key) {
    const entry = this.#store.entries.get(key);
    if (entry === undefined) return false;
    if (this.#key === undefined) this.#opener = document.activeElement;
    this.#key = key;
    this.#last = entry;
    this.#build();
    this.#element.hidden = false;
    document.body.classList.add('drawer-open');
    this.draw();
    this.#element.scrollTop = 0;
    this.#element.focus({ preventScroll: true });
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#refresh(), REFRESH_MS);
    this.#refresh();
    return true;
  }

  close() {
    clearInterval(this.#timer);
    this.#key = undefined;
    this.#element.hidden = true;
    this.#element.replaceChildren();
    document.body.classList.remove('drawer-open');
    if (this.#opener?.isConnected && this.#opener !== document.body) this.#opener.focus();
    else this.#onClose();
  }

  async #refresh() {
    const key = this.#key;
    if (key === undefined || document.hidden) return;
    try {
      const { peer } = await this.#api.get(`peers/${encodeURIComponent(key)}`);
      if (key === this.#key) this.#store.applyPeer(peer, performance.now());
    } catch {
      // The page says elsewhere that the server is gone; a row that is gone is said by draw().
    }
  }

  #build() {
    const p = this.#parts = {
      state: stateBadge('Closed'),
      name: h('h2', { id: 'drawer-title' }, h('bdi')),
      why: h('div.callout', { hidden: true }),
      gone: h('div.callout', { hidden: true, text: 'The node no longer lists this peer. This is what was last known.' }),
      facts: h('dl.facts'),
      history: h('ol.history'),
      connect: h('button', { type: 'button', text: 'Dial now', onclick: () => this.#actions.dial(this.#last.row) }),
      disconnect: h('button', { type: 'button', text: 'Disconnect', onclick: () => this.#actions.disconnect(this.#last.row) }),
      ban: h('button.danger', { type: 'button', text: 'Ban', onclick: () => this.#actions.ban(this.#last.row) }),
    };
    this.#element.replaceChildren(
      h('header', {}, h('div', {}, p.name, p.state), h('button.quiet.icon.close', { type: 'button', 'aria-label': 'Close', title: 'Close (Esc)', onclick: () => this.close() }, '✕')),
      h('div.drawer-body', {}, p.gone, p.why, h('div.actions', {}, p.connect, p.disconnect, p.ban), p.facts,
        h('h3', { text: 'What this page has seen' }), p.history));
  }

  draw() {
    if (this.#key === undefined) return;
    const entry = this.#store.entries.get(this.#key);
    this.#parts.gone.hidden = entry !== undefined;
    this.#last = entry ?? this.#last;
    const { row } = this.#last;
    const now = performance.now();
    setText(this.#parts.name.firstChild, peerName(row));
    setState(this.#parts.state, row.state);
    const ended = row.state === 'Closed' || row.state === 'Disconnected';
    this.#parts.connect.hidden = !(ended && row.dialable);
    this.#parts.disconnect.hidden = row.state === 'Closed';
    this.#parts.ban.hidden = row.id === undefined;
    this.#drawWhy(row);
    this.#drawFacts(row, this.#last, now);
    this.#drawHistory();
  }

  #drawWhy(row) {
    const code = this.#last.why;
    this.#parts.why.hidden = code === undefined;
    if (code === undefined || this.#parts.why.dataset.code === `${code} ${row.last_error?.at}`) return;
    this.#parts.why.dataset.code = `${code} ${row.last_error?.at}`;
    const detail = row.last_error?.code === code ? visible(row.last_error.message ?? '') : '';
    this.#parts.why.replaceChildren(h('strong', { text: reason(code) }), h('p', { text: advice(code) || detail }),
      h('p.code', { text: [code, row.last_error?.code === code ? `at ${dateTime(row.last_error.at)}` : ''].filter(Boolean).join(', ') }));
  }

  #drawFacts(row, entry, now) {
    const next = row.state === 'Disconnected' ? entry.nextDial(now) : undefined;
    const facts = [
      ['Id', row.id, row.id ? 'id' : undefined],
      ['Name', row.node_id && visible(row.node_id)],
      ['Endpoint', visible(row.endpoint), 'endpoint'],
      ['Direction', (row.direction === 'outbound' ? 'Outbound: this node dialled' : 'Inbound: the peer dialled') + (row.dialable ? '' : '; it cannot be dialled')],
      ['Persistent', row.persistent ? (row.state === 'Closed' ? 'Yes, paused until someone connects it' : 'Yes') : 'No'],
      ['Secure', row.secure ? 'Authenticated and encrypted' : row.state === 'Connecting' || row.state === 'Handshaking' ? 'Not yet' : undefined],
      ['Connected for', row.connected_ms === undefined ? undefined : `${duration(entry.connectedFor(now))}, since ${dateTime(row.connected_at)}`],
      ['Last seen', age(entry.lastSeen(now))],
      ['Round trip', row.rtt_ms === undefined ? undefined : `${roundTrip(row.rtt_ms)}, shortest ${roundTrip(row.rtt_min_ms)}`],
      ['Received', `${bytes(row.bytes_in)}, ${plural(row.messages_in, 'message')}`],
      ['Sent', `${bytes(row.bytes_out)}, ${plural(row.messages_out, 'message')}`],
      ['Waits to be sent', bytes(row.send_queue_bytes)],
      ['Dials made', whole(row.attempts) + (next === undefined ? '' : `, next in ${coarse(next)}`)],
      ['Protocols', row.protocols?.length > 0 ? row.protocols.map(visible).join(', ') : undefined],
      ['Software', row.agent && visible(row.agent)],
      ['This side', row.local_endpoint],
      ['Other side', row.remote_endpoint && visible(row.remote_endpoint)],
      ['Last end', row.disconnect_reason && reason(row.disconnect_reason)],
      ['Last error', row.last_error && `${reason(row.last_error.code)}, ${dateTime(row.last_error.at)}`],
      ['Row', row.key],
    ].filter(([, value]) => value !== undefined && value !== '');
    const list = this.#parts.facts;
    const names = facts.map(([name]) => name).join();
    if (list.dataset.names !== names || list.dataset.id !== (row.id ?? '')) {
      list.dataset.names = names;
      list.dataset.id = row.id ?? '';
      list.replaceChildren(...facts.flatMap(([name, value, label]) => [h('dt', { text: name }), h('dd', {}, label ? copyable(value, label) : value)]));
      return;
    }
    facts.forEach(([, value, label], i) => label || setText(list.children[2 * i + 1], value));
  }

  #drawHistory() {
    const history = this.#store.history(this.#key);
    const list = this.#parts.history;
    const newest = `${history.length} ${history[0]?.revision} ${history[0]?.at}`;
    if (list.dataset.newest === newest) return;
    list.dataset.newest = newest;
    list.replaceChildren(...history.map(event => h('li', {},
      h('time', { datetime: event.at, title: dateTime(event.at), text: clock(event.at) }),
      h('span', { text: eventWords(event.type, event.peer) + (event.reason ? `: ${reason(event.reason)}` : '') }))));
    if (history.length === 0) list.append(h('li.muted', { text: 'Nothing has happened to it since the page was opened.' }));
  }
}
