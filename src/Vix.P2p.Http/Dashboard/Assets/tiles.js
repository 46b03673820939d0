// The four figures at the top, each with the curve of the last two minutes.

import { h, svg, setText, setAttribute } from './dom.js';
import { count, bytes, rate, roundTrip, whole } from './format.js';
import { curvePath, niceMax } from './rates.js';

const WIDTH = 240;
const HEIGHT = 44;

export class Tiles {
  #store;
  #tiles;

  constructor(store, container) {
    this.#store = store;
    const { curves } = store;
    this.#tiles = [
      new Tile('Connected peers', [curves.connected], 4, whole, () => this.#peersLine()),
      new Tile('Messages a second', [curves.messagesIn, curves.messagesOut], 10, rate, () => inAndOut(curves.messagesIn, curves.messagesOut, rate)),
      new Tile('Bytes a second', [curves.bytesIn, curves.bytesOut], 1000, bytes, () => inAndOut(curves.bytesIn, curves.bytesOut, bytes)),
      new Tile('Round trip', [curves.rtt], 5, roundTrip, () => (store.rtt === undefined ? 'no heartbeat yet' : 'median of all peers')),
    ];
    container.append(...this.#tiles.map(tile => tile.element));
    store.addEventListener('status', () => this.draw());
  }

  draw() {
    for (const tile of this.#tiles) tile.draw();
  }

  #peersLine() {
    const { status } = this.#store;
    if (status === undefined) return '';
    const limit = status.limits?.max_peers;
    return `of ${count(status.peers_total)}${limit ? `, room for ${count(limit)}` : ''}`;
  }
}

function inAndOut(incoming, outgoing, format) {
  if (incoming.last === undefined || outgoing.last === undefined) return 'in and out';
  return `in ${format(incoming.last)}, out ${format(outgoing.last)}`;
}

class Tile {
  #curves;
  #least;
  #format;
  #line;
  #top = 0;

  constructor(title, curves, least, format, line) {
    this.#curves = curves;
    this.#least = least;
    this.#format = format;
    this.#line = line;
    this.value = h('p.tile-value', { text: '–' });
    this.note = h('p.tile-note', { text: '\u00a0' });
    this.peak = h('span.tile-peak', { 'aria-hidden': 'true' });
    this.lines = curves.map((_, i) => svg('path', { class: `curve curve-${i}`, 'vector-effect': 'non-scaling-stroke' }));
    this.areas = curves.map((_, i) => svg('path', { class: `area area-${i}` }));
    this.element = h('article.tile', {},
      h('h2', { text: title }),
      this.value,
      this.note,
      h('div.tile-curve', { 'aria-hidden': 'true' },
        svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' }, ...this.areas, ...this.lines),
        this.peak));
  }

  draw() {
    const values = this.#curves.map(curve => curve.last);
    const known = values.every(value => value !== undefined);
    setText(this.value, known ? this.#format(values.reduce((sum, value) => sum + value, 0)) : '–');
    setText(this.note, this.#line() || '\u00a0');
    let highest = 0;
    for (const curve of this.#curves) {
      for (const value of curve.values) highest = Math.max(highest, value ?? 0);
    }
    const top = niceMax(highest * 1.08, this.#least);
    // The axis grows at once and shrinks only where the curve has become small in it.
    if (top > this.#top || top < this.#top / 2) this.#top = top;
    setText(this.peak, this.#format(this.#top));
    this.#curves.forEach((curve, i) => {
      const { line, area } = curvePath(curve.values, WIDTH, HEIGHT, this.#top);
      setAttribute(this.lines[i], 'd', line);
      setAttribute(this.areas[i], 'd', area);
    });
  }
}
