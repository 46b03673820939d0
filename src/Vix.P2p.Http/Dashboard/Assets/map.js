// The drawing of the node and its peers. It repeats what the table says, for the eye; it can be pointed at, and for
// those who do not see it its label says the numbers.

import { byId, h, onceAFrame, setAttribute, setText, stateBadge } from './dom.js';
import { peerName, plural, roundTrip, whole } from './format.js';
import { MAX_DOTS, Places, RING, dotRadius, point, room } from './map-layout.js';
import { STATES } from './words.js';

/** How wide the name of a peer may be. */
const LABEL_WIDTH = 96;

/** A dot smaller than this has a colour and no form. */
const SMALL = 3;

export class PeerMap {
  #store;
  #canvas = byId('map');
  #tip = byId('map-tip');
  #places = new Places();
  #dots = [];
  #hovered;
  #colours;
  #onOpen;
  #legend = new Map();
  #draw = onceAFrame(() => this.draw());
  #drawNews = onceAFrame(() => this.draw(), 200);

  constructor(store, { onOpen }) {
    this.#store = store;
    this.#onOpen = onOpen;
    for (const state of Object.keys(STATES)) {
      const number = h('span.number');
      const item = h('li', { title: STATES[state] }, stateBadge(state), number);
      this.#legend.set(state, { item, number });
      byId('legend').append(item);
    }
    store.addEventListener('peers', this.#drawNews);
    store.addEventListener('status', this.#drawNews);
    new ResizeObserver(this.#draw).observe(this.#canvas.parentElement);
    this.#canvas.addEventListener('pointermove', event => this.#point(event));
    this.#canvas.addEventListener('pointerleave', () => this.#hover(undefined));
    this.#canvas.addEventListener('click', event => {
      this.#point(event);
      if (this.#hovered) this.#onOpen(this.#hovered.entry.key);
    });
  }

  /** The colours may have changed: they are read again. */
  recolour() {
    this.#colours = undefined;
    this.#draw();
  }

  draw() {
    const box = this.#canvas.parentElement;
    const width = box.clientWidth;
    const height = box.clientHeight;
    if (width === 0 || height === 0) return;
    const scale = devicePixelRatio || 1;
    if (this.#canvas.width !== Math.round(width * scale) || this.#canvas.height !== Math.round(height * scale)) {
      this.#canvas.width = Math.round(width * scale);
      this.#canvas.height = Math.round(height * scale);
      this.#canvas.style.width = `${width}px`;
      this.#canvas.style.height = `${height}px`;
    }
    this.#colours ??= readColours(box);
    const context = this.#canvas.getContext('2d');
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#place(width, height);
    this.#paint(context, width / 2, height / 2);
    this.#tell();
  }

  #place(width, height) {
    const entries = this.#store.entries;
    const shown = new Set();
    for (const key of entries.keys()) {
      if (shown.size === MAX_DOTS) break;
      shown.add(key);
    }
    this.#places.update(shown);
    const places = room(this.#places.size);
    const named = places <= RING;
    // A ring leaves room for the names at its sides.
    const radiusX = named ? Math.max(40, width / 2 - LABEL_WIDTH) : Math.min(width, height) / 2 - 10;
    const radiusY = named ? height / 2 - 30 : radiusX;
    const dot = dotRadius(places, Math.min(radiusX, radiusY));
    this.#dots = [];
    for (const key of shown) {
      const at = point(this.#places.of(key), places);
      this.#dots.push({ entry: entries.get(key), x: width / 2 + at.x * radiusX, y: height / 2 + at.y * radiusY, side: at.x, radius: dot, named });
    }
  }

  #paint(context, x, y) {
    const colours = this.#colours;
    for (const dot of this.#dots) {
      if (dot.named) paintLine(context, colours, dot, x, y);
    }
    for (const dot of this.#dots) paintDot(context, colours, dot, dot === this.#hovered || dot.entry.key === this.#hovered?.entry.key);
    const running = this.#store.status?.running;
    context.fillStyle = colours.surface;
    circle(context, x, y, 17);
    context.fill();
    context.fillStyle = running ? colours.accent : colours.Closed;
    circle(context, x, y, 11);
    context.fill();
    context.strokeStyle = running ? colours.accent : colours.Closed;
    context.globalAlpha = 0.35;
    context.lineWidth = 1.5;
    circle(context, x, y, 15.5);
    context.stroke();
    context.globalAlpha = 1;
    context.font = `12px ${colours.font}`;
    context.fillStyle = colours.text;
    context.textBaseline = 'middle';
    for (const dot of this.#dots) {
      if (dot.named) paintName(context, dot);
    }
  }

  #tell() {
    const counts = this.#store.countByState();
    const parts = [];
    for (const [state, { item, number }] of this.#legend) {
      const value = counts[state] ?? 0;
      item.hidden = value === 0;
      setText(number, whole(value));
      if (value > 0) parts.push(`${whole(value)} ${state}`);
    }
    const all = this.#store.entries.size;
    setAttribute(this.#canvas, 'aria-label', all === 0 ? 'The node has no peers.' : `The node in the middle of ${plural(all, 'peer')}: ${parts.join(', ')}.`);
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    let nearest;
    let distance = 14 ** 2;
    for (const dot of this.#dots) {
      const away = (dot.x - x) ** 2 + (dot.y - y) ** 2;
      if (away < distance) {
        nearest = dot;
        distance = away;
      }
    }
    this.#hover(nearest);
  }

  #hover(dot) {
    this.#canvas.style.cursor = dot ? 'pointer' : '';
    this.#tip.hidden = dot === undefined;
    if (dot !== undefined) {
      const { row } = dot.entry;
      this.#tip.replaceChildren(h('bdi.name', { text: peerName(row) }), h('span', { text: `${row.state}${row.rtt_ms === undefined ? '' : `, ${roundTrip(row.rtt_ms)}`}` }));
      const half = this.#canvas.clientWidth / 2;
      this.#tip.style.top = `${dot.y}px`;
      this.#tip.style.left = dot.x < half ? `${dot.x + 14}px` : 'auto';
      this.#tip.style.right = dot.x < half ? 'auto' : `${this.#canvas.clientWidth - dot.x + 14}px`;
    }
    if (this.#hovered?.entry.key === dot?.entry.key) return;
    this.#hovered = dot;
    this.#draw();
  }
}

function paintLine(context, colours, { entry, x, y }, fromX, fromY) {
  const { row } = entry;
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(x, y);
  context.strokeStyle = colours[row.state] ?? colours.Closed;
  const connected = row.state === 'Connected' || row.state === 'Stale';
  context.setLineDash(connected ? (row.direction === 'inbound' ? [5, 4] : []) : [1.5, 4]);
  // Ten times the traffic is one step more of width.
  const traffic = (entry.rateIn ?? 0) + (entry.rateOut ?? 0);
  context.lineWidth = connected ? Math.min(4, 1 + Math.max(0, Math.log10(traffic / 1000 + 1)) * 0.8) : 1;
  context.globalAlpha = connected ? 0.55 : 0.4;
  if (row.state !== 'Closed') context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

// The form says what the colour says: full, full in a ring, a ring, a small dot.
function paintDot(context, colours, { entry, x, y, radius }, hovered) {
  const { state } = entry.row;
  const colour = colours[state] ?? colours.Closed;
  context.fillStyle = colours.surface;
  context.strokeStyle = colour;
  context.lineWidth = Math.min(2, radius * 0.4);
  if (state === 'Closed') {
    context.fillStyle = colour;
    circle(context, x, y, radius * 0.55);
    context.fill();
  } else if (state === 'Connected' || radius < SMALL) {
    context.fillStyle = colour;
    circle(context, x, y, radius);
    context.fill();
  } else {
    circle(context, x, y, radius - context.lineWidth / 2);
    context.fill();
    context.stroke();
    if (state === 'Stale') {
      context.fillStyle = colour;
      circle(context, x, y, radius * 0.45);
      context.fill();
    }
  }
  if (!hovered) return;
  context.strokeStyle = colours.text;
  context.lineWidth = 1.5;
  circle(context, x, y, radius + 3);
  context.stroke();
}

function paintName(context, { entry, x, y, side, radius }) {
  context.globalAlpha = entry.row.state === 'Closed' ? 0.55 : 0.9;
  const above = Math.abs(side) < 0.25;
  context.textAlign = above ? 'center' : side > 0 ? 'left' : 'right';
  const below = y > context.canvas.clientHeight / 2;
  const left = above ? x : x + Math.sign(side) * (radius + 6);
  const room = above ? 2 * LABEL_WIDTH : Math.min(LABEL_WIDTH, side > 0 ? context.canvas.clientWidth - left : left);
  context.fillText(fit(context, peerName(entry.row), room), left, above ? y + (below ? 1 : -1) * (radius + 10) : y);
  context.globalAlpha = 1;
}

// The name, or as much of it as there is room for.
function fit(context, name, room) {
  if (context.measureText(name).width <= room) return name;
  let length = name.length;
  while (length > 1 && context.measureText(`${name.slice(0, length)}…`).width > room) length--;
  return `${name.slice(0, length)}…`;
}

function circle(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

// A canvas knows no style sheet: the colours are read from elements that have them.
function readColours(box) {
  const probe = h('span', { hidden: true });
  box.append(probe);
  const read = name => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = { surface: read('surface'), text: read('text'), accent: read('accent'), font: getComputedStyle(box).fontFamily };
  for (const state of Object.keys(STATES)) colours[state] = read(`state-${state.toLowerCase()}`);
  probe.remove();
  return colours;
}
