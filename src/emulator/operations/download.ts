import { createHash } from 'node:crypto';
import type { EmulatorContext } from '../context.ts';
import { PictureGone } from '../drawing/picture.ts';
import type { Answer, Refusal } from '../http/answer.ts';
import * as errors from '../http/errors/errors.ts';
import type { Verdict } from '../state/signing.ts';
import { type Call, defineOperation } from './operation.ts';

/** Serves a result from storage; its signed URL is the only credential. */
export const download = defineOperation<string>({
  id: 'storage-get',
  method: 'GET',
  path: '/images/{id}',
  origins: ['storage'],
  phase: 'download',
  envelope: 's3',
  gated: false,
  paid: false,
  answers: {},
  read: ({ parameter }) => parameter,
  handle: (id, call) => readPicture(id, call),
});

/** A newly signed URL of one picture. */
export function signedUrl(id: string, { origins, signer, settings }: EmulatorContext): string {
  const path = pathOf(id);
  return `${origins.storage}${path}?${signer.sign(path, settings.urlLifetimeMs).toString()}`;
}

/**
 * Checks the signature and draws the picture.
 * @throws Refusal in the XML form of S3
 */
async function readPicture(id: string, call: Call): Promise<Answer> {
  const { url, headers, context } = call;
  // S3 accepts one authentication mechanism; a token that gets here was leaked to a foreign host.
  if (headers.authorization !== undefined) {
    const message = 'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter should be specified';
    throw s3(call, 400, 'InvalidArgument', message, { ArgumentName: 'Authorization', ArgumentValue: '(withheld)' });
  }
  const refusal = refusalOf(context.signer.verify(url.pathname, url.searchParams), call);
  if (refusal) throw refusal;
  const spec = context.jobs.picture(id);
  if (spec === undefined) throw noSuchKey(call);
  const bytes = await context.pictures.get(id, spec).catch((error: unknown) => {
    if (error instanceof PictureGone) throw noSuchKey(call);
    throw error;
  });
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return {
    status: 200,
    headers: { etag: `"${etag}"`, server: 'AmazonS3', 'x-amz-request-id': call.requestId },
    content: { bytes, type: spec.clip ? 'video/mp4' : `image/${spec.format}` },
  };
}

function noSuchKey(call: Call): Refusal {
  return s3(call, 404, 'NoSuchKey', 'The specified key does not exist.', { Key: call.url.pathname.slice(1) });
}

function pathOf(id: string): string {
  return `/images/${id}`;
}

function refusalOf(verdict: Verdict, call: Call): Refusal | undefined {
  switch (verdict.kind) {
    case 'valid':
      return undefined;
    case 'unsigned':
      return s3(call, 403, 'AccessDenied', 'Access Denied');
    case 'forged': {
      const message =
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
      return s3(call, 403, 'SignatureDoesNotMatch', message);
    }
    case 'expired':
      return s3(call, 403, 'AccessDenied', 'Request has expired', {
        'X-Amz-Expires': String(verdict.seconds),
        Expires: new Date(verdict.expiresAt).toISOString(),
        ServerTime: new Date(call.context.settings.clock.now()).toISOString(),
      });
  }
}

function s3(call: Call, status: number, code: string, message: string, facts: Readonly<Record<string, string>> = {}) {
  return errors.s3(status, code, message, { ...facts, RequestId: call.requestId, HostId: 'emulator' });
}
