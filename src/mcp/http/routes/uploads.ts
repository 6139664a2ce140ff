import type { IncomingMessage } from 'node:http';
import { MOST_FILE_BYTES } from '../../../images/limits.ts';
import { formatNames, STILL_TYPES } from '../../../images/media.ts';
import { Problem } from '../../../shared/errors.ts';
import { quoteUntrusted } from '../../../shared/text/text.ts';
import type { Clock } from '../../../shared/time/clock.ts';
import { atMost } from '../../../shared/time/deadline.ts';
import { Shares } from '../guards/shares.ts';
import { respond } from '../respond.ts';
import { principalOf } from '../signing/signed-addresses.ts';
import type { Checked } from '../signing/signer.ts';
import { sendPage } from '../studio/plain-page.ts';
import { respondProblem } from './problem-answer.ts';
import type { Exchange, Route } from './route.ts';

/** Most uploads that one process takes at once: each holds a file open. */
const MOST_AT_ONCE = 16;
/** Most uploads of one principal at once, so that other people find a place. */
const MOST_EACH = 8;
/** Silence after which an upload has failed, milliseconds. */
const IDLE_MS = 30_000;
/** Types that programs declare for bytes whose type they do not know. */
const UNDECLARED = ['application/octet-stream', 'binary/octet-stream', 'application/x-www-form-urlencoded'];

let open = 0;
const shares = new Shares(MOST_EACH);

/** PUT of one picture, which becomes a picture of the principal that the address was made for. */
export const uploads: Route = {
  name: 'upload',
  path: /^\/uploads\/([^/]+)$/,
  methods: ['PUT'],
  otherMethods: 'Send the picture by PUT, as in: curl -T picture.png ADDRESS',
  access: 'signed',
  answer: (exchange) => {
    const token = tokenIn(exchange);
    const arrivalOf = () => ({ principal: ownerIn(token), file: exchange.query.get('name') ?? undefined });
    return receivePicture(exchange, arrivalOf);
  },
};

/** Whose picture comes, and the name of its file where that is known. */
interface Arrival {
  readonly principal: string;
  readonly file: string | undefined;
}

/**
 * Takes the body of a request as a picture, and answers with its handle or with what is wrong.
 * @param arrivalOf throws a Problem where the sender may bring in no pictures
 */
export async function receivePicture(exchange: Exchange, arrivalOf: () => Arrival): Promise<void> {
  const { request, response, options } = exchange;
  try {
    const arrival = arrivalOf();
    requireAcceptable(request);
    if (!shares.enter(arrival.principal, response)) throw tooMany('Too many uploads of yours are under way.');
    const image = await inLimit(() => keepUpload(exchange, arrival));
    const { id, width, height, mimeType, bytes } = image;
    respond(response, 201, { image: id, width, height, mime_type: mimeType, bytes });
  } catch (error) {
    respondProblem(response, error, (defect) => options.logger.error('upload_failed', { error: defect }));
  }
}

/** The page on which a person picks the files. */
export const uploadPage: Route = {
  name: 'upload page',
  path: /^\/upload\/([^/]+)$/,
  methods: ['GET', 'HEAD'],
  access: 'signed',
  async answer(exchange) {
    const { request, response, parts } = exchange;
    const { kind } = tokenIn(exchange);
    if (kind !== 'valid') return sendPage(response, 403, NO_PAGE[kind]);
    const { uploadPageHeaders, uploadPageHtml } = await import('../signing/upload-page.ts');
    response.writeHead(200, uploadPageHeaders());
    response.end(request.method === 'HEAD' ? undefined : uploadPageHtml(`/uploads/${parts[0] ?? ''}`));
  },
};

/** What a person reads whose address of the page counts no more, or never did. */
const NO_PAGE = {
  expired: {
    title: 'This upload page has expired',
    sentence:
      'It is good for a quarter of an hour. Name the picture in the chat once more: the answer holds a fresh address.',
  },
  invalid: {
    title: 'This is no upload page',
    sentence: 'Its address is not whole. Open it once more, as it stands in the chat.',
  },
} as const;

function tokenIn({ parts, options }: Exchange): Checked {
  return options.signer.check('upload', parts[0] ?? '', options.clock.now());
}

/** @throws Problem `upload_address_invalid` */
function ownerIn(token: Checked): string {
  if (token.kind === 'valid') return principalOf(token.subject);
  const what = token.kind === 'expired' ? 'This upload address has expired.' : 'This is no upload address.';
  throw new Problem('upload_address_invalid', what, {
    next: 'Name a file of yours as a picture in any tool call: the answer holds two fresh addresses.',
  });
}

/** 0 where the head of a request does not say. */
function announcedBytes({ headers }: IncomingMessage): number {
  return Number(headers['content-length'] ?? 0);
}

/**
 * Judges by the head, before a byte of the body is read. What is called a picture of any kind is judged by its content, which
 * tells more about it.
 * @throws Problem `picture_too_large`, `not_a_picture`
 */
function requireAcceptable(request: IncomingMessage): void {
  if (announcedBytes(request) > MOST_FILE_BYTES) throw tooLarge();
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '' || UNDECLARED.includes(type) || type.startsWith('image/')) return;
  throw new Problem('not_a_picture', `This is no picture: its type is ${quoteUntrusted(type, 60)}.`, {
    next: `Give a whole ${formatNames(STILL_TYPES, 'or')}.`,
  });
}

async function keepUpload({ request, options }: Exchange, { principal, file }: Arrival) {
  const { imageImport } = await options.services();
  return imageImport.upload(
    withoutSilence(request, options.clock),
    { maxBytes: MOST_FILE_BYTES, file },
    { principal, conversation: undefined },
  );
}

/** The pieces of a body. @throws Problem `interrupted` where none comes for too long */
async function* withoutSilence(request: IncomingMessage, clock: Clock): AsyncGenerator<Uint8Array> {
  const pieces: AsyncIterator<Uint8Array> = request[Symbol.asyncIterator]();
  for (;;) {
    const next = await atMost(IDLE_MS, pieces.next(), clock);
    if (next === undefined) {
      throw new Problem('interrupted', 'The upload stood still for too long.', { next: 'Send the picture again.' });
    }
    if (next.done) return;
    yield next.value;
  }
}

/** @throws Problem `server_busy` */
async function inLimit<T>(work: () => Promise<T>): Promise<T> {
  if (open >= MOST_AT_ONCE) throw tooMany('Too many uploads are under way.');
  open += 1;
  try {
    return await work();
  } finally {
    open -= 1;
  }
}

function tooMany(what: string): Problem {
  return new Problem('server_busy', what, { next: 'Try again in a minute.' });
}

function tooLarge(): Problem {
  return new Problem('picture_too_large', `A picture may have ${MOST_FILE_BYTES / 1024 ** 2} MB.`, {
    next: 'Scale it down first.',
  });
}
