import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CustomModel } from '../../../src/firefly/contract/custom-models.ts';
import type { Firefly } from '../../../src/firefly/types.ts';
import type { BlobStore } from '../../../src/images/blobs/blob-store.ts';
import { GarbageCollector } from '../../../src/images/blobs/garbage-collector.ts';
import { createImageImport } from '../../../src/images/import/image-import.ts';
// Simulated time would go on while a step loads it.
import '../../../src/images/steps/steps.ts';
import { subjectWorker } from '../../../src/images/subject/worker/subject-worker.ts';
import { fileBlobs } from './blobs.ts';
import { createImageLibrary, imageMigrations } from '../../../src/images/library/library.ts';
import type { CompositeWorker } from '../../../src/images/composites/worker/composite-worker.ts';
import { invoke, type InvokeOptions } from '../../../src/mcp/calls/invoke.ts';
import { noProgress } from '../../../src/mcp/calls/progress.ts';
import { createJobs, jobMigrations, jobOfItem } from '../../../src/jobs/index.ts';
import type { Caller, Rights } from '../../../src/shared/caller.ts';
import { renderProblem } from '../../../src/render/problem.ts';
import type { Rendered } from '../../../src/render/rendered.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import type { Database } from '../../../src/store/database.ts';
import { openStore } from '../../../src/store/open.ts';
import { describeTools } from '../../../src/tools/definition/catalogue.ts';
import type { Services, ToolCall, ToolSettings } from '../../../src/tools/definition/define.ts';
import { tools } from '../../../src/tools/registry.ts';
import { ScriptedAdobe } from '../doubles/scripted-adobe.ts';
import { OutsideWork } from '../clocks/outside-work.ts';
import { SimulatedClock } from '../clocks/simulated-clock.ts';
import { checkAnswer } from './check-answer.ts';
import { removeFolder, search, temporaryFolder } from '../artefacts.ts';
import { callerNamed } from '../callers.ts';
import { compositesHere } from '../composites.ts';

export const ANNA: Caller = callerNamed('anna', 'first');
export const BEN: Caller = callerNamed('ben', 'second');

/** What a test wants to be different. */
export interface TestRoomsOptions {
  readonly settings?: Partial<ToolSettings>;
  readonly models?: readonly CustomModel[];
  readonly perMinute?: number;
  readonly dailyBudget?: number;
  /** Puts something between the rooms and their database, such as a counter of statements. */
  readonly wrapStore?: (db: Database) => Database;
  readonly wrapBlobs?: (blobs: BlobStore) => BlobStore;
  /** Makes composites in place of this thread. */
  readonly composites?: Pick<CompositeWorker, 'make'>;
  /** Rights of Anna, the caller of calls that name none; all where absent. */
  readonly can?: Partial<Rights>;
}

/** A picture as it was uploaded. */
export interface Uploaded {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly mimeType: string;
}

interface Progress {
  readonly progress: number;
  readonly total?: number | undefined;
  readonly message: string;
}

/** The catalogue, which is equal for all rooms; converting its schemas takes longer than most calls. */
let catalogue: ReturnType<typeof describeTools> | undefined;

/** The tools on the real store, library and job engine in this process; only Adobe and time are scripted. */
export class TestRooms implements AsyncDisposable {
  readonly #outside = new OutsideWork(() => false);
  readonly clock = new SimulatedClock({ outside: this.#outside });
  readonly adobe = new ScriptedAdobe(this.clock);
  /** Bytes of the next pictures to be downloaded; afterwards single pixels. */
  readonly pictures: Uint8Array[] = [];
  readonly progress: Progress[] = [];
  /** Everything that was uploaded, in order. */
  readonly uploaded: Uploaded[] = [];
  /** Requests for custom models. */
  listings = 0;
  readonly folder: string;
  settings: ToolSettings;
  /** Home folder, which `~` in a path means. */
  home: string | undefined;
  readonly #models: readonly CustomModel[];
  readonly #perMinute: number;
  readonly #dailyBudget: number | undefined;
  readonly #composites: Pick<CompositeWorker, 'make'>;
  readonly #wrapStore: (db: Database) => Database;
  readonly #wrapBlobs: (blobs: BlobStore) => BlobStore;
  /** Anna, with the rights of these rooms. */
  readonly caller: Caller;
  #services: Services | undefined;
  #close: () => Promise<void> = async () => undefined;

  private constructor(folder: string, options: TestRoomsOptions) {
    this.folder = folder;
    this.#models = options.models ?? [];
    this.#perMinute = options.perMinute ?? 60;
    this.#dailyBudget = options.dailyBudget;
    this.#composites = options.composites ?? compositesHere;
    this.#wrapStore = options.wrapStore ?? ((db) => db);
    this.#wrapBlobs = options.wrapBlobs ?? ((blobs) => blobs);
    this.caller = { ...ANNA, can: { ...ANNA.can, ...options.can } };
    this.settings = {
      demo: false,
      waitSeconds: 45,
      preview: 'thumb',
      outputFolder: join(folder, 'out'),
      ...options.settings,
    };
  }

  static async open(options: TestRoomsOptions = {}): Promise<TestRooms> {
    return new TestRooms(temporaryFolder('tools-'), options);
  }

  /** The only folder that pictures are read from. */
  get root(): string {
    return join(this.folder, 'root');
  }

  /** Writes a file into the root, and gives its relative path. */
  async file(name: string, bytes: Uint8Array): Promise<string> {
    await mkdir(this.root, { recursive: true });
    await writeFile(join(this.root, name), bytes);
    return name;
  }

  async services() {
    this.#services ??= await this.#open();
    return this.#services;
  }

  /**
   * Calls a tool, and lets time pass until it has answered. Every answer, refusals included, is checked against what the
   * tool promises.
   */
  async call(
    name: string,
    input: unknown,
    caller = this.caller,
    signal = new AbortController().signal,
  ): Promise<Rendered> {
    const tool = tools.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    const run = async () => tool.parse(input).run(this.toolCall(caller, signal));
    const result = await this.clock.run(run()).catch((error: unknown) => {
      checkAnswer(name, renderProblem(error, { demo: this.settings.demo }));
      throw error;
    });
    search('result', name, JSON.stringify(result));
    checkAnswer(name, result);
    return result;
  }

  /**
   * Calls a tool through the choke-point of the protocol edge: former names are current ones, arguments are checked, and
   * every refusal is an error result.
   */
  async answer(name: string, input: unknown, caller = this.caller): Promise<Rendered> {
    const result = await this.clock.run(
      invoke(this.serving(), { name, input, caller, signals: [], progress: noProgress }),
    );
    search('result', name, JSON.stringify(result));
    checkAnswer(name, result);
    return result;
  }

  /** What the protocol edge needs to serve these tools. */
  serving(): InvokeOptions {
    const { settings, clock } = this;
    const services = () => this.services();
    catalogue ??= describeTools();
    const fixed = { catalogue, loadTools: async () => tools, random: systemRandom };
    return { ...fixed, settings, services, clock, logger: silentLogger };
  }

  /** As `call`, until the job has ended: simulated time may jump while a module of the program is still being loaded. */
  async finished(input: unknown, caller = this.caller, tool = 'generate_image'): Promise<Rendered> {
    let result = await this.call(tool, input, caller);
    for (let polls = 0; polls < 200 && result.text.startsWith('Not finished yet'); polls += 1) {
      result = await this.call('job_status', { job: result.structured?.['job'], wait_seconds: 5 }, caller);
    }
    return result;
  }

  /** What the protocol edge hands to a tool or a resource. */
  toolCall(caller = this.caller, signal = new AbortController().signal): ToolCall {
    return {
      caller,
      signal,
      settings: this.settings,
      clock: this.clock,
      random: systemRandom,
      services: () => this.services(),
      progress: (update) => this.progress.push(update),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    this.#outside.close();
    removeFolder(this.folder);
  }

  async #open() {
    const common = { clock: this.clock, random: systemRandom, logger: silentLogger };
    const path = join(this.folder, 'store.sqlite');
    const db = this.#wrapStore(await openStore({ path, migrations: [imageMigrations, jobMigrations], ...common }));
    const blobs = this.#wrapBlobs(fileBlobs(join(this.folder, 'pictures'), this.clock));
    const images = createImageLibrary({ db, blobs, jobOfItem, ...common });
    const firefly = this.#firefly();
    const quota = { perMinute: this.#perMinute, perDay: 9000, dailyBudget: this.#dailyBudget };
    const { jobs, batches, consents, engine, outputWorker, gatedQueries, ownsUpload } = createJobs({
      composites: this.#composites,
      db,
      firefly,
      images,
      quota,
      ...common,
    });
    engine.start();
    outputWorker.start();
    this.#close = async () => {
      await this.clock.run(outputWorker.stop());
      await this.clock.run(engine.stop());
      await db.close();
    };
    const roots = { folders: [this.root], base: this.root, home: this.home };
    const imageImport = createImageImport({ db, images, account: firefly.account, roots, ownsUpload });

    const deletion = new GarbageCollector({ db, blobs, clock: this.clock });
    const subjects = subjectWorker({ folder: this.folder, logger: silentLogger });
    return { jobs, batches, consents, images, imageImport, deletion, subjects, firefly: gatedQueries };
  }

  #firefly(): Firefly {
    const { adobe } = this;
    return {
      account: adobe.account,
      operation: (id) => adobe.operation(id),
      prepare: () => adobe.prepare(),
      submit: (request, options) => adobe.submit(request, options),
      status: (handle) => adobe.status(handle),
      cancel: (handle) => adobe.cancel(handle),
      secrets: () => [],
      upload: (bytes, mimeType) => {
        const id = `00000000-0000-4000-8000-${String(this.uploaded.length + 1).padStart(12, '0')}`;
        this.uploaded.push({ id, bytes, mimeType });
        return Promise.resolve({ kind: 'stored', uploadId: id });
      },
      close: async () => undefined,
      download: async (url, sink) => {
        const bytes = this.pictures.shift();
        if (bytes === undefined) return adobe.download(url, sink);
        await sink(bytes);
        return { kind: 'complete', contentType: 'image/jpeg', bytes: bytes.length };
      },
      customModels: async ({ start = '0', limit = 50 }) => {
        this.listings += 1;
        const from = Number(start);
        const models = this.#models.slice(from, from + limit);
        const next = from + limit < this.#models.length ? String(from + limit) : undefined;
        return { models, total: this.#models.length, nextStart: next };
      },
    };
  }
}
