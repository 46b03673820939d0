// The lists that are read when they are looked at: dials, peers that are kept connected, bans.

import { byId, copyable, empty, h, stateBadge } from './dom.js';
import { clock, coarse, dateTime, duration, shortId, visible } from './format.js';
import { advice, reason } from './words.js';

/** A view whose rows come from one route, read when it is shown and when something has changed. */
class ListView {
  #api;
  #path;
  #asked = 0;
  #shown = '';

  constructor(api, name, path, head) {
    this.#api = api;
    this.#path = path;
    this.section = byId(`view-${name}`);
    this.content = h('div');
    this.problem = h('p.problem', { role: 'alert', hidden: true });
    this.section.append(head, this.problem, this.content);
  }

  get visible() {
    return !this.section.hidden;
  }

  /** Reads the list again; an answer that came later than a newer one's is left alone. */
  async refresh() {
    if (!this.visible) return;
    const asked = ++this.#asked;
    try {
      const body = await this.#api.get(this.#path);
      if (asked !== this.#asked) return;
      this.problem.hidden = true;
      // What has not changed stays, with its focus.
      const text = JSON.stringify(this.rows(body).map(row => this.signature(row)));
      if (text === this.#shown) return;
      this.#shown = text;
      this.content.replaceChildren(this.draw(this.rows(body)));
    } catch (error) {
      if (asked !== this.#asked || error.status === 401) return;
      this.problem.replaceChildren(error.message, error.hint ? ` ${error.hint}` : '');
      this.problem.hidden = false;
    }
  }

  signature(row) {
    return row;
  }

  table(label, titles, rows) {
    return h('div.list-box', { role: 'region', 'aria-label': label, tabindex: '0' },
      h('table.list', {}, h('thead', {}, h('tr', {}, ...titles.map(title => h('th', { scope: 'col', text: title })))), h('tbody', {}, ...rows)));
  }
}

function head(title, text, ...actions) {
  return h('header.view-head', {}, h('div', {}, h('h2', { text: title }), h('p', { text })), h('div.actions', {}, ...actions));
}

function why(error) {
  return error ? h('span', { title: advice(error.code) || undefined, text: reason(error.code) }) : '';
}

export class DialsView extends ListView {
  constructor(api, { onConnect }) {
    super(api, 'dials', 'attempts', head('Dials', 'What this node has dialled, newest first, and what became of it. It keeps the last 256.',
      h('button', { type: 'button', text: 'Connect to a peer', onclick: () => onConnect() })));
  }

  rows(body) {
    return body.attempts;
  }

  signature({ id, state, duration_ms: ms }) {
    return [id, state, state === 'Connecting' || state === 'Handshaking' ? Math.floor(ms / 1000) : 0];
  }

  draw(attempts) {
    if (attempts.length === 0) return empty('No dials yet', 'This node has dialled nobody since it was started.');
    return this.table('Dials', ['When', 'Endpoint', 'Outcome', 'Took', 'Why'], attempts.map(attempt => h('tr', {},
      h('td.time', { title: dateTime(attempt.started_at), text: clock(attempt.started_at) }),
      h('td', {}, h('bdi.endpoint', { text: visible(attempt.endpoint) })),
      h('td', {}, stateBadge(attempt.state)),
      h('td.number', { text: duration(attempt.duration_ms) }),
      h('td', { title: attempt.message ? visible(attempt.message) : undefined }, attempt.reason ? why({ code: attempt.reason }) : attempt.peer_id ? shortId(attempt.peer_id) : ''))));
  }
}

export class PersistentView extends ListView {
  #actions;
  #onConnect;

  constructor(api, { actions, onConnect }) {
    super(api, 'persistent', 'persistent', head('Persistent peers', 'The node dials these again whenever they are lost. Those added here are kept until the node stops.',
      h('button.primary', { type: 'button', text: 'Add a peer', onclick: () => actions.keep() })));
    this.#actions = actions;
    this.#onConnect = onConnect;
  }

  rows(body) {
    return body.persistent;
  }

  signature(peer) {
    return { ...peer, next_attempt_in_ms: peer.next_attempt_in_ms === undefined ? undefined : Math.ceil(peer.next_attempt_in_ms / 1000) };
  }

  draw(peers) {
    if (peers.length === 0) return empty('None is kept connected', 'Add one here, or in P2p:Peers of the settings, where it outlives a restart.');
    return this.table('Persistent peers', ['Endpoint', 'State', 'Peer', 'Dials', 'Why not', ''], peers.map(peer => h('tr', {},
      h('td', {}, h('bdi.endpoint', { text: visible(peer.endpoint) })),
      h('td', {}, stateBadge(peer.state), peer.paused ? h('span.tag', { text: 'paused' }) : ''),
      h('td', { text: peer.id ? shortId(peer.id) : peer.expected_id ? `expects ${shortId(peer.expected_id)}` : '–' }),
      h('td.number', { text: `${peer.attempts}${peer.next_attempt_in_ms === undefined ? '' : `, next in ${coarse(Math.ceil(peer.next_attempt_in_ms / 1000) * 1000)}`}` }),
      h('td', {}, why(peer.last_error)),
      h('td.row-actions', {},
        peer.paused && h('button', { type: 'button', text: 'Resume', 'aria-label': `Connect ${visible(peer.endpoint)} again`, onclick: () => this.#onConnect(peer.endpoint) }),
        h('button', { type: 'button', text: 'Remove', 'aria-label': `No longer keep ${visible(peer.endpoint)} connected`, onclick: () => this.#actions.stopKeeping(peer.endpoint) })))));
  }
}

export class BansView extends ListView {
  #actions;

  constructor(api, { actions }) {
    super(api, 'bans', 'bans', head('Bans', 'These peers are refused in both directions. Bans end by themselves, and when the node stops.',
      h('button', { type: 'button', text: 'Ban a peer', onclick: () => actions.banById() })));
    this.#actions = actions;
  }

  rows(body) {
    return body.bans;
  }

  signature(ban) {
    return [ban.id, ban.ends_at, coarse(ban.remaining_ms)];
  }

  draw(bans) {
    if (bans.length === 0) return empty('Nobody is banned', 'A ban closes the connection to a peer and keeps it out for a while.');
    return this.table('Bans', ['Peer', 'Since', 'Until', 'Left', ''], bans.map(ban => h('tr', {},
      h('td', {}, copyable(ban.id, 'id')),
      h('td.time', { text: dateTime(ban.banned_at) }),
      h('td.time', { text: dateTime(ban.ends_at) }),
      h('td.number', { text: coarse(ban.remaining_ms) }),
      h('td.row-actions', {}, h('button', { type: 'button', text: 'Lift', 'aria-label': `Lift the ban of ${shortId(ban.id)}`, onclick: () => this.#actions.unban(ban.id) })))));
  }
}
