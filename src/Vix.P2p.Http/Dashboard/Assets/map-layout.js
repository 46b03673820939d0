// Where the peers lie around the node. Pure. A peer keeps its place while others come and go.

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/** Up to so many peers lie on one ring, with names and lines; more lie as the seeds of a sunflower do. */
export const RING = 24;

/** More than this are not drawn one by one: the rest is said as a number. */
export const MAX_DOTS = 5000;

/** Gives each key the lowest free place, and keeps it there until it goes. */
export class Places {
  #places = new Map();
  #free = [];
  #next = 0;

  /** @param {Iterable<string>} keys those that are there now */
  update(keys) {
    const wanted = keys instanceof Set ? keys : new Set(keys);
    for (const [key, place] of this.#places) {
      if (wanted.has(key)) continue;
      this.#places.delete(key);
      this.#free.push(place);
    }
    this.#free.sort((a, b) => b - a);
    for (const key of wanted) {
      if (!this.#places.has(key)) this.#places.set(key, this.#free.pop() ?? this.#next++);
    }
    // Once many have gone, those that stay move together again.
    if (this.#next > 2 * this.#places.size + RING) this.#compact();
  }

  of(key) {
    return this.#places.get(key);
  }

  /** How many places there are, free ones between others included. */
  get size() {
    return this.#next;
  }

  #compact() {
    const order = [...this.#places].sort((a, b) => a[1] - b[1]);
    order.forEach(([key], place) => this.#places.set(key, place));
    this.#free = [];
    this.#next = order.length;
  }
}

/** How many places a drawing has room for: it grows in steps, so that not every newcomer moves the rest. */
export function room(size) {
  for (const step of [4, 6, 8, 12, 16, 20, RING]) {
    if (size <= step) return step;
  }
  return Math.ceil(2 ** (Math.ceil(Math.log2(size) * 2) / 2));
}

/**
 * A place as a point, in units of the drawing's radius.
 * @param {number} place
 * @param {number} places what `room` gave
 */
export function point(place, places) {
  if (places <= RING) {
    const angle = (place / places) * 2 * Math.PI - Math.PI / 2;
    return { x: Math.cos(angle), y: Math.sin(angle) };
  }
  // The middle belongs to the node.
  const inner = 0.2;
  const radius = Math.sqrt(inner * inner + (1 - inner * inner) * ((place + 0.5) / places));
  const angle = place * GOLDEN_ANGLE;
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

/** The radius of a dot, for a drawing of that radius in pixels. */
export function dotRadius(places, radius) {
  if (places <= RING) return 6;
  return Math.max(1.1, Math.min(6, radius * 0.72 / Math.sqrt(places)));
}
