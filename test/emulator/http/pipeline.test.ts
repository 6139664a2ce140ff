import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Answer } from '../../../src/emulator/http/answer.ts';
import * as errors from '../../../src/emulator/http/errors/errors.ts';
import {
  type Call,
  defineOperation,
  type Envelope,
  type Operation,
} from '../../../src/emulator/operations/operation.ts';
import { withDefaults } from '../../../src/emulator/options.ts';
import { answerRequest } from '../../../src/emulator/http/pipeline.ts';
import { createQuota } from '../../../src/emulator/state/quota.ts';
import { TokenStore } from '../../../src/emulator/state/tokens.ts';
import { createLogger } from '../../../src/shared/logger.ts';

/** An operation that records its steps in `steps` and returns a given answer. */
function operation(answer: () => Answer, parts: { envelope?: Envelope; steps?: string[] } = {}): Operation {
  return defineOperation({
    id: 'testOperation',
    method: 'POST',
    path: '/test',
    origins: ['api'],
    phase: 'submit',
    envelope: parts.envelope ?? 'api',
    gated: true,
    paid: true,
    accepts: 'application/json',
    answers: { 200: z.object({ ok: z.literal(true) }) },
    read: () => parts.steps?.push('read'),
    handle: () => {
      parts.steps?.push('handle');
      return answer();
    },
  });
}

/** A call that passes every step unless changed; log lines are collected in `log`. */
function call(changes: { headers?: Record<string, string>; rpm?: number; log?: string[] } = {}): Call {
  const write = (line: string) => void changes.log?.push(line);
  const settings = withDefaults({ logger: createLogger({ level: 'error', write, now: () => 0 }) });
  const tokens = new TokenStore(settings);
  const headers = {
    'x-api-key': settings.clientId,
    authorization: `Bearer ${tokens.issue('firefly_api').token}`,
    'content-type': 'application/json; charset=utf-8',
    ...changes.headers,
  };
  const quota = createQuota({ rpm: changes.rpm, rpd: undefined }, settings.clock);
  const known = { settings, tokens, quota };
  // The pipeline uses no other part of context and call.
  return { headers, requestId: 'r', context: known } as unknown as Call;
}

const fine = (): Answer => ({ status: 200, content: { json: { ok: true } } });

describe('the pipeline', () => {
  test('answers a request that passes every step', async () => {
    expect(await answerRequest(operation(fine), call())).toEqual(fine());
  });

  test.each([
    ['no key, no token, no type', { 'x-api-key': '', authorization: '', 'content-type': '' }, 403, '403000'],
    ['a wrong key', { 'x-api-key': 'x', authorization: '', 'content-type': '' }, 403, '403003'],
    ['no token', { authorization: '', 'content-type': '' }, 403, '403010'],
    ['a wrong token', { authorization: 'Bearer x', 'content-type': '' }, 401, '401013'],
    ['a wrong type', { 'content-type': 'text/plain' }, 415, 'invalid_content_type'],
    ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, 501, 'not_implemented'],
  ])('ends with the first step that refuses: %s', async (_what, headers, status, error_code) => {
    const steps: string[] = [];
    const answer = await answerRequest(operation(fine, { steps }), call({ headers }));
    expect(answer).toMatchObject({ status, content: { json: { error_code } } });
    expect(steps).toEqual([]);
  });

  test('validates before it counts against the quota, and counts before it handles', async () => {
    const steps: string[] = [];
    const answer = await answerRequest(operation(fine, { steps }), call({ rpm: 0 }));
    expect(answer.status).toBe(429);
    expect(steps).toEqual(['read']);
  });
});

describe('a defect of the emulator', () => {
  test.each<[string, Answer]>([
    ['a body that breaks the wire schema', { status: 200, content: { json: { ok: false } } }],
    ['a status without a schema', { status: 202, content: { json: { ok: true } } }],
    ['a missing body', { status: 200 }],
  ])('such as %s is answered with a 500 that names it', async (_what, wrong) => {
    const answer = await answerRequest(
      operation(() => wrong),
      call(),
    );
    expect(answer).toMatchObject({ status: 500, content: { json: { error_code: 'emulator-response-validation' } } });
  });

  test('such as an error in the envelope of another family is answered with a 500 that names it', async () => {
    const refuse = (): Answer => {
      throw errors.imsError('invalid_client', 'no');
    };
    const answer = await answerRequest(operation(refuse), call());
    expect(answer).toMatchObject({ status: 500, content: { json: { error_code: 'emulator-response-validation' } } });
    expect((await answerRequest(operation(refuse, { envelope: 'ims' }), call())).status).toBe(400);
  });

  test('such as an exception is answered with Adobe’s plain 500 and logged', async () => {
    const log: string[] = [];
    const broken = () => {
      throw new TypeError('cannot read the tea leaves');
    };
    const answer = await answerRequest(operation(broken), call({ log }));
    expect(answer).toEqual({ status: 500, headers: {}, content: { json: { error_code: 'runtime_error' } } });
    expect(log.join()).toContain('tea leaves');
  });
});
