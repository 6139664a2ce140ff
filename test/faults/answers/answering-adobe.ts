import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFirefly } from '../../../src/firefly/client.ts';
import { createFileBlobStore } from '../../../src/images/blobs/file-blob-store.ts';
import { createImageLibrary, imageMigrations } from '../../../src/images/library/library.ts';
import { createJobs, jobMigrations } from '../../../src/jobs/index.ts';
import { placeOf } from '../../../src/jobs/model/requests/adobe-request.ts';
import type { ImageLibrary, ImageRecord } from '../../../src/images/types.ts';
import type { Jobs, JobView, PaidRequest } from '../../../src/jobs/model/types.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { openStore } from '../../../src/store/open.ts';
import { removeFolder, searchedLines, temporaryFolder } from '../../support/artefacts.ts';
import { OutsideWork } from '../../support/clocks/outside-work.ts';
import { SimulatedClock } from '../../support/clocks/simulated-clock.ts';
import { ALICE } from '../../support/cluster/test-cluster.ts';
import { canary } from '../../support/canaries.ts';
import { onePixel } from '../../support/doubles/scripted-adobe.ts';
import type { Answer } from './shapes.ts';
import { compositesHere } from '../../support/composites.ts';

export type Phase = 'submit' | 'status' | 'cancel' | 'download' | 'upload';

/** Answers by phase, in order; the last one of a phase is repeated where `lasting` names it. */
export interface Script {
  readonly answers?: Partial<Record<Phase, readonly (Answer | 'reset' | ((job: AdobeJob) => Answer))[]>>;
  readonly lasting?: readonly Phase[];
  /** Milliseconds from acceptance until the job has its result; 2 seconds. */
  readonly takes?: number;
  readonly count?: number;
  /** Where the status link of the job leads; to the shard. */
  readonly link?: string;
  /** Uploads a picture for the request. */
  readonly uploads?: boolean;
}

/** One job as the server knows it. */
export interface AdobeJob {
  readonly script: Script;
  readonly seen: Partial<Record<Phase, number>>;
  readonly url: string;
  /** What the answer to its submit usually holds. */
  readonly handle: { readonly jobId: string; readonly statusUrl: string; readonly cancelUrl: string };
  readonly asked: string[];
  doneAt: number;
}

/** The real client, queue, engine, store and library against servers that answer by a script for each job. */
export class AnsweringAdobe implements AsyncDisposable {
  readonly clock: SimulatedClock;
  readonly lines: string[] = [];
  readonly #jobs = new Map<string, AdobeJob>();
  readonly #servers: Server[] = [];
  #queue: Jobs | undefined;
  #close: () => Promise<void> = async () => undefined;
  #uploading: AdobeJob | undefined;
  origins = { api: '', shard: '' };
  #store: (bytes: Uint8Array) => Promise<Parameters<typeof placeOf>[0]> = () => Promise.reject(new Error('closed'));

  #addressFor: ImageLibrary['addressFor'] = () => Promise.reject(new Error('closed'));

  readonly outside = new OutsideWork();

  private constructor() {
    this.clock = new SimulatedClock({ start: Date.now(), outside: this.outside });
  }

  static async open(): Promise<AnsweringAdobe> {
    const adobe = new AnsweringAdobe();
    adobe.origins = { api: await adobe.#listen('api'), shard: await adobe.#listen('shard') };
    await adobe.#start();
    return adobe;
  }

  /** Makes a job whose requests are answered by the script, and gives what Adobe knows of it. */
  async enqueue(name: string, script: Script): Promise<{ job: JobView; adobe: AdobeJob }> {
    const url = `${this.origins.shard}/files/${encodeURIComponent(name)}`;
    const at = (route: string) => `${script.link ?? this.origins.shard}/v3/${route}/${idOf(name)}`;
    const handle = { jobId: idOf(name), statusUrl: at('status'), cancelUrl: at('cancel') };
    const known: AdobeJob = { script, seen: {}, asked: [], url, handle, doneAt: Infinity };
    this.#jobs.set(name, known);
    const upload = script.uploads ? await this.#store(onePixel(this.#jobs.size)) : undefined;
    if (upload) this.#uploading = known;
    const style = upload && { imageReference: { source: placeOf(upload) } };
    const request = {
      tool: 'generate_image',
      operation: 'generateImagesV3Async',
      model: 'image4_standard',
      body: { prompt: name, style },
      pictures: upload ? [upload] : [],
      count: script.count ?? 1,
      size: undefined,
      facts: { tool: 'generate_image', prompt: name },
      warnings: [],
    } as unknown as PaidRequest;
    const { job } = await this.clock.run(this.#jobsRoom.enqueue(request, ALICE, { newJob: true }));
    return { job, adobe: known };
  }

  waitFor({ id }: Pick<JobView, 'id'>, waitMs = 3 * 3_600_000): Promise<JobView> {
    return this.clock.run(this.#jobsRoom.wait(id, ALICE, { waitMs }));
  }

  waitForAll(jobs: readonly JobView[], waitMs = 3 * 3_600_000): Promise<readonly JobView[]> {
    return this.clock.run(Promise.all(jobs.map(({ id }) => this.#jobsRoom.wait(id, ALICE, { waitMs }))));
  }

  cancel({ id }: Pick<JobView, 'id'>): Promise<JobView> {
    return this.clock.run(this.#jobsRoom.cancel(id, ALICE));
  }

  /** The file of a picture on disk. */
  async fileOf(image: ImageRecord | undefined): Promise<{ readonly ending: string; readonly bytes: Buffer }> {
    const path = (image && (await this.#addressFor(image))) ?? '';
    return { ending: path.split('.').at(-1) ?? '', bytes: readFileSync(path) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    this.outside.close();
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  get #jobsRoom(): Jobs {
    if (!this.#queue) throw new Error('not open');
    return this.#queue;
  }

  async #start(): Promise<void> {
    const { clock, lines } = this;
    const folder = temporaryFolder('answers-');
    const logger = createLogger({ level: 'debug', write: searchedLines(lines), now: () => clock.now() });
    const common = { clock, random: systemRandom, logger };
    const path = join(folder, 'store.sqlite');
    const db = await openStore({ path, migrations: [imageMigrations, jobMigrations], ...common });
    const images = createImageLibrary({
      db,
      blobs: createFileBlobStore({ folder: join(folder, 'pictures'), clock, random: systemRandom }),
      ...common,
    });
    const firefly = createFirefly({
      ...common,
      apiUrl: this.origins.api,
      imsUrl: this.origins.api,
      trustedOrigins: [this.origins.shard],
      credentials: { clientId: 'id', clientSecret: canary('answers') },
      scopes: 'firefly_api',
      proxy: {},
    });
    const quota = { perMinute: 1_000, perDay: 9_000 };
    const { jobs, engine } = createJobs({ composites: compositesHere, db, firefly, images, quota, ...common });
    engine.start();
    this.#queue = jobs;
    this.#addressFor = (image) => images.addressFor(image);
    this.#store = async (bytes) => {
      const receiver = await images.receive();
      await receiver.write(bytes);
      return receiver.finish();
    };
    this.#close = async () => {
      await clock.run(engine.stop());
      await firefly.close();
      await db.close();
      removeFolder(folder);
    };
  }

  async #listen(origin: 'api' | 'shard'): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#answer(request, Buffer.concat(chunks), response, origin));
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #answer(request: IncomingMessage, body: Buffer, response: ServerResponse, origin: 'api' | 'shard'): void {
    const path = decodeURIComponent(request.url ?? '');
    if (path === '/ims/token/v3') return send(response, { status: 200, body: TOKEN });
    const found = this.#find(path, body);
    if (!found) return send(response, { status: 404, body: { error_code: 'unknown_job_id' } });
    const [phase, job] = found;
    job.asked.push(`${phase} ${origin}`);
    const nth = job.seen[phase] ?? 0;
    job.seen[phase] = nth + 1;
    const scripted = job.script.answers?.[phase] ?? [];
    const lasts = job.script.lasting?.includes(phase) ?? false;
    const next = scripted[lasts ? Math.min(nth, scripted.length - 1) : nth];
    if (phase === 'submit') job.doneAt = this.clock.now() + (job.script.takes ?? 2_000);
    if (next === 'reset') return void request.socket.resetAndDestroy();
    send(response, typeof next === 'function' ? next(job) : (next ?? this.#good(phase, job)));
  }

  #find(path: string, body: Buffer): readonly [Phase, AdobeJob] | undefined {
    if (path === '/v2/storage/image' && this.#uploading) return ['upload', this.#uploading];
    const kind = path.split('/')[2];
    const phases: Readonly<Record<string, Phase>> = { status: 'status', cancel: 'cancel' };
    const isSubmit = path.endsWith('-async');
    const name = isSubmit
      ? String((JSON.parse(body.toString()) as { prompt: string }).prompt)
      : path.replace(/^(\/v3\/(status|cancel)\/|\/files\/)(urn:)?/, '');
    const found = this.#jobs.get(name) ?? [...this.#jobs].find(([each]) => idOf(each) === name)?.[1];
    if (!found) return undefined;
    if (isSubmit) return ['submit', found];
    return [phases[kind ?? ''] ?? 'download', found];
  }

  #good(phase: Phase, job: AdobeJob): Answer {
    const { script } = job;
    const name = [...this.#jobs].find(([, each]) => each === job)?.[0] ?? '';
    switch (phase) {
      case 'submit':
        return { status: 202, body: job.handle };
      case 'status': {
        if (this.clock.now() < job.doneAt) return { status: 200, body: { status: 'running', jobId: idOf(name) } };
        const outputs = Array.from({ length: script.count ?? 1 }, (_, n) => ({ seed: n, image: { url: job.url } }));
        return { status: 200, body: { status: 'succeeded', jobId: idOf(name), result: { outputs } } };
      }
      case 'cancel':
        return { status: 200 };
      case 'upload':
        return { status: 200, body: { images: [{ id: `upload-${job.seen.upload}` }] } };
      case 'download':
        return { status: 200, body: onePixel(7) };
    }
  }
}

const TOKEN = { access_token: canary('answers-token'), token_type: 'bearer', expires_in: 86_399 };

/** Adobe's id of a job, by its name. */
function idOf(name: string): string {
  return `job.${Buffer.from(name).toString('hex').slice(0, 150)}`;
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  const type = typeof body === 'object' && !Buffer.isBuffer(body) ? { 'content-type': 'application/json' } : {};
  response.writeHead(status, { ...type, 'content-length': bytes.length, ...headers }).end(bytes);
}
