/**
 * Splits the text of a server's event stream into the data of its events, as it comes in pieces of any length. Comments
 * and other fields are left out (WHATWG HTML, "Interpreting an event stream").
 */
export class EventStream {
  #rest = '';
  #data: string[] = [];

  /** @returns the data of each event that ends in this piece */
  push(piece: string): readonly string[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    const events: string[] = [];
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0) events.push(this.#data.join('\n'));
        this.#data = [];
      } else if (line.startsWith('data:')) {
        this.#data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
      }
    }
    return events;
  }
}
