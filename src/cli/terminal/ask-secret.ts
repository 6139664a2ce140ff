import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Where a person types and reads. */
export interface Screen {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** A person pressed Ctrl-C, or ended the input, in place of an answer. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
}

/**
 * Asks for one line of which nothing is shown, neither its letters nor their number.
 * @throws Interruption, also where `signal` aborts
 */
export function askSecretOn({ input, output }: Screen, question: string, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return new Promise((resolve, reject) => {
    if (signal.aborted) throw new Interruption();
    // As a terminal, the reader takes the letters one by one, and it alone echoes them: to nowhere.
    const reader = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
    let answer: string | undefined;
    const abort = () => reader.close();
    signal.addEventListener('abort', abort, { once: true });
    reader.once('line', (line) => {
      answer = line;
      reader.close();
    });
    reader.once('SIGINT', abort);
    reader.once('close', () => {
      signal.removeEventListener('abort', abort);
      output.write('\n');
      if (answer === undefined) reject(new Interruption());
      else resolve(answer);
    });
    output.write(question);
  });
}
