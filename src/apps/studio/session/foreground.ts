import type { Arguments, HostEvent, ToolResult } from '../bridge/bridge.ts';
import type { Entry, Listing, Made, Overview, Work } from '../model/answers.ts';
import { factsOf, isOver, kindOf } from '../model/answers.ts';
import { DECLINED, followJob, jobOfCall } from './jobs.ts';
import { parseRoute, type Route } from './route.ts';
import { Store } from './store.ts';
import type { Studio } from './studio.ts';

/** How often the list of jobs is asked for that of a call which has not answered yet. */
const LOOK_EVERY_MS = 2500;
const REFRESH_EVERY_MS = 15_000;

/** What a chat shows of a call that is no picture. */
export type Aside =
  | { readonly kind: 'mask'; readonly made: Made }
  | { readonly kind: 'listing'; readonly entries: readonly Entry[] }
  | { readonly kind: 'overview' };

/**
 * Decides what is shown: takes what the host says of its call, follows jobs to their end, and finds what an address
 * names. One job is followed at a time; the queue knows the others.
 */
export class Foreground {
  readonly #studio: Studio;
  readonly aside = new Store<Aside | undefined>(undefined);
  #following: AbortController | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  /** Begins to listen; in a browser, shows what the address names. */
  open(): void {
    const { bridge, route } = this.#studio;
    bridge.listen((event) => this.#hear(event));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') void this.#studio.leaving.now();
    });
    if (bridge.kind === 'browser') {
      const read = (): void => route.set(parseRoute(location.hash) ?? { view: 'new' });
      globalThis.addEventListener('popstate', read);
      read();
      route.watch(() => void this.#arrive(route.value));
      void this.#arrive(route.value);
      this.#refreshOften();
    } else {
      route.watch(() => void this.#arrive(route.value));
    }
  }

  /** Takes what a paid call of the page has answered. One that the person did not agree to was none: all stays as it is. */
  take = (work: Work): void => {
    if (work.error?.code !== DECLINED) this.#take(work);
  };

  /** Shows a job and follows it. */
  #take(work: Work): void {
    const studio = this.#studio;
    this.#stopLooking();
    this.#following?.abort();
    const following = new AbortController();
    this.#following = following;
    studio.show(work);
    if (studio.bridge.context.displayMode === 'fullscreen') {
      // With its job in the address, a reload comes back to it.
      studio.go(work.job === undefined ? { view: 'result' } : { view: 'job', job: work.job });
    }
    if (work.job === undefined || isOver(work.state) || !studio.bridge.can.callTools) return;
    const tell = (next: Work): void => {
      // Facts that only the first answer knew stay.
      studio.work.set({ ...work, ...next });
      if (isOver(next.state)) this.#announce(next);
    };
    void followJob(studio, work, tell, following.signal).then(() => studio.refresh());
  }

  #announce(work: Work): void {
    const { t } = this.#studio;
    const count = work.images?.length ?? 0;
    this.#studio.say(count > 0 ? t.card.made(count) : (work.error?.message ?? t.outcome.failed));
  }

  #hear(event: HostEvent): void | Promise<void> {
    const studio = this.#studio;
    if (event.kind === 'context') studio.context.set(event.context);
    else if (event.kind === 'input') this.#expect(event.arguments);
    else if (event.kind === 'result') this.#receive(event.result);
    else if (event.kind === 'cancelled') this.#cancelled();
    else return this.#leave();
  }

  /** A call is under way at the host: its job is looked for, so that the wait can be seen. */
  #expect(args: Arguments): void {
    const studio = this.#studio;
    const tool = studio.context.value.toolInfo?.tool?.name;
    const { prompt, count, size, model } = args;
    studio.work.set({
      state: 'submitting',
      tool,
      ...(typeof prompt === 'string' ? { prompt } : {}),
      ...(typeof count === 'number' ? { count } : {}),
      ...(typeof size === 'string' ? { size } : {}),
      ...(typeof model === 'string' ? { model } : {}),
    });
    if (!studio.bridge.can.callTools) return;
    this.#stopLooking();
    this.#looking = setInterval(() => void this.#look(args), LOOK_EVERY_MS);
  }

  async #look(args: Arguments): Promise<void> {
    const overview = await this.#studio.call<Overview>('job_status', { wait_seconds: 0 });
    if (this.#looking === undefined) return;
    const job = jobOfCall(overview, args);
    if (job === undefined) return;
    const work = await this.#studio.call<Work>('job_status', { job, wait_seconds: 0 });
    if (this.#looking !== undefined && work.job !== undefined) this.#take(work);
  }

  #receive(result: ToolResult): void {
    this.#stopLooking();
    const studio = this.#studio;
    const facts = factsOf<Record<string, unknown>>(result);
    if (facts['demo'] === true) studio.demo.set(true);
    const kind = kindOf(facts);
    if (kind === 'mask') {
      this.aside.set({ kind: 'mask', made: facts as Made });
    } else if (kind === 'listing') {
      this.aside.set({ kind: 'listing', entries: (facts as Listing).images ?? [] });
    } else if (kind === 'overview' || kind === 'batch') {
      if (kind === 'overview') studio.overview.set(facts as Overview);
      this.aside.set({ kind: 'overview' });
    } else {
      this.#take({ ...this.#known(), ...(facts as Work) });
    }
  }

  /** What the call itself has said, for answers that hold an error alone. */
  #known(): Work {
    const { prompt, tool } = this.#studio.work.value ?? {};
    return { ...(prompt === undefined ? {} : { prompt }), ...(tool === undefined ? {} : { tool }) };
  }

  #cancelled(): void {
    this.#stopLooking();
    this.#studio.work.set({ ...this.#studio.work.value, state: 'cancelled' });
  }

  async #leave(): Promise<void> {
    this.#stopLooking();
    this.#following?.abort();
    await this.#studio.leaving.now();
  }

  /** Loads what a place names, where it is not shown yet. */
  async #arrive(route: Route): Promise<void> {
    const studio = this.#studio;
    if (route.view === 'job' && studio.work.value?.job !== route.job) {
      const work = await studio.call<Work>('job_status', { job: route.job, wait_seconds: 0 });
      // The address stays for the time after a sign-in.
      if (studio.connection.value !== 'session') this.#take(work);
    } else if (route.view === 'picture') {
      const place = (studio.work.value?.images ?? []).findIndex(({ image }) => image === route.image);
      if (place >= 0) return studio.chosen.set(place);
      studio.show(await studio.pictureOf(route.image));
    }
  }

  #stopLooking(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #refreshOften(): void {
    const refresh = (): void => {
      if (document.visibilityState === 'visible') void this.#studio.refresh();
    };
    refresh();
    setInterval(refresh, REFRESH_EVERY_MS);
  }
}
