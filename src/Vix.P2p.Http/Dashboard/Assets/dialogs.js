// Dialogs on the browser's own element: it keeps the focus inside, closes on Escape and gives the focus back.

import { byId, h } from './dom.js';

let dialogs = 0;

/**
 * Opens a dialog and removes it when it is closed.
 * @param {string} title
 * @param {...(Node|string)} children
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, ...children) {
  const id = `dialog${dialogs++}`;
  const close = h('button.quiet.icon.close', { type: 'button', 'aria-label': 'Close', title: 'Close (Esc)', onclick: () => dialog.close() }, '✕');
  const dialog = h('dialog', { 'aria-labelledby': id },
    h('header', {}, h('h2', { id, text: title }), close),
    h('div.dialog-body', {}, ...children));
  dialog.addEventListener('close', () => dialog.remove());
  // A press outside closes it; one that only ends outside, such as a selection of text, does not.
  dialog.addEventListener('pointerdown', event => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks before something is done, does it, and shows an error in place.
 * @param {{title: string, text: string, fields?: Node[], action: string, danger?: boolean, run: () => Promise<string>}} question
 *   run gives the words for what was done
 */
export function ask({ title, text, fields = [], action, danger = false, run }) {
  const problem = h('p.problem', { role: 'alert', hidden: true });
  const button = h(danger ? 'button.danger' : 'button.primary', { type: 'submit', text: action });
  const form = h('form', {},
    h('p', { text }), ...fields, problem,
    h('div.actions', {}, button, h('button', { type: 'button', text: 'Cancel', onclick: () => dialog.close() })));
  form.addEventListener('submit', async event => {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      const done = await run();
      dialog.close();
      toast(done);
    } catch (error) {
      showProblem(problem, error);
      button.disabled = false;
    }
  });
  const dialog = openDialog(title, form);
  (form.querySelector('input, select') ?? button).focus();
  return dialog;
}

/** Says an error in words, with the server's hint where it has one. */
export function showProblem(element, error) {
  element.replaceChildren(h('strong', { text: error.message }), error.hint ? ` ${error.hint}` : '');
  element.hidden = false;
}

/** Says for some seconds what has been done. */
export function toast(text) {
  const line = h('p.toast', { text });
  byId('toasts').append(line);
  setTimeout(() => line.remove(), 6000);
}
