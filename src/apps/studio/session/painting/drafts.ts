import type { Made, Problem } from '../../model/answers.ts';
import { isBlank, maskArguments, type Painting } from '../../model/mask/mask-history.ts';
import type { Area } from '../../model/viewport.ts';
import { Store } from '../store.ts';
import type { Studio } from '../studio.ts';
import { leaveBlank } from './left-blank.ts';

/** Time after the last stroke before a draft is made. */
const KEEP_AFTER_MS = 800;

/** A painting as the server has it. */
export interface Draft {
  readonly painting: Painting;
  readonly mask: string;
  /** 0-100; what the server's own drawing opens. */
  readonly percent: number | undefined;
}

/**
 * Keeps what is painted: each change becomes a mask of the library, so that a reload or a closed tab loses nothing, and
 * what Firefly gets is what the server has drawn. One at a time, the newest last.
 */
export class Drafts {
  readonly state = new Store<'none' | 'keeping' | 'kept' | 'failed'>('none');
  readonly draft = new Store<Draft | undefined>(undefined);
  problem: Problem | undefined;
  readonly #studio: Studio;
  readonly #image: string;
  readonly #picture: Area;
  #wanted: Painting | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  /** What was sent last. */
  #sent: Painting | undefined;

  constructor(studio: Studio, image: string, picture: Area) {
    this.#studio = studio;
    this.#image = image;
    this.#picture = picture;
  }

  /** Keeps a painting soon. */
  keep(painting: Painting): void {
    this.#wanted = painting;
    clearTimeout(this.#timer);
    if (isBlank(painting)) {
      leaveBlank(this.#image, this.draft.value?.mask);
      return this.state.set('none');
    }
    this.state.set('keeping');
    this.#timer = setTimeout(() => void this.#run(), KEEP_AFTER_MS);
  }

  /** The mask of the newest painting, made now where it is not kept yet; undefined where nothing is painted or it fails. */
  async latest(): Promise<string | undefined> {
    clearTimeout(this.#timer);
    await this.#run();
    const draft = this.draft.value;
    return draft !== undefined && draft.painting === this.#wanted ? draft.mask : undefined;
  }

  /** Begins with what is kept already. */
  begin(draft: Draft): void {
    this.#wanted = draft.painting;
    this.draft.set(draft);
    this.state.set('kept');
  }

  /** Keeps the newest painting at once, behind no other: the page may be gone in a moment. */
  async leave(): Promise<void> {
    clearTimeout(this.#timer);
    const painting = this.#wanted;
    if (painting === undefined || this.draft.value?.painting === painting) return;
    await (this.#sent === painting ? this.#running : this.#make(painting));
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    // A draft that is under way ends first; the newest painting follows it.
    while (this.#running !== undefined) await this.#running;
    const painting = this.#wanted;
    if (painting === undefined || this.draft.value?.painting === painting) return;
    this.#running = this.#make(painting).finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #make(painting: Painting): Promise<void> {
    const args = maskArguments(painting, this.#image, this.#picture);
    if (args === undefined) return;
    this.#sent = painting;
    const made = await this.#studio.call<Made>('make_mask', { ...args, draft: true });
    this.problem = made.error;
    if (made.mask !== undefined) {
      this.draft.set({ painting, mask: made.mask, percent: made.open_percent });
      const isTakenBack = this.#wanted !== undefined && isBlank(this.#wanted);
      leaveBlank(this.#image, isTakenBack ? made.mask : undefined);
      this.#studio.tell('mask', this.#studio.t.card.toldMask(made.mask, this.#image));
    }
    if (this.#wanted === painting) this.state.set(made.mask === undefined ? 'failed' : 'kept');
  }
}
