// Asks for the API key when the server asks for it. The key is kept in memory, and by choice for this tab.

import { byId, h } from './dom.js';
import { openDialog } from './dialogs.js';

/** What a header can carry; the server takes 32 to 512 such characters. */
const KEY = /^[\x21-\x7e]+$/;

export class KeyPrompt {
  #api;
  #asking;
  #forget = byId('forget-key');

  constructor(api) {
    this.#api = api;
    this.#forget.addEventListener('click', () => {
      api.useKey(null, false);
      location.reload();
    });
    this.#show();
  }

  /** Resolves when a key has been given; it may still be a wrong one. Asked for twice, it asks once. */
  ask() {
    this.#asking ??= this.#open().finally(() => {
      this.#asking = undefined;
      this.#show();
    });
    return this.#asking;
  }

  #open() {
    const wrong = this.#api.hasKey;
    return new Promise(resolve => {
      const input = h('input', { type: 'password', name: 'key', required: true, autocomplete: 'off', spellcheck: 'false', maxlength: '512', 'aria-describedby': 'key-help' });
      const keep = h('input', { type: 'checkbox', name: 'keep' });
      const problem = h('p.problem', { role: 'alert', hidden: !wrong, text: 'That key is not the one. Try again.' });
      const form = h('form', { novalidate: true },
        h('p', { text: 'This server answers other machines only with its key.' }),
        h('label.field', {}, h('span', { text: 'API key' }), input, h('small', { id: 'key-help', text: 'The value of P2p:Control:ApiKey on the server.' })),
        h('label.check', {}, keep, h('span', { text: 'Remember it in this tab until the tab is closed' })),
        problem,
        h('div.actions', {}, h('button.primary', { type: 'submit', text: 'Use this key' })));
      form.addEventListener('submit', event => {
        event.preventDefault();
        const key = input.value.trim();
        if (!KEY.test(key)) {
          problem.textContent = 'A key has visible characters only, without spaces.';
          problem.hidden = false;
          input.focus();
          return;
        }
        this.#api.useKey(key, keep.checked);
        resolve();
        dialog.close();
      });
      const dialog = openDialog('API key', form);
      dialog.classList.add('key-dialog');
      // Without a key there is nothing to show: closed, it is asked for again by a button.
      dialog.addEventListener('close', () => {
        byId('banner').querySelector('button')?.focus();
      });
      input.focus();
      this.reopen = () => {
        if (dialog.isConnected) return;
        document.body.append(dialog);
        dialog.showModal();
        input.focus();
      };
    });
  }

  #show() {
    this.#forget.hidden = !this.#api.hasKey;
  }
}
