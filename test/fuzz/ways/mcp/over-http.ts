import fc from 'fast-check';
import { expect } from 'vitest';
import { parseJson } from '../../../../src/shared/text/json.ts';
import { INITIALIZE } from '../../../mcp/fixture/http.ts';
import { SharedServer } from '../../../mcp/callers/shared-server.ts';
import { odd } from '../../generators/arguments.ts';
import type { WayIn } from '../../inputs.ts';
import { judgeMessages } from '../../judge-messages.ts';
import { request } from '../../generators/requests.ts';

/** Requests of a client that signs in, with and without a session, to the whole server. */
export const mcpOverHttp: WayIn = async (more) => {
  const server = await SharedServer.open();
  const opened = await server.fetch('ada', '/mcp', { method: 'POST', headers: JSON_HEADERS, body: INITIALIZE });
  await opened.text();
  const session = opened.headers.get('mcp-session-id') ?? '';
  const word = fc.stringMatching(/^[!-~]{0,20}$/);
  const headers = fc.record(
    {
      'Mcp-Session-Id': fc.oneof({ weight: 4, arbitrary: fc.constant(session) }, { weight: 1, arbitrary: word }),
      'Mcp-Protocol-Version': fc.oneof(fc.constantFrom('2025-11-25', '2026-07-28', '2024-11-05'), word),
      'Last-Event-ID': fc.oneof(fc.constantFrom('0', '1_1', `${session}_5`), word),
      Accept: fc.oneof(fc.constantFrom('*/*', 'application/json', 'text/event-stream', 'text/html;q=0'), word),
      'Mcp-Method': fc.oneof(fc.constantFrom('tools/call', 'resources/read'), word),
      'Mcp-Name': word,
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    { weight: 6, arbitrary: request.map((message) => JSON.stringify(message)) },
    { weight: 1, arbitrary: fc.array(request, { maxLength: 4 }).map((batch) => JSON.stringify(batch)) },
    { weight: 1, arbitrary: odd.map((value) => JSON.stringify(value) ?? '') },
  );
  const exchange = fc.record({
    who: fc.constantFrom('ada', 'adaReads', 'ben', undefined),
    method: fc.oneof({ weight: 8, arbitrary: fc.constant('POST') }, { weight: 1, arbitrary: fc.constant('GET') }),
    headers,
    body,
  });
  await more(exchange, async ({ who, method, headers: told, body: text }) => {
    const sent = { ...JSON_HEADERS, ...defined(told) };
    const answer = await server.fetch(who, '/mcp', { method, headers: sent, ...(method === 'POST' && { body: text }) });
    expect(answer.status).not.toBe(500);
    if (method === 'POST') judgeMessages(messagesIn(await begun(answer)));
    else await answer.body?.cancel();
    const health = await server.fetch(undefined, '/healthz');
    expect(await health.text()).toBe('{"status":"ok"}');
  });
  await server.end();
};

const JSON_HEADERS = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The beginning of an answer: a stream of changes has no end. */
async function begun(answer: Response): Promise<string> {
  if (!(answer.headers.get('content-type') ?? '').includes('event-stream')) return answer.text();
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  return new TextDecoder().decode(first?.value);
}

/** What is no message, such as the sentence of a refusal, is none. */
function messagesIn(text: string): readonly unknown[] {
  const lines = text.split('\n').map((line) => line.replace(/^data: /, ''));
  return lines.map((line) => parseJson(line)).filter((value) => value !== undefined);
}
