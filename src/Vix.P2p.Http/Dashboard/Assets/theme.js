// Light, dark, or as the system says.

import { setAttribute } from './dom.js';

const NAME = 'vix-p2p-theme';
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS = { auto: 'as the system', light: 'light', dark: 'dark' };

export class Theme {
  #button;
  #onChange;
  #theme = read();

  constructor(button, { onChange }) {
    this.#button = button;
    this.#onChange = onChange;
    button.addEventListener('click', () => this.#set(NEXT[this.#theme]));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => onChange());
    this.#apply();
  }

  #set(theme) {
    this.#theme = theme;
    try {
      localStorage.setItem(NAME, theme);
    } catch {
      // A browser that stores nothing: it lasts until the page goes.
    }
    this.#apply();
    this.#onChange();
  }

  #apply() {
    document.documentElement.dataset.theme = this.#theme;
    this.#button.dataset.theme = this.#theme;
    setAttribute(this.#button, 'aria-label', `Colours: ${WORDS[this.#theme]}`);
    setAttribute(this.#button, 'title', `Colours: ${WORDS[this.#theme]}`);
  }
}

function read() {
  try {
    const stored = localStorage.getItem(NAME);
    return stored in NEXT ? stored : 'auto';
  } catch {
    return 'auto';
  }
}
