import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { EmulatorControl } from '../control.ts';
import { FaultRequest, MOST_DELAY_MS, MOST_FAULTS } from '../faults.ts';
import { TRIGGER_WORDS } from '../rules/trigger-words.ts';
import { OPERATIONS } from './routes.ts';

/** A request to the control API. */
interface ControlRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: Buffer;
}

type Handler = (control: EmulatorControl, input: unknown) => unknown;

const Latency = z.strictObject({ ms: z.number().min(0).max(MOST_DELAY_MS) });
const TokenLife = z.strictObject({ seconds: z.number().positive().max(1_000_000) });
const Model = z.strictObject({
  assetId: z.string().min(1).optional(),
  displayName: z.string().optional(),
  trainingMode: z.enum(['subject', 'style']).optional(),
  conceptId: z.string().optional(),
  publishedState: z.enum(['never', 'published', 'unpublished']).optional(),
  samplePrompt: z.string().optional(),
});

/** Most custom models, the ones from the start included. */
const MOST_MODELS = 1_000;

/** More than the emulator keeps. */
class TooMany extends Error {
  override readonly name = 'TooMany';
}

/** Handlers by method and path; all answer with JSON. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /emulator': () => selfDescription(),
  'GET /emulator/requests': (control) => control.requests(),
  'GET /emulator/submits': (control) => control.submits(),
  'GET /emulator/jobs': (control) => control.jobs(),
  'GET /emulator/uploads': (control) => control.uploads().map(({ bytes: _bytes, ...facts }) => facts),
  'POST /emulator/faults': (control, input) => {
    const { times, ...fault } = FaultRequest.parse(input);
    if (control.faultEntries() >= MOST_FAULTS) throw new TooMany('Too many faults wait; reset first.');
    control.next(fault, times);
    return { waiting: control.faultsLeft() };
  },
  'POST /emulator/expire-urls': (control) => done(control.expireUrls()),
  'POST /emulator/expire-uploads': (control) => done(control.expireUploads()),
  'POST /emulator/revoke-tokens': (control) => done(control.revokeTokens()),
  'POST /emulator/latency': (control, input) => done(control.setLatency(Latency.parse(input).ms)),
  'POST /emulator/token-life': (control, input) => done(control.setTokenSeconds(TokenLife.parse(input).seconds)),
  'POST /emulator/custom-models': (control, input) => {
    const fields = Model.parse(input);
    if (control.customModels() >= MOST_MODELS) throw new TooMany('Too many models; reset first.');
    return control.addCustomModel(withoutUndefined(fields));
  },
  'POST /emulator/reset': (control) => done(control.reset()),
};

/** Whether a URL belongs to the control API: `/` or below `/emulator`, paths that Adobe does not have. */
export function isControl({ pathname }: URL): boolean {
  return pathname === '/' || pathname === '/emulator' || pathname.startsWith('/emulator/');
}

/** Answers a request to the control API, which offers over HTTP everything of `EmulatorControl` but `rewrite`. */
export function answerControl({ method, url, body }: ControlRequest, control: EmulatorControl): Answer {
  const path = url.pathname === '/' ? '/emulator' : url.pathname;
  const handler = HANDLERS[`${method} ${path}`];
  if (!handler) return reply(404, { error: 'not_found', routes: Object.keys(HANDLERS) });
  try {
    const input: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    return reply(200, handler(control, input));
  } catch (error) {
    if (error instanceof z.ZodError) return reply(400, { error: 'bad_input', message: z.prettifyError(error) });
    if (error instanceof SyntaxError) return reply(400, { error: 'bad_input', message: 'The body is not JSON.' });
    if (error instanceof TooMany) return reply(400, { error: 'bad_input', message: error.message });
    throw error;
  }
}

function selfDescription(): unknown {
  return {
    name: 'Firefly emulator',
    note: 'Not Adobe. Pictures are drawn by the emulator.',
    operations: OPERATIONS.map(({ id, method, path, origins }) => ({ id, method, path, origins })),
    triggerWords: Object.fromEntries(Object.entries(TRIGGER_WORDS).map(([word, { does }]) => [word, does])),
    control: Object.keys(HANDLERS),
  };
}

function reply(status: number, json: unknown): Answer {
  return { status, content: { json } };
}

function done(_nothing: void): unknown {
  return { done: true };
}

/** A copy without undefined values, which would override the defaults of a model. */
function withoutUndefined<Parts extends object>(
  parts: Parts,
): { [Key in keyof Parts]?: Exclude<Parts[Key], undefined> } {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Key in keyof Parts]?: Exclude<Parts[Key], undefined> };
}
