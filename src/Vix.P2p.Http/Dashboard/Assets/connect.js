// Asks for a connection and shows the course of the attempt, up to the peer's id or to why it failed.

import { h, setText } from './dom.js';
import { openDialog, showProblem } from './dialogs.js';
import { parseEndpoint } from './endpoint.js';
import { clock, duration, shortId, visible } from './format.js';
import { advice, reason } from './words.js';

const POLL_MS = 250;
const STEPS = { Connecting: 'Connecting', Handshaking: 'Proving who it is', Connected: 'Connected' };

export class ConnectDialog {
  #api;
  #onChange;
  #onOpenPeer;

  constructor(api, { onChange, onOpenPeer }) {
    this.#api = api;
    this.#onChange = onChange;
    this.#onOpenPeer = onOpenPeer;
  }

  /** @param {string} [endpoint] what is already filled in */
  open(endpoint = '') {
    const input = h('input', { type: 'text', name: 'endpoint', required: true, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off', maxlength: '400', placeholder: '192.0.2.7:9001', value: visible(endpoint), 'aria-describedby': 'connect-help' });
    const keep = h('input', { type: 'checkbox', name: 'persistent' });
    const button = h('button.primary', { type: 'submit', text: 'Connect' });
    const problem = h('p.problem', { role: 'alert', hidden: true });
    const course = h('div.course', { role: 'status', 'aria-live': 'polite', hidden: true });
    const form = h('form', { novalidate: true },
      h('label.field', {}, h('span', { text: 'Address' }), input,
        h('small', { id: 'connect-help', text: 'Host and port, such as node.example:9001 or [2001:db8::5]:9001. Add # and an id to accept that peer only.' })),
      h('label.check', {}, keep, h('span', { text: 'Keep it connected, and dial again when it is lost' })),
      problem,
      h('div.actions', {}, button));
    const ended = new AbortController();
    let asked = new AbortController();
    const submit = async force => {
      asked.abort();
      asked = new AbortController();
      problem.hidden = true;
      course.hidden = true;
      const target = parseEndpoint(input.value);
      if (target.error) {
        problem.replaceChildren(target.error);
        problem.hidden = false;
        input.focus();
        return;
      }
      button.disabled = true;
      try {
        await this.#connect(target, { persistent: keep.checked, force }, course, AbortSignal.any([ended.signal, asked.signal]), () => submit(true), dialog);
      } catch (error) {
        if (error.name !== 'AbortError') showProblem(problem, error);
      } finally {
        button.disabled = false;
      }
    };
    form.addEventListener('submit', event => {
      event.preventDefault();
      void submit(false);
    });
    const dialog = openDialog('Connect to a peer', form, course);
    dialog.addEventListener('close', () => ended.abort());
    input.focus();
    if (endpoint !== '') void submit(true);
  }

  async #connect(target, { persistent, force }, course, signal, again, dialog) {
    const body = { host: target.host, port: target.port, scheme: target.scheme };
    if (target.id) body.expected_id = target.id;
    if (persistent) body.persistent = true;
    if (force) body.force = true;
    const decided = await this.#api.post('connect', body, signal);
    this.#onChange();
    const view = new Course(course, decided.endpoint);
    const joined = decided.reason === 'in_progress';
    if (!decided.started && !(joined && decided.attempt_id)) {
      view.refused(decided, again);
      return;
    }
    if (decided.attempt_id === undefined) return;
    await this.#follow(decided.attempt_id, view, again, signal, dialog);
  }

  async #follow(id, view, again, signal, dialog) {
    while (!signal.aborted) {
      const { attempt } = await this.#api.get(`attempts/${encodeURIComponent(id)}`, signal);
      view.show(attempt, again, key => {
        dialog.close();
        this.#onOpenPeer(key);
      });
      if (attempt.state === 'Connected' || attempt.state === 'Failed') {
        this.#onChange();
        return;
      }
      await new Promise(resolve => setTimeout(resolve, POLL_MS));
    }
  }
}

/** The steps of an attempt, those that are over, the one that goes on, and how it ended. */
class Course {
  #steps = {};
  #end = h('div.course-end');
  #last = 'Connecting';

  constructor(element, endpoint) {
    for (const [state, words] of Object.entries(STEPS)) {
      const time = h('span.step-time', { 'aria-hidden': 'true' });
      this.#steps[state] = { item: h('li', { 'data-step': 'waiting' }, h('span.mark', { 'aria-hidden': 'true' }), h('span', { text: words }), time), time };
    }
    element.replaceChildren(
      h('p.course-title', {}, 'To ', h('bdi', { text: visible(endpoint) }), `, asked at ${clock(Date.now())}`),
      h('ol.steps', {}, ...Object.values(this.#steps).map(step => step.item)),
      this.#end);
    element.hidden = false;
  }

  show(attempt, again, openPeer) {
    const states = Object.keys(STEPS);
    const failed = attempt.state === 'Failed';
    if (!failed) this.#last = attempt.state;
    const at = states.indexOf(this.#last);
    states.forEach((state, i) => {
      const step = this.#steps[state];
      step.item.dataset.step = i < at || attempt.state === 'Connected' ? 'done' : i > at ? 'waiting' : failed ? 'failed' : 'current';
      setText(step.time, i === at ? duration(attempt.duration_ms) : '');
    });
    if (failed) this.#fail(attempt, again);
    else if (attempt.state === 'Connected') {
      this.#end.replaceChildren(h('p', { text: attempt.peer_id ? `It proved to be ${shortId(attempt.peer_id)}` : 'It is connected.' }),
        h('button', { type: 'button', text: 'Show the peer', onclick: () => openPeer(attempt.key) }));
    }
  }

  /** The node decided not to dial. */
  refused(decided, again) {
    for (const { item } of Object.values(this.#steps)) item.dataset.step = 'skipped';
    const wait = decided.retry_after_ms === undefined ? '' : ` ${duration(decided.retry_after_ms)} are left.`;
    this.#end.replaceChildren(h('div.callout', {}, h('strong', { text: reason(decided.reason) }), h('p', { text: advice(decided.reason) + wait }), h('p.code', { text: decided.reason })));
    if (decided.reason === 'backoff') this.#end.append(h('button', { type: 'button', text: 'Dial now', onclick: again }));
  }

  #fail(attempt, again) {
    const detail = visible(attempt.message ?? '');
    this.#end.replaceChildren(
      h('div.callout', {}, h('strong', { text: reason(attempt.reason) }), h('p', { text: advice(attempt.reason) || detail }),
        h('p.code', { text: [attempt.reason, detail].filter(Boolean).join(': ') })),
      h('button', { type: 'button', text: 'Try again', onclick: again }));
  }
}
