import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { createFirefly } from '../../../../src/firefly/client.ts';
import { defineFree } from '../../../../src/firefly/endpoints/endpoint.ts';
import { definePaid, type PaidEndpoint } from '../../../../src/firefly/endpoints/paid-endpoint.ts';
import { FIREFLY_ERRORS } from '../../../../src/firefly/families/errors.ts';
import { IMAGE_LIMITS_V3 } from '../../../../src/firefly/families/limits.ts';
import type { OperationId } from '../../../../src/firefly/types.ts';
import { GarbageCollector } from '../../../../src/images/blobs/garbage-collector.ts';
import { createImageImport } from '../../../../src/images/import/image-import.ts';
import { subjectWorker } from '../../../../src/images/subject/worker/subject-worker.ts';
import { createImageLibrary, imageMigrations } from '../../../../src/images/library/library.ts';
import type { Services } from '../../../../src/tools/definition/define.ts';
import { fileBlobs } from '../../../support/rooms/blobs.ts';
import { createJobs, jobMigrations } from '../../../../src/jobs/index.ts';
import type { Jobs, JobView, PaidRequest } from '../../../../src/jobs/model/types.ts';
import { systemClock } from '../../../../src/shared/time/clock.ts';
import { createLogger } from '../../../../src/shared/logger.ts';
import { systemRandom } from '../../../../src/shared/random.ts';
import { openStore } from '../../../../src/store/open.ts';
import { removeFolder, searchedLines, temporaryFolder } from '../../../support/artefacts.ts';
import { canary } from '../../../support/canaries.ts';
import { OutsideWork } from '../../../support/clocks/outside-work.ts';
import { SimulatedClock } from '../../../support/clocks/simulated-clock.ts';
import { ALICE } from '../../../support/cluster/test-cluster.ts';
import { onePixel } from '../../../support/doubles/scripted-adobe.ts';
import { compositesHere } from '../../../support/composites.ts';

/** The real operation whose place it takes, since jobs of others are those of a later version. */
const OPERATION = 'expandImagesV3Async' satisfies OperationId;
const TOKEN = canary('brand-kit');

/** One request as a server saw it. */
interface Seen {
  readonly request: string;
  readonly hasToken: boolean;
  readonly headers: IncomingMessage['headers'];
}

/** A server on loopback that answers by a script, and remembers what it was asked. */
interface ScriptedServer {
  readonly origin: string;
  readonly seen: Seen[];
  /** Answers by `METHOD /path`; a list is taken from its front until one is left. */
  readonly answers: Record<string, readonly Answer[]>;
  readonly server: Server;
}

type Answer = readonly [status: number, body: unknown];

async function scriptedServer(): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const answers: ScriptedServer['answers'] = {};
  const server = createServer((incoming, response) => {
    const request = `${incoming.method} ${incoming.url}`;
    incoming.resume().on('end', () => {
      seen.push({ request, hasToken: JSON.stringify(incoming.headers).includes(TOKEN), headers: incoming.headers });
      const [next = [404, {}], ...rest] = answers[request] ?? [];
      if (rest.length > 0) answers[request] = rest;
      const body = Buffer.isBuffer(next[1]) ? next[1] : Buffer.from(JSON.stringify(next[1]));
      response.writeHead(next[0], { 'content-length': body.length }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, answers, server };
}

/** A service that shares nothing with Firefly: neither origin nor paths, neither shapes nor codes. */
function renderBrandKit(origin: string): PaidEndpoint {
  const declared = definePaid({
    operation: 'renderBrandKit',
    path: '/brands/v1/tasks',
    model: { name: 'x-brand-style', values: z.enum(['plain', 'bold']) },
    body: z.strictObject({ motif: z.string() }),
    service: {
      origin,
      hosts: /^brands\.example$/,
      status: defineFree({ operation: 'readTask', method: 'GET', path: '/brands/v1/tasks/{jobId}/state' }),
      cancel: defineFree({ operation: 'stopTask', method: 'POST', path: '/brands/v1/tasks/{jobId}/stop' }),
    },
    accept: {
      statuses: [303],
      body: z.looseObject({ task: z.looseObject({ name: z.string() }) }),
      read: (body) => {
        const { name, at } = (body as { task: { name: string; at?: string } }).task;
        return { jobId: name, statusUrl: at, cancelUrl: undefined };
      },
    },
    result: {
      toStatus: ({ state, percent, files, why }) => ({
        status: { DONE: 'succeeded', BROKEN: 'failed' }[String(state)] ?? 'running',
        progress: percent,
        error_code: why,
        result: { outputs: files },
      }),
      link: (output) => output['href'],
    },
    limits: {
      ...IMAGE_LIMITS_V3,
      result: { media: 'still', mostBytes: 1_000 },
      waitMs: 25 * 60_000,
      mostCount: 2,
    },
    errors: {
      codes: { BRAND_17: ['content_policy', 'A rival’s brand is in the motif.', 'Choose another motif.'] },
      policy: FIREFLY_ERRORS.policy,
    },
  });
  return declared;
}

/** The real client, queue, engine, store and library, with one operation of a service of its own. */
export class ServiceRooms implements AsyncDisposable {
  readonly clock: SimulatedClock;
  readonly service: ScriptedServer;
  /** The API of Firefly, which has no part in the operation. */
  readonly api: ScriptedServer;
  /** A server that must never see a token. */
  readonly foreign: ScriptedServer;
  readonly jobs: Jobs;
  /** What tools and resources need, to serve these rooms. */
  readonly services: Services;
  /** Deletes a picture as `clean` does. */
  readonly remove: (image: string) => Promise<{ readonly pictures: number }>;
  readonly folder: string;
  readonly #close: () => Promise<void>;

  private constructor(
    parts: Pick<ServiceRooms, 'clock' | 'service' | 'api' | 'foreign' | 'services' | 'remove' | 'folder'>,
    close: () => Promise<void>,
  ) {
    this.clock = parts.clock;
    this.service = parts.service;
    this.api = parts.api;
    this.foreign = parts.foreign;
    this.jobs = parts.services.jobs;
    this.services = parts.services;
    this.remove = parts.remove;
    this.folder = parts.folder;
    this.#close = close;
  }

  static async open({
    isTrusted = true,
    change = (operation) => operation,
  }: { isTrusted?: boolean; change?: (operation: PaidEndpoint) => PaidEndpoint } = {}): Promise<ServiceRooms> {
    const [service, api, foreign] = await Promise.all([scriptedServer(), scriptedServer(), scriptedServer()]);
    const outside = new OutsideWork();
    const clock = new SimulatedClock({ start: Date.now(), outside });
    const folder = temporaryFolder('service-');
    const logger = createLogger({ level: 'debug', write: searchedLines([]), now: () => clock.now() });
    const common = { clock, random: systemRandom, logger };
    const path = join(folder, 'store.sqlite');
    const db = await openStore({ path, migrations: [imageMigrations, jobMigrations], ...common });
    const blobs = fileBlobs(join(folder, 'pictures'), clock);
    const images = createImageLibrary({ db, blobs, ...common });
    const firefly = createFirefly({
      ...common,
      apiUrl: api.origin,
      imsUrl: api.origin,
      trustedOrigins: isTrusted ? [service.origin] : [],
      credentials: { clientId: 'id', accessToken: TOKEN },
      scopes: 'firefly_api',
      proxy: {},
      operations: { [OPERATION]: change(renderBrandKit(service.origin)) },
    });
    const made = createJobs({
      composites: compositesHere,
      db,
      firefly,
      images,
      quota: { perMinute: 60, perDay: 9_000 },
      ...common,
    });
    const { jobs, batches, consents, engine, gatedQueries, ownsUpload } = made;
    const roots = { folders: [folder], base: folder };
    const imageImport = createImageImport({ db, images, account: firefly.account, roots, ownsUpload });
    engine.start();

    const collector = new GarbageCollector({ db, blobs, clock: { ...systemClock, now: () => clock.now() + 120_000 } });
    const remove = (image: string) => collector.remove([image]);
    const services = {
      jobs,
      batches,
      consents,
      images,
      imageImport,
      deletion: collector,
      subjects: subjectWorker({ folder, logger }),
      firefly: gatedQueries,
    };
    return new ServiceRooms({ clock, service, api, foreign, services, remove, folder }, async () => {
      await clock.run(engine.stop());
      await firefly.close();
      await db.close();
      outside.close();
      for (const { server } of [service, api, foreign]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      removeFolder(folder);
    });
  }

  /** Scripts a task: the answer that accepts it, then its states in order. */
  task(accepted: unknown, ...states: readonly unknown[]): void {
    this.service.answers['POST /brands/v1/tasks'] = [[303, accepted]];
    this.service.answers['GET /brands/v1/tasks/t1/state'] = states.map((state) => [200, state]);
    this.service.answers['GET /files/1.png'] = [[200, onePixel(1)]];
  }

  /** The state of a finished task with one file. */
  get done() {
    return { state: 'DONE', files: [{ href: `${this.service.origin}/files/1.png` }] };
  }

  async enqueue(): Promise<JobView> {
    // The types know models and bodies of real operations only.
    const request = {
      tool: 'generate_image',
      operation: OPERATION,
      model: 'bold',
      body: { motif: 'a lighthouse' },
      count: 1,
      size: undefined,
      facts: { tool: 'generate_image', prompt: 'a lighthouse' },
      warnings: [],
    } as unknown as PaidRequest;
    return (await this.clock.run(this.jobs.enqueue(request, ALICE))).job;
  }

  /** The job after this time, or at its end. */
  waitFor({ id }: JobView, waitMs = 3_600_000): Promise<JobView> {
    return this.clock.run(this.jobs.wait(id, ALICE, { waitMs }));
  }

  /** Requests to the service that carried the token, in order. */
  get withToken(): readonly string[] {
    return this.service.seen.filter(({ hasToken }) => hasToken).map(({ request }) => request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
