import type { Bridge } from '../../bridge/bridge.ts';
import { MOST_FILE_BYTES, refusalOf } from '../../model/acceptable-file.ts';
import type { Problem } from '../../model/answers.ts';
import type { Texts } from '../../text/en.ts';
import { Store } from '../store.ts';

/** One file on its way, arrived as a picture, or refused with its remedy. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly percent: number;
  readonly image?: string;
  readonly refused?: string;
  readonly stop?: AbortController;
}

/** What uploads need of the studio that they belong to. */
interface Home {
  readonly bridge: Pick<Bridge, 'upload'>;
  readonly t: Texts;
  problemOf(error: unknown): Problem;
}

/** Pictures of the person's device on their way to the library, whichever view is open. */
export class Uploads {
  readonly list = new Store<readonly Upload[]>([]);
  /** How many have arrived: lists of pictures look anew when it changes. */
  readonly arrived = new Store(0);
  readonly #home: Home;
  #lastId = 0;

  constructor(home: Home) {
    this.#home = home;
  }

  take = (files: Iterable<File>): void => void [...files].map((file) => this.#take(file));

  /** Stops an upload that is under way, and forgets it. */
  remove({ id, stop }: Upload): void {
    stop?.abort();
    this.list.set(this.list.value.filter((upload) => upload.id !== id));
  }

  async #take(file: File): Promise<void> {
    const { t, bridge } = this.#home;
    const id = (this.#lastId += 1);
    const add = (state: Partial<Upload>): void =>
      this.list.set([...this.list.value, { id, name: file.name, percent: 0, ...state }]);
    const change = (state: Partial<Upload>): void =>
      this.list.set(this.list.value.map((upload) => (upload.id === id ? { ...upload, ...state } : upload)));
    const why = refusalOf(file);
    const words = { empty: t.upload.empty, heic: t.upload.heic, large: t.upload.tooLarge(file.size, MOST_FILE_BYTES) };
    if (why !== undefined) return add({ refused: why === 'format' ? t.upload.format(file.name) : words[why] });
    const stop = new AbortController();
    add({ stop });
    try {
      const image = await bridge.upload(file, (percent) => change({ percent }), stop.signal);
      change({ image, percent: 100 });
      this.arrived.set(this.arrived.value + 1);
    } catch (error) {
      if (!stop.signal.aborted) change({ refused: this.#home.problemOf(error).message });
    }
  }
}
