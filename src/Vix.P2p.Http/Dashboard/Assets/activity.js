// What happens: the events that the page has seen, and the log of the node while it is looked at.

import { byId, empty, h, onceAFrame, setText } from './dom.js';
import { clock, dateTime, peerName, plural, visible, whole } from './format.js';
import { LineParser } from './sse.js';
import { event as eventWords, reason } from './words.js';

const SHOWN_EVENTS = 200;
const MAX_LINES = 1000;
const RETRY_MS = 3000;

export class EventsView {
  #store;
  #list = h('ol.feed', { 'aria-label': 'Events, newest first', tabindex: '0' });
  #line = h('p', {});
  #pause = h('button', { type: 'button', 'aria-pressed': 'false', text: 'Pause' });
  #paused;
  #drawn;
  #onOpen;
  #draw = onceAFrame(() => this.draw());

  constructor(store, { onOpen }) {
    this.#store = store;
    this.#onOpen = onOpen;
    this.section = byId('view-events');
    this.section.append(h('header.view-head', {}, h('div', {}, h('h2', { text: 'Events' }), this.#line), h('div.actions', {}, this.#pause)), this.#list);
    this.#pause.addEventListener('click', () => {
      this.#paused = this.#paused ? undefined : [...store.events];
      this.#pause.setAttribute('aria-pressed', String(this.#paused !== undefined));
      setText(this.#pause, this.#paused ? 'Go on' : 'Pause');
      this.draw();
    });
    store.addEventListener('events', this.#draw);
  }

  draw() {
    if (this.section.hidden) return;
    const events = this.#paused ?? this.#store.events;
    setText(this.#line, this.#paused ? 'The list stands still; events are still taken in.' : `${plural(events.length, 'event')} since this page was opened; it keeps the last 500.`);
    if (events.length === 0) {
      this.#list.replaceChildren(h('li.feed-empty', {}, empty('Nothing has happened yet', 'Dials, connections and their ends appear here as they happen.')));
      this.#drawn = undefined;
      return;
    }
    if (this.#drawn === events[0]) return;
    // Only what is new is made; what was there moves down.
    const known = this.#drawn === undefined ? -1 : events.indexOf(this.#drawn);
    const fresh = events.slice(0, Math.min(known < 0 ? SHOWN_EVENTS : known, SHOWN_EVENTS)).map(event => this.#item(event));
    if (known < 0) this.#list.replaceChildren(...fresh);
    else this.#list.prepend(...fresh);
    while (this.#list.children.length > SHOWN_EVENTS) this.#list.lastChild.remove();
    this.#drawn = events[0];
  }

  #item(event) {
    const row = event.peer;
    const who = row && h('button.link-button', { type: 'button', onclick: () => this.#onOpen(row.key) }, h('bdi', { text: peerName(row) }));
    const details = [event.reason && reason(event.reason), event.unsent_messages && `${plural(event.unsent_messages, 'message')} not sent`].filter(Boolean);
    return h('li', { 'data-type': event.type },
      h('time', { datetime: event.at, title: dateTime(event.at), text: clock(event.at) }),
      h('span.mark', { 'aria-hidden': 'true' }),
      h('span.what', { text: eventWords(event.type, row) }),
      h('span.whom', {}, who),
      h('span.details', { text: details.join('; ') }));
  }
}

export class LogView {
  #api;
  #lines = [];
  #list = h('ol.log', { 'aria-label': 'Log lines, oldest first', tabindex: '0' });
  #line = h('p', {});
  #level = h('select', { 'aria-label': 'Level' }, ...['All levels', 'Warning', 'Error'].map(text => h('option', { value: text, text: text === 'All levels' ? text : `${text} and above` })));
  #stop;
  #following = true;
  #draw = onceAFrame(() => this.#append());
  #waiting = [];
  #error;

  constructor(api) {
    this.#api = api;
    this.section = byId('view-log');
    this.section.append(h('header.view-head', {}, h('div', {}, h('h2', { text: 'Log' }), this.#line), h('div.actions', {}, h('label.select', {}, this.#level))), this.#list);
    this.#level.addEventListener('change', () => this.#redraw());
    this.#list.addEventListener('scroll', () => {
      this.#following = this.#list.scrollTop + this.#list.clientHeight >= this.#list.scrollHeight - 24;
      this.#describe();
    }, { passive: true });
    document.addEventListener('visibilitychange', () => this.follow());
  }

  /** Follows the log while it can be seen, and never otherwise: the page then holds one stream only. */
  follow() {
    const wanted = !this.section.hidden && !document.hidden;
    if (!wanted) {
      this.#stop?.abort();
      this.#stop = undefined;
    } else if (this.#stop === undefined) {
      this.#stop = new AbortController();
      void this.#run(this.#stop.signal);
    }
  }

  async #run(signal) {
    while (!signal.aborted) {
      try {
        const reader = await this.#api.stream('logs?follow=true', 'application/x-ndjson', signal);
        this.#error = undefined;
        const parser = new LineParser();
        this.#describe();
        while (true) {
          const { value, done } = await reader.read();
          if (done) break;
          for (const text of parser.push(value)) this.#take(text);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#error = error;
        this.#describe();
      }
      await new Promise(resolve => setTimeout(resolve, RETRY_MS));
    }
  }

  #take(text) {
    let line;
    try {
      line = JSON.parse(text);
    } catch {
      return;
    }
    // The log begins anew: the node is another run.
    const last = this.#lines.at(-1);
    if (last !== undefined && line.seq <= last.seq) {
      if (line.seq === last.seq && line.at === last.at) return;
      if (this.#lines.some(known => known.seq === line.seq && known.at === line.at)) return;
      this.#lines = [];
      this.#waiting = [];
      this.#list.replaceChildren();
    }
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
    this.#waiting.push(line);
    if (this.#waiting.length > MAX_LINES) this.#waiting.shift();
    this.#draw();
  }

  #append() {
    const fresh = this.#waiting.filter(line => this.#shows(line)).map(line => item(line));
    this.#waiting = [];
    this.#list.append(...fresh);
    while (this.#list.children.length > MAX_LINES) this.#list.firstChild.remove();
    if (this.#following) this.#list.scrollTop = this.#list.scrollHeight;
    this.#describe();
  }

  #redraw() {
    this.#waiting = [];
    this.#list.replaceChildren(...this.#lines.filter(line => this.#shows(line)).map(line => item(line)));
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#following = true;
    this.#describe();
  }

  #shows(line) {
    switch (this.#level.value) {
      case 'Warning': return line.level !== 'Information';
      case 'Error': return line.level === 'Error' || line.level === 'Critical';
      default: return true;
    }
  }

  #describe() {
    setText(this.#line, this.#error ? `${this.#error.message} ${this.#error.hint ?? ''}`.trim()
      : `${whole(this.#lines.length)} lines at Information and above. ${this.#following ? 'New ones appear at the end.' : 'Scroll to the end to follow again.'}`);
  }
}

function item(line) {
  return h('li', { 'data-level': line.level },
    h('time', { datetime: line.at, title: dateTime(line.at), text: clock(line.at) }),
    h('span.level', { text: line.level === 'Information' ? 'Info' : line.level }),
    h('span.event-id', { text: line.event_id }),
    h('bdi.message', { text: visible(line.message) }));
}
