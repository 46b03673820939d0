// A table of any number of rows: only those that can be seen are elements. Rows are of one height, which the style
// sheet sets; the element with the focus is the table, and it says which row is the active one.

import { h, setAttribute, setText } from './dom.js';

const OVERSCAN = 6;
let tables = 0;

export class Grid {
  #columns;
  #onOpen;
  #onSort;
  #items = [];
  #pool = [];
  #active = null;
  #rowHeight = 44;
  #name = `grid${tables++}`;

  /**
   * @param {HTMLElement} container
   * @param {{label: string, columns: {name: string, title: string, sortable?: boolean, make: () => Node[], show: (cell: HTMLElement, item: object) => void}[],
   *   onOpen: (item: object) => void, onSort: (column: string) => void}} options items have a `key`
   */
  constructor(container, { label, columns, onOpen, onSort }) {
    this.#columns = columns;
    this.#onOpen = onOpen;
    this.#onSort = onSort;
    this.headers = columns.map((column, i) => this.#header(column, i));
    this.body = h('div.grid-body', { role: 'rowgroup' });
    this.element = h('div.grid', { role: 'grid', tabindex: '0', 'aria-label': label, 'aria-readonly': 'true', 'aria-colcount': columns.length },
      h('div.grid-head', { role: 'rowgroup' }, h('div.grid-row.grid-titles', { role: 'row', 'aria-rowindex': '1' }, ...this.headers)),
      this.body);
    this.element.addEventListener('scroll', () => this.draw(), { passive: true });
    this.element.addEventListener('keydown', event => this.#key(event));
    this.element.addEventListener('focus', () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.element);
    container.append(this.element);
  }

  /** The row that the keyboard is at. */
  get active() {
    return this.#active;
  }

  set active(key) {
    this.#active = key;
    this.draw();
  }

  /** Shows other rows, or the same in another order. */
  show(items) {
    this.#items = items;
    setAttribute(this.element, 'aria-rowcount', items.length + 1);
    this.draw();
  }

  /** Says which column the rows are sorted by. */
  sorted(name, descending) {
    this.#columns.forEach((column, i) => {
      setAttribute(this.headers[i], 'aria-sort', column.name === name ? (descending ? 'descending' : 'ascending') : undefined);
    });
  }

  draw() {
    if (this.element.clientHeight === 0) return;
    this.#rowHeight = Number.parseFloat(getComputedStyle(this.element).getPropertyValue('--row-height')) || 44;
    this.body.style.height = `${this.#items.length * this.#rowHeight}px`;
    const first = Math.max(0, Math.floor(this.element.scrollTop / this.#rowHeight) - OVERSCAN);
    const last = Math.min(this.#items.length, Math.ceil((this.element.scrollTop + this.element.clientHeight) / this.#rowHeight) + OVERSCAN);
    while (this.#pool.length < last - first) this.#pool.push(this.#makeRow());
    while (this.#pool.length > last - first) this.#pool.pop().element.remove();
    let activeId;
    // An item keeps its element while it scrolls, so that nothing is drawn twice.
    for (let i = first; i < last; i++) {
      const row = this.#pool[i % this.#pool.length];
      const item = this.#items[i];
      row.item = item;
      row.element.style.transform = `translateY(${i * this.#rowHeight}px)`;
      setAttribute(row.element, 'aria-rowindex', i + 2);
      const active = item.key === this.#active;
      row.element.classList.toggle('active', active);
      setAttribute(row.element, 'aria-selected', String(active));
      if (active) activeId = row.element.id;
      this.#columns.forEach((column, c) => column.show(row.cells[c], item));
    }
    setAttribute(this.element, 'aria-activedescendant', activeId);
  }

  #header(column, index) {
    const attributes = { role: 'columnheader', 'aria-colindex': index + 1 };
    if (!column.sortable) return h(`div.cell.cell-${column.name}`, attributes, column.title);
    const button = h('button.sort', { type: 'button', onclick: () => this.#onSort(column.name) }, column.title);
    return h(`div.cell.cell-${column.name}`, attributes, button);
  }

  #makeRow() {
    const cells = this.#columns.map((column, i) =>
      h(`div.cell.cell-${column.name}`, { role: 'gridcell', 'aria-colindex': i + 1 }, ...(column.make?.() ?? [])));
    const element = h('div.grid-row', { role: 'row', id: `${this.#name}-row${rows++}` }, ...cells);
    const row = { element, cells, item: undefined };
    element.addEventListener('click', () => {
      this.#active = row.item.key;
      this.#onOpen(row.item);
      this.draw();
    });
    this.body.append(element);
    return row;
  }

  #key(event) {
    if (event.target !== this.element || event.ctrlKey || event.altKey || event.metaKey || this.#items.length === 0) return;
    const at = this.#items.findIndex(item => item.key === this.#active);
    const page = Math.max(1, Math.floor(this.#roomForRows() / this.#rowHeight) - 1);
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? 0 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: this.#items.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#move(Math.min(Math.max(to, 0), this.#items.length - 1));
    } else if ((event.key === 'Enter' || event.key === ' ') && at >= 0) {
      event.preventDefault();
      this.#onOpen(this.#items[at]);
    }
  }

  #move(index) {
    this.#active = this.#items[index].key;
    const top = index * this.#rowHeight;
    const room = this.#roomForRows();
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (top + this.#rowHeight > this.element.scrollTop + room) this.element.scrollTop = top + this.#rowHeight - room;
    this.draw();
  }

  // The titles stay at the top of what scrolls, above the rows.
  #roomForRows() {
    return this.element.clientHeight - this.element.firstElementChild.offsetHeight;
  }
}

let rows = 0;

/** Shows text in a cell that holds nothing else. */
export function showText(cell, text, title) {
  setText(cell, text);
  setAttribute(cell, 'title', title);
}
