import { eventsOf } from '../fixture/http.ts';
import type { Person, SharedServer } from './shared-server.ts';

/** The answer to a call: its result, or an error of the protocol. */
export type RawAnswer = ReturnType<typeof eventsOf>[number];

/** What a client keeps of a question to its user, and sends with the repeated call. */
export interface Repeated {
  readonly requestState?: string;
  readonly inputResponses?: object;
}

/** A question, as MCP 2026-07-28 carries it. */
interface Asked {
  readonly inputRequests: Record<string, { params: { message: string; requestedSchema: { properties: object } } }>;
  readonly requestState: string;
}

/** What a client of 2026-07-28 that can ask its user says with each request. */
export const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
};

/** Sends one call of 2026-07-28 as a client that can ask its user; nothing repeats it. */
export async function callRaw(
  server: Pick<SharedServer, 'fetch'>,
  who: Person,
  { name, input, repeated = {} }: { readonly name: string; readonly input: object; readonly repeated?: Repeated },
): Promise<RawAnswer> {
  const params = { name, arguments: input, _meta: META, ...repeated };
  const answer = await server.fetch(who, '/mcp', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'Mcp-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': name,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  return eventsOf(await answer.text()).find(({ id }) => id === 1) ?? {};
}

/** The question in an answer, and what it asks in words. */
export function questionIn({ result }: RawAnswer): { readonly message: string; readonly properties: object } {
  const [first] = Object.values((result as Asked).inputRequests);
  if (first === undefined) throw new Error('Nothing was asked.');
  return { message: first.params.message, properties: first.params.requestedSchema.properties };
}

/** What a client sends with the repeated call where its user accepts with this content. */
export function accepted(asked: RawAnswer, content: object = { spend: true }): Required<Repeated> {
  const { inputRequests, requestState } = asked.result as Asked;
  const [key = ''] = Object.keys(inputRequests);
  return { requestState, inputResponses: { [key]: { action: 'accept', content } } };
}
