import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect } from 'vitest';
import { authenticateLocal } from '../../../../src/mcp/client/authentication.ts';
import { serveOverStdio } from '../../../../src/mcp/stdio/serve-stdio.ts';
import { isRecord } from '../../../../src/shared/text/json.ts';
import { eventsOf, GOOD_HEADERS, raw, serveTestTools, TOKEN } from '../../../mcp/fixture/http.ts';
import { META } from '../../../mcp/callers/raw-call.ts';
import { spend, spendingOptions } from '../../../mcp/fixture/spending.ts';
import { odd } from '../../generators/arguments.ts';
import { mangling } from '../../generators/mangle.ts';
import type { WayIn } from '../../inputs.ts';

const YES = { action: 'accept', content: { spend: true } };
const OPENING = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'raw', version: '1' },
  },
});
/** Whether a person has said yes. */
const isYes = (answer: unknown) =>
  isRecord(answer) &&
  answer['action'] === 'accept' &&
  isRecord(answer['content']) &&
  answer['content']['spend'] === true;

/** What hosts send back for a question about money, on a connection of the 2025 era: no money but by a yes. */
export const answersOnStdio: WayIn = async (more) => {
  const streams = { input: new PassThrough(), output: new PassThrough() };
  const serving = serveOverStdio(spendingOptions(), streams);
  let lines: Record<string, unknown>[] = [];
  let rest = '';
  streams.output.on('data', (piece) => {
    const [last = '', ...before] = (rest + String(piece)).split('\n').toReversed();
    rest = last;
    for (const line of before.toReversed()) lines.push(JSON.parse(line) as Record<string, unknown>);
  });
  const send = (message: object) => streams.input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const until = async (isIt: (line: Record<string, unknown>) => boolean) => {
    for (;;) {
      const found = lines.find(isIt);
      if (found !== undefined) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  streams.input.write(`${OPENING}\n`);
  await until(({ id }) => id === 0);
  let count = 0;
  const answer = fc.record(
    { id: fc.option(odd, { freq: 8 }), result: mangling.map((mangle) => mangle(YES)), error: odd },
    { requiredKeys: ['id'] },
  );
  await more(answer, async ({ id, ...told }) => {
    lines = [];
    const before = spend.times;
    const call = `call-${(count += 1)}`;
    send({ id: call, method: 'tools/call', params: { name: 'spend', arguments: { which: call } } });
    const question = await until((line) => line['method'] === 'elicitation/create' || line['id'] === call);
    send({ id: id ?? question['id'], ...told });
    // What was no answer is followed by one.
    send({ id: question['id'], result: { action: 'cancel' } });
    await until((line) => line['id'] === call);
    // Serializers write null for what is left out.
    const said = id === null && (told.error ?? null) === null && isYes(told.result);
    if (!said) expect(spend.times).toBe(before);
  });
  await serving.close({ graceMs: 0 });
};

/** What clients of 2026-07-28 send, which repeat the call with the answer: no money but by a yes. */
export const answersWithCalls: WayIn = async (more) => {
  const serving = await serveTestTools({ ...spendingOptions(), authenticate: authenticateLocal(TOKEN) });
  const headers = {
    ...GOOD_HEADERS,
    'Mcp-Protocol-Version': '2026-07-28',
    'Mcp-Method': 'tools/call',
    'Mcp-Name': 'spend',
  };
  const call = async (which: string, repeated: object) => {
    const params = { name: 'spend', arguments: { which }, _meta: META, ...repeated };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    const answer = await raw(serving.port, { headers, body });
    expect(answer.status).not.toBe(500);
    return eventsOf(answer.body).find(({ id }) => id === 1)?.result;
  };
  let count = 0;
  await more(fc.record({ responses: mangling, state: mangling }), async ({ responses, state }) => {
    const which = `call ${(count += 1)}`;
    const asked = await call(which, {});
    if (!isRecord(asked) || !isRecord(asked['inputRequests'])) throw new Error('Nothing was asked.');
    const [key = ''] = Object.keys(asked['inputRequests']);
    const before = spend.times;
    const inputResponses = responses({ [key]: YES });
    const requestState = state(asked['requestState']);
    await call(which, { inputResponses, requestState });
    const isWhole = requestState === asked['requestState'] && isRecord(inputResponses) && isYes(inputResponses[key]);
    expect(spend.times - before).toBeLessThanOrEqual(isWhole ? 1 : 0);
  });
  await serving.close({ graceMs: 0 });
};
