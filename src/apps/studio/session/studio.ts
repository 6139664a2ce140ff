import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Arguments, Bridge, CallOptions, HostContext, ToolResult } from '../bridge/bridge.ts';
import { BridgeError } from '../bridge/bridge.ts';
import type { ImageFacts, Overview, Problem, Work } from '../model/answers.ts';
import { factsOf, workOf } from '../model/answers.ts';
import { textsFor, type Texts } from '../text/en.ts';
import { formatsFor, type Formats } from '../text/formats.ts';
import { Leaving } from './leaving.ts';
import { Uploads } from './library/uploads.ts';
import { Pictures } from './pictures.ts';
import type { Question } from './question.ts';
import { hashOf, type Route } from './route.ts';
import { Store } from './store.ts';
import { type Kind, Telling } from './telling.ts';

/** What the views share: the way to the server, what is shown, and what is known of queue and money. */
export class Studio {
  readonly bridge: Bridge;
  readonly pictures: Pictures;
  readonly context: Store<HostContext>;
  readonly texts: Store<{ readonly t: Texts; readonly f: Formats }>;
  readonly route = new Store<Route>({ view: 'result' });
  /** The job or picture of the result view. */
  readonly work = new Store<Work | undefined>(undefined);
  /** Index of the chosen variation. */
  readonly chosen = new Store(0);
  /** Whether the person has chosen, rather than the first variation standing there. */
  readonly chosenByPerson = new Store(false);
  /** Whether the whole studio is wanted, though the host may keep the page within the chat. */
  readonly expanded = new Store(false);
  readonly overview = new Store<Overview | undefined>(undefined);
  readonly connection = new Store<'good' | 'offline' | 'session'>('good');
  /** Whether the emulator answers. The server says so in its page (`src/resources/studio-page.ts`) and in each answer. */
  readonly demo = new Store(document.body.dataset['demo'] !== undefined);
  readonly question = new Store<Question | undefined>(undefined);
  /** What screen readers say next. */
  readonly spoken = new Store('');
  /** A short word at the edge of the window, such as "Copied". */
  readonly toast = new Store('');
  /** Arguments that the form of a new picture begins with. */
  readonly prefilled = new Store<Arguments>({});
  readonly leaving = new Leaving();
  readonly uploads = new Uploads(this);
  readonly #telling: Telling;

  constructor(bridge: Bridge) {
    this.bridge = bridge;
    this.pictures = new Pictures(bridge);
    this.#telling = new Telling(bridge);
    this.leaving.before(() => this.#telling.now());
    this.context = new Store<HostContext>(bridge.context);
    this.texts = new Store(wordsFor(bridge.context));
    this.context.watch(() => {
      const { locale, timeZone } = this.context.value;
      if (locale !== this.#locale || timeZone !== this.#zone) this.texts.set(wordsFor(this.context.value));
      this.#locale = locale;
      this.#zone = timeZone;
    });
  }

  #locale: string | undefined;
  #zone: string | undefined;

  get t(): Texts {
    return this.texts.value.t;
  }

  get f(): Formats {
    return this.texts.value.f;
  }

  /** Goes to a view; in a browser the address follows, so that "back" and a reload work. */
  go(route: Route): void {
    this.route.set(route);
    if (this.bridge.kind === 'browser' && location.hash !== hashOf(route))
      history.pushState(null, '', hashOf(route) || '#');
  }

  show(work: Work, chosen = 0): void {
    this.work.set(work);
    this.chosen.set(chosen);
    this.chosenByPerson.set(false);
  }

  /** A person has chosen a variation: the model is told, and the chat shows it large. */
  choose(place: number): void {
    const picture = this.work.value?.images?.[place];
    if (picture === undefined) return;
    this.chosenByPerson.set(true);
    this.chosen.set(place);
    this.tell('chosen', this.t.card.toldChosen(place + 1, picture.image));
  }

  say(words: string): void {
    this.spoken.set(words === this.spoken.value ? `${words}\u00a0` : words);
  }

  remark(words: string): void {
    this.toast.set(words);
    this.say(words);
  }

  /** What went wrong, and what to do. */
  wrong(error: Problem = this.problemOf(new Error(this.t.result.unreadable))): void {
    this.remark(`${error.message} ${error.next}`.trim());
  }

  /** Tells the model what the person did. */
  tell(kind: Kind, words: string): void {
    this.#telling.tell(kind, words, this.t.card.told);
  }

  /** Asks the person; one question at a time. */
  ask(question: Omit<Question, 'answer'>): Promise<boolean> {
    this.question.value?.answer(false);
    return new Promise((resolve) => {
      const answer = (agreed: boolean): void => {
        this.question.set(undefined);
        resolve(agreed);
      };
      this.question.set({ ...question, answer });
    });
  }

  /** Calls a tool. What went wrong on the way is an `error` of the answer, like what the tool refuses. */
  async call<Facts extends object>(
    name: string,
    args: Arguments,
    options: CallOptions = {},
  ): Promise<Facts & { error?: Problem }> {
    const { facts } = await this.callWhole<Facts>(name, args, options);
    return facts;
  }

  /** As `call`, with all that the tool answered. */
  async callWhole<Facts extends object>(
    name: string,
    args: Arguments,
    options: CallOptions = {},
  ): Promise<{ facts: Facts & { error?: Problem }; result?: ToolResult }> {
    try {
      const result = await this.bridge.callTool(name, args, options);
      this.connection.set('good');
      const facts = factsOf<Facts & { demo?: boolean }>(result);
      if (facts.demo === true) this.demo.set(true);
      return { facts, result };
    } catch (error) {
      return { facts: { error: this.problemOf(error) } as Facts & { error: Problem } };
    }
  }

  /** A failure of the way to the server as a problem that can be shown; the strip at the top says it too. */
  problemOf(error: unknown): Problem {
    const reason = error instanceof BridgeError ? error.reason : 'refused';
    if (reason !== 'refused') this.connection.set(reason);
    const message = error instanceof Error ? error.message : String(error);
    return { code: reason, message, who_can_act: reason === 'offline' ? 'wait' : 'us', next: '' };
  }

  /** What a resource holds as JSON; undefined where it cannot be had. */
  async read<Facts>(uri: string): Promise<Facts | undefined> {
    try {
      const [contents] = await this.bridge.readResource(uri);
      this.connection.set('good');
      return contents?.text === undefined ? undefined : (JSON.parse(contents.text) as Facts);
    } catch (error) {
      this.problemOf(error);
      return undefined;
    }
  }

  /** A picture by its handle, with what is known of it. */
  async pictureOf(image: string): Promise<Work> {
    const facts = await this.read<ImageFacts>(`firefly://images/${image}/facts`);
    if (facts !== undefined) return workOf(facts);
    const error = { ...this.problemOf(new Error(this.t.result.unreadable)), code: 'unknown_image' };
    return { state: 'failed', error };
  }

  async refresh(): Promise<void> {
    if (!this.bridge.can.callTools) return;
    const overview = await this.call<Overview>('job_status', {});
    if (overview.error === undefined) this.overview.set(overview);
  }
}

function wordsFor({ locale, timeZone }: HostContext): { t: Texts; f: Formats } {
  const f = formatsFor(locale ?? 'en', () => Date.now(), timeZone);
  return { t: textsFor(f), f };
}

export const StudioContext = createContext<Studio | undefined>(undefined);

/** The studio that a view belongs to. */
export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === undefined) throw new Error('A view outside of the studio.');
  return studio;
}
