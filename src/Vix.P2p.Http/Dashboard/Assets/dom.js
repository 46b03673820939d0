// Makes elements. Text goes in as text and nothing else does: whatever a peer calls itself, it is never markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an HTML element.
 * @param {string} name "tag" or "tag.class.class"
 * @param {object} [properties] attributes; functions are listeners (onclick), `text` is its text, true and false set
 *   and leave out an attribute
 * @param {...(Node|string|null|undefined|false)} children
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length > 0) element.classList.add(...classes);
  apply(element, properties);
  element.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Makes an SVG element. */
export function svg(tag, properties, ...children) {
  const element = document.createElementNS(SVG, tag);
  apply(element, properties);
  element.append(...children);
  return element;
}

function apply(element, properties) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (name === 'text') element.textContent = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
}

export function byId(id) {
  return document.getElementById(id);
}

/** Sets the text where it is another one: what does not change is not drawn again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === undefined || value === null || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value);
  }
}

/**
 * Runs a function once before the next frame, however often it is asked for.
 * @param {() => void} draw
 * @param {number} [every] the least time between two runs, in ms: what costs is not drawn for each of many events
 */
export function onceAFrame(draw, every = 0) {
  let asked = false;
  let last = -Infinity;
  const run = () => requestAnimationFrame(() => {
    asked = false;
    last = performance.now();
    draw();
  });
  return () => {
    if (asked) return;
    asked = true;
    const left = last + every - performance.now();
    if (left > 0) setTimeout(run, left);
    else run();
  };
}

/**
 * The state of a row: a mark of its colour and shape, and the word.
 * @returns {HTMLElement}
 */
export function stateBadge(state) {
  return h('span.state', { 'data-state': state }, h('span.mark', { 'aria-hidden': 'true' }), h('span.word', { text: state }));
}

/** Shows another state in a badge that is there. */
export function setState(badge, state) {
  if (badge.dataset.state === state) return;
  badge.dataset.state = state;
  badge.lastChild.textContent = state;
}

/** A text that a button copies, where the browser lets a page copy. */
export function copyable(text, label) {
  const shown = h('code.copyable', { text });
  if (!navigator.clipboard) return shown;
  const button = h('button.copy', { type: 'button', 'aria-label': `Copy ${label}`, title: `Copy ${label}` });
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.dataset.done = '';
      setTimeout(() => delete button.dataset.done, 1500);
    } catch {
      getSelection().selectAllChildren(shown);
    }
  });
  return h('span.with-copy', {}, shown, button);
}

/** What a list shows while it is empty. */
export function empty(title, text, ...actions) {
  return h('div.empty', {}, h('p.empty-title', { text: title }), h('p', { text }), ...actions);
}
