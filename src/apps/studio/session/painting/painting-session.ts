import type { Made, Picture, Problem, Work } from '../../model/answers.ts';
import { isOver } from '../../model/answers.ts';
import { type Correction, fitArguments, newFit } from '../../model/mask/fit-request.ts';
import {
  type Base,
  done,
  type History,
  movedTo,
  NO_STEPS,
  type Painting,
  paintingOf,
  type Step,
} from '../../model/mask/mask-history.ts';
import type { Joining, MaskShape } from '../../model/mask/mask-shapes.ts';
import type { Tint } from '../../model/mask/tint.ts';
import { DECLINED, followJob, spend } from '../jobs.ts';
import { Store } from '../store.ts';
import type { Studio } from '../studio.ts';
import { Drafts } from './drafts.ts';

/** Tools of the painter, each with its own meaning of a press on the picture. */
export type Tool = 'brush' | 'eraser' | 'rectangle' | 'ellipse' | 'lasso' | 'polygon' | 'belongs' | 'stays' | 'hand';

/** A brush begins as this share of the longer side. */
const FIRST_SIZE = 0.06;

/** Painting on one picture: steps, tools, the fit, and the fill that it leads to. */
export class PaintingSession {
  readonly studio: Studio;
  readonly picture: Picture;
  readonly history = new Store<History>(NO_STEPS);
  readonly painting = new Store<Painting>(paintingOf(NO_STEPS));
  readonly tool = new Store<Tool>('brush');
  readonly joining = new Store<Joining>('add');
  /** Width of the brush in pixels of the picture. */
  readonly size: Store<number>;
  readonly tint = new Store<Tint>('cyan');
  /** Share of the picture that is painted, 0-1, as the page estimates it. */
  readonly share = new Store(0);
  readonly fitting = new Store(false);
  /** Points whose fit has not come yet: each waits for the one before. */
  readonly points = new Store<readonly Correction[]>([]);
  readonly problem = new Store<Problem | undefined>(undefined);
  /** What goes into the painted part. */
  readonly prompt = new Store('');
  readonly work = new Store<Work | undefined>(undefined);
  readonly drafts: Drafts;
  /** A person has chosen the tint, so that it follows the picture no more. */
  hasOwnTint = false;
  readonly #stop = new AbortController();
  readonly #stay: () => void;

  constructor(studio: Studio, picture: Picture) {
    this.studio = studio;
    this.picture = picture;
    this.drafts = new Drafts(studio, picture.image, picture);
    this.#stay = studio.leaving.before(() => this.drafts.leave());
    this.size = new Store(Math.max(4, Math.round(Math.max(picture.width, picture.height) * FIRST_SIZE)));
  }

  /** Begins with a mask of the library. */
  begin(mask: string): void {
    const base: Base = { mask, hints: [], belongs: [], stays: [] };
    this.#go(done(NO_STEPS, { kind: 'base', base }), false);
    this.drafts.begin({ painting: this.painting.value, mask, percent: undefined });
  }

  do(step: Step): void {
    this.problem.set(undefined);
    this.#go(done(this.history.value, step));
  }

  undo(): void {
    this.#go(movedTo(this.history.value, this.history.value.at - 1));
  }

  redo(): void {
    this.#go(movedTo(this.history.value, this.history.value.at + 1));
  }

  toStart(): void {
    this.#go(movedTo(this.history.value, 0));
  }

  paint(tool: string, shapes: readonly MaskShape[], joining: Joining): void {
    if (shapes.length > 0) this.do({ kind: 'shapes', tool, shapes, joining });
  }

  /** Follows the subject: within what is drawn roughly, else all people. A point corrects what was found. */
  async fit(point?: Correction): Promise<void> {
    if (point !== undefined) this.points.set([...this.points.value, point]);
    if (this.fitting.value) return;
    const [next] = this.points.value;
    const { request, hints, belongs, stays } = newFit(this.painting.value, next);
    const { steps } = this.history.value;
    this.fitting.set(true);
    const made = await this.studio.call<Made>('make_mask', {
      ...fitArguments({ request, hints, belongs, stays }, this.picture.image),
      draft: true,
    });
    this.fitting.set(false);
    if (this.#stop.signal.aborted) return;
    const isStale = this.history.value.steps !== steps;
    this.points.set(made.mask === undefined || isStale ? [] : this.points.value.slice(next === undefined ? 0 : 1));
    if (made.mask === undefined) return this.problem.set(made.error);
    // What was painted meanwhile is not in the fit: it stays, and the fit goes.
    if (isStale) return this.studio.remark(this.studio.t.paint.fitStale);
    this.do({ kind: 'base', base: { mask: made.mask, fit: made.fit, request, hints, belongs, stays } });
    this.studio.say(this.studio.t.paint.whatChanged(this.studio.t.paint.fit));
    if (this.points.value.length > 0) await this.fit();
  }

  /** Fills what is painted. It spends once; a second time with equal words is another job. */
  async fill(): Promise<void> {
    const isAgain = this.work.value !== undefined;
    const mask = await this.drafts.latest();
    if (mask === undefined) return this.problem.set(this.drafts.problem);
    const { image } = this.picture;
    const prompt = this.prompt.value.trim();
    const words = prompt === '' ? {} : { prompt };
    const started = await spend(this.studio, 'fill_image', {
      image,
      mask,
      ...words,
      ...(isAgain ? { new_job: true } : {}),
    });
    if (started.error?.code === DECLINED) return;
    if (started.job === undefined) return this.problem.set(started.error);
    const tell = (work: Work): void => {
      this.work.set({ ...started, ...work, ...words });
      if (isOver(work.state)) this.problem.set(work.error);
    };
    void followJob(this.studio, started, tell, this.#stop.signal).then(() => this.studio.refresh());
  }

  /** Leaves: what is painted is kept, and a fill goes on without the page. */
  stop(): void {
    this.drafts.stop();
    if (this.drafts.state.value === 'keeping') void this.drafts.latest();
    this.#stop.abort();
    this.#stay();
  }

  #go(history: History, keep = true): void {
    this.history.set(history);
    this.painting.set(paintingOf(history));
    if (keep) this.drafts.keep(this.painting.value);
  }
}
