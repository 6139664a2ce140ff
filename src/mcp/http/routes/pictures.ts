import type { ServerResponse } from 'node:http';
import { mediumOf, servedType } from '../../../images/media.ts';
import type { ImageLibrary, ImageRecord } from '../../../images/types.ts';
import { Problem } from '../../../shared/errors.ts';
import { drained } from '../exchange/drained.ts';
import { sendText } from '../respond.ts';
import { requestedRange } from '../signing/byte-range.ts';
import type { Exchange, Route } from './route.ts';

/** Nothing that a picture holds runs, whatever a browser takes it for. */
const INERT = { 'X-Content-Type-Options': 'nosniff', 'Content-Security-Policy': "default-src 'none'; sandbox" };

/**
 * A picture by its signed link, or its preview. What was never linked, a link that was changed and a picture that is gone
 * answer alike. `?download` has browsers save it.
 */
export const pictures: Route = {
  name: 'picture',
  path: /^\/images\/([^/]+)\/([^/]+)$/,
  methods: ['GET', 'HEAD'],
  access: 'signed',
  async answer(exchange) {
    const { request, response, parts, options } = exchange;
    const [token = '', name = ''] = parts;
    const now = options.clock.now();
    const link = options.signer.check('picture', token, now);
    if (link.kind === 'expired') {
      return sendText(response, 410, 'This link has expired. Every new answer about the picture holds a fresh one.');
    }
    if (link.kind !== 'valid') return sendText(response, 404, 'There is no such picture.');
    const { images } = await options.services();
    const image = await images.linked(link.subject);
    if (image === undefined) return sendText(response, 404, 'There is no such picture.');
    const seconds = Math.floor((link.expiresAt - now) / 1000);
    const headers = {
      ...INERT,
      'Cache-Control': `private, max-age=${seconds}, immutable`,
      'Referrer-Policy': 'no-referrer',
    };
    for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
    try {
      if (name === 'preview') await sendPreview(response, images, image, request.method === 'HEAD');
      else await sendOriginal(exchange, images, image);
    } catch (error) {
      if (response.headersSent) throw error;
      options.logger.warn('picture_not_sent', { image: image.id, error });
      response.setHeader('Cache-Control', 'no-store');
      sendText(response, 404, error instanceof Problem ? error.message : 'The picture cannot be read.');
    }
  },
};

async function sendPreview(response: ServerResponse, images: ImageLibrary, image: ImageRecord, headOnly: boolean) {
  const { previewOf } = await import('../../../resources/image-preview.ts');
  const { data, mimeType } = await previewOf(images, image);
  response.writeHead(200, { 'Content-Type': mimeType, 'Content-Length': data.length });
  response.end(headOnly ? undefined : data);
}

/** The original bytes or a range of them (RFC 9110, section 14). */
async function sendOriginal({ request, response, query }: Exchange, images: ImageLibrary, image: ImageRecord) {
  const { id, sha256, mimeType, bytes } = image;
  const tag = `"${sha256}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Accept-Ranges', 'bytes');
  if (isKnown(request.headers['if-none-match'], tag)) return void response.writeHead(304).end();
  const isCurrent = [undefined, tag].includes(request.headers['if-range']?.toString());
  const isPart = request.method === 'GET' && isCurrent;
  const range = requestedRange(isPart ? request.headers.range : undefined, bytes);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${bytes}`);
    return sendText(response, 416, 'The picture has no such bytes.');
  }
  const part = range === 'whole' ? undefined : range;
  const pieces = (await images.serve(image, part))[Symbol.asyncIterator]();
  // A content that is gone is told before the head of the response is.
  const first = await pieces.next();
  const disposition = query.has('download') || mediumOf(mimeType).kind === 'unread' ? 'attachment' : 'inline';
  response.writeHead(part ? 206 : 200, {
    'Content-Type': servedType(mimeType),
    'Content-Length': part ? part.to - part.from : bytes,
    'Content-Disposition': `${disposition}; filename="${id}.${mediumOf(mimeType).ending}"`,
    ...(part && { 'Content-Range': `bytes ${part.from}-${part.to - 1}/${bytes}` }),
  });
  try {
    if (request.method === 'HEAD') return void response.end();
    // Of a client that is gone no more is read.
    for (let next = first; !next.done && !response.destroyed; next = await pieces.next()) {
      if (!response.write(next.value)) await drained(response);
    }
  } finally {
    await pieces.return?.();
  }
  response.end();
}

/** Whether a client has this content already (RFC 9110, section 13.1.2). A proxy that packs answers makes tags weak. */
function isKnown(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((entry) => entry.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
