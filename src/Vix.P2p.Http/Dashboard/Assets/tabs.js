// The views of the page as tabs: arrow keys go from one to the next, and the address remembers which one is shown.

import { byId, h } from './dom.js';

export class Tabs {
  #names;
  #buttons = new Map();
  #onShow;

  /**
   * @param {HTMLElement} container a tablist
   * @param {Record<string, string>} views names of the views, which are elements `view-<name>`, and their titles
   * @param {() => void} onShow another view is shown
   */
  constructor(container, views, onShow) {
    this.#names = Object.keys(views);
    this.#onShow = onShow;
    for (const [name, title] of Object.entries(views)) {
      const button = h('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': `view-${name}`, text: title, onclick: () => this.show(name) });
      this.#buttons.set(name, button);
      container.append(button);
    }
    container.addEventListener('keydown', event => this.#key(event));
    addEventListener('hashchange', () => this.#fromAddress());
    this.#fromAddress();
  }

  show(name) {
    for (const [other, button] of this.#buttons) {
      const selected = other === name;
      button.setAttribute('aria-selected', String(selected));
      button.tabIndex = selected ? 0 : -1;
      byId(`view-${other}`).hidden = !selected;
    }
    this.#buttons.get(name).scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (location.hash !== `#${name}`) history.replaceState(null, '', name === this.#names[0] ? location.pathname + location.search : `#${name}`);
    this.#onShow();
  }

  #fromAddress() {
    const name = location.hash.slice(1);
    if (this.#names.includes(name)) this.show(name);
    else if (![...this.#buttons.values()].some(button => button.ariaSelected === 'true')) this.show(this.#names[0]);
  }

  #key(event) {
    const at = this.#names.findIndex(name => this.#buttons.get(name) === event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.#names.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const name = this.#names[(to + this.#names.length) % this.#names.length];
    this.show(name);
    this.#buttons.get(name).focus();
  }
}
