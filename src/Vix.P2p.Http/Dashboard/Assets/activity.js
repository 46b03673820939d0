// What happens: the events that the page has seen, and the log of the node while it is looked at.

import { byId, empty, h, onceAFrame, setText } from './dom.js';
import { clock, dateTime, peerName, plural, visible, whole } from './format.js';
import { event as eventWords, reason } from './words.js';

const SHOWN_EVENTS = 200;
const MAX_LINES = 1000;
const LEAST_PAUSE_MS = 1000;

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
  #store;
  #lines = [];
  #list = h('ol.log', { 'aria-label': 'Log lines, oldest first', tabindex: '0' });
  #line = h('p', {});
  #level = h('select', { 'aria-label': 'Level' }, ...['All levels', 'Warning', 'Error'].map(text => h('option', { value: text, text: text === 'All levels' ? text : `${text} and above` })));
  #stop;
  #following = true;
  #run;
  #error;

  constructor(api, store) {
    this.#api = api;
    this.#store = store;
    this.section = byId('view-log');
    this.section.append(h('header.view-head', {}, h('div', {}, h('h2', { text: 'Log' }), this.#line), h('div.actions', {}, h('label.select', {}, this.#level))), this.#list);
    this.#level.addEventListener('change', () => this.#redraw());
    this.#list.addEventListener('scroll', () => {
      this.#following = this.#list.scrollTop + this.#list.clientHeight >= this.#list.scrollHeight - 24;
      this.#describe();
    }, { passive: true });
    document.addEventListener('visibilitychange', () => this.follow());
  }

  /** Asks for new lines while they can be seen, and never otherwise. The page's one stream is that of the events. */
  follow() {
    const wanted = !this.section.hidden && !document.hidden;
    if (!wanted) {
      this.#stop?.abort();
      this.#stop = undefined;
    } else if (this.#stop === undefined) {
      this.#stop = new AbortController();
      void this.#follow(this.#stop.signal);
    }
  }

  async #follow(signal) {
    while (!signal.aborted) {
      const started = performance.now();
      try {
        // The numbers of another run of the node begin anew.
        const run = this.#store.status?.instance;
        if (run !== this.#run) this.#clear(run);
        const fresh = await this.#api.lines(`logs?after=${this.#lines.at(-1)?.seq ?? 0}`, signal);
        this.#error = undefined;
        if (run === this.#store.status?.instance) this.#append(fresh);
      } catch (error) {
        if (signal.aborted) return;
        this.#error = error;
        this.#describe();
      }
      const took = performance.now() - started;
      await new Promise(resolve => setTimeout(resolve, Math.max(LEAST_PAUSE_MS, 10 * took)));
    }
  }

  #clear(run) {
    this.#run = run;
    this.#lines = [];
    this.#list.replaceChildren();
  }

  #append(fresh) {
    // A node that has begun anew, and of which no status has told yet, sends lines that are there already.
    const last = this.#lines.at(-1)?.seq ?? 0;
    if (fresh.length > 0 && fresh[0].seq <= last) this.#clear(this.#run);
    this.#lines.push(...fresh);
    this.#lines.splice(0, this.#lines.length - MAX_LINES);
    this.#list.append(...fresh.filter(line => this.#shows(line)).map(item));
    while (this.#list.children.length > MAX_LINES) this.#list.firstChild.remove();
    if (this.#following && fresh.length > 0) this.#list.scrollTop = this.#list.scrollHeight;
    this.#describe();
  }

  #redraw() {
    this.#list.replaceChildren(...this.#lines.filter(line => this.#shows(line)).map(item));
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
