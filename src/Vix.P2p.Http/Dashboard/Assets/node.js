// The node itself: who it is, what it counts, which limits said no.

import { byId, copyable, h, onceAFrame, setText } from './dom.js';
import { bytes, dateTime, duration, visible, whole } from './format.js';
import { advice, reason } from './words.js';

export class NodeView {
  #store;
  #section = byId('view-node');
  #content = h('div.cards');
  #shape = '';
  #values = [];
  #draw = onceAFrame(() => this.draw());

  constructor(store) {
    this.#store = store;
    this.#section.append(h('header.view-head', {}, h('div', {}, h('h2', { text: 'Node' }), h('p', { text: 'Counters are from the start of this run.' }))), this.#content);
    store.addEventListener('status', this.#draw);
  }

  draw() {
    const { status } = this.#store;
    if (this.#section.hidden || status === undefined) return;
    const cards = [identity(status), dials(status), traffic(status), limits(status), lastError(status)].filter(Boolean);
    const shape = cards.map(card => card.title + card.facts.map(([name, value, label]) => name + (label ? value : '')).join()).join();
    if (shape !== this.#shape) this.#build(cards, shape);
    let i = 0;
    for (const { facts } of cards) {
      for (const [, value, label] of facts) {
        const cell = this.#values[i++];
        if (!label) setText(cell, value);
      }
    }
  }

  #build(cards, shape) {
    this.#shape = shape;
    this.#values = [];
    this.#content.replaceChildren(...cards.map(card => h('article.card', {}, h('h3', { text: card.title }), card.text && h('p', { text: card.text }),
      h('dl.facts', {}, ...card.facts.flatMap(([name, value, label]) => {
        const cell = h('dd', {}, label ? copyable(value, label) : value);
        this.#values.push(cell);
        return [h('dt', { text: name }), cell];
      })))));
  }
}

function identity(status) {
  return {
    title: 'Identity',
    facts: [
      ['Name', visible(status.node_id)],
      ...(status.id ? [['Id', status.id, 'id']] : []),
      ['State', status.state],
      ['Software', visible(status.agent)],
      ...status.listen.map((endpoint, i) => [i === 0 ? 'Listens on' : '', visible(endpoint)]),
      ...(status.listen.length === 0 ? [['Listens on', 'nothing: it only dials']] : []),
      ...(status.started_at ? [['Started', dateTime(status.started_at)]] : []),
      ['Running for', duration(status.uptime_ms)],
      ['Run', status.instance],
    ],
  };
}

function dials(status) {
  return {
    title: 'Dials and handshakes',
    facts: [
      ['Dials made', whole(status.connect_attempts)],
      ['Dials failed', whole(status.connect_failures)],
      ['Joined another dial', whole(status.connect_deduped)],
      ['Refused for a backoff', whole(status.backoff_skips)],
      ['Endpoints in backoff', whole(status.tracked_endpoints)],
      ['Handshakes begun', whole(status.handshakes_started)],
      ['Handshakes completed', whole(status.handshakes_completed)],
      ['Handshakes failed', whole(status.handshakes_failed)],
    ],
  };
}

function traffic(status) {
  return {
    title: 'Traffic',
    facts: [
      ['Received', bytes(status.bytes_in)],
      ['Sent', bytes(status.bytes_out)],
      ['Messages received', whole(status.messages_in)],
      ['Messages sent', whole(status.messages_out)],
      ['Handlers that failed', whole(status.handler_failures ?? 0)],
    ],
  };
}

function limits(status) {
  const names = new Set([...Object.keys(status.limits ?? {}), ...Object.keys(status.limit_rejections ?? {})]);
  return {
    title: 'Limits',
    text: 'How often each limit said no, and where it is.',
    facts: [...names].map(name => {
      const limit = status.limits?.[name];
      const refused = status.limit_rejections?.[name];
      const shown = limit === undefined ? '' : name.endsWith('bytes') ? bytes(limit) : whole(limit);
      return [name.replaceAll('_', ' '), [refused === undefined ? '' : `${whole(refused)} refused`, shown && `limit ${shown}`].filter(Boolean).join(', ')];
    }),
  };
}

function lastError({ last_error: error }) {
  if (!error) return undefined;
  return {
    title: 'Last error',
    facts: [
      ['What', reason(error.code)],
      ['When', dateTime(error.at)],
      ...(error.endpoint ? [['Where', visible(error.endpoint)]] : []),
      ['Detail', visible(error.message ?? '') || error.code],
      ...(advice(error.code) ? [['What to do', advice(error.code)]] : []),
    ],
  };
}
