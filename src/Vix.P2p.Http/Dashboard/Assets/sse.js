// Reads server-sent events from text that comes in pieces (WHATWG HTML, "Interpreting an event stream").

/** More than any event of ours: a stream that sends more without a line end is none. */
const MAX_LINE = 1_000_000;

export class EventStreamParser {
  #rest = '';
  #afterReturn = false;
  #first = true;
  #type = '';
  #data = [];
  #id;

  /** The id of the last event that had one; it stays over events that have none. */
  lastId = '';

  /**
   * Takes the next piece.
   * @param {string} text
   * @returns {{type: string, data: string, id: string}[]} the events that it completes
   */
  push(text) {
    const events = [];
    if (this.#first && text.length > 0) {
      this.#first = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    // A line end of two characters may be cut in two.
    if (this.#afterReturn && text.startsWith('\n')) text = text.slice(1);
    if (text.length > 0) this.#afterReturn = text.endsWith('\r');
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = lines.pop();
    if (this.#rest.length > MAX_LINE) throw new RangeError('A line of the event stream is too long.');
    for (const line of lines) this.#line(line, events);
    return events;
  }

  #line(line, events) {
    if (line === '') {
      this.#dispatch(events);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }

  #dispatch(events) {
    if (this.#id !== undefined) this.lastId = this.#id;
    if (this.#data.length > 0) {
      events.push({ type: this.#type || 'message', data: this.#data.join('\n'), id: this.lastId });
    }
    this.#type = '';
    this.#data = [];
    this.#id = undefined;
  }
}
