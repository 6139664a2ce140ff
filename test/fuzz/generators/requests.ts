import fc from 'fast-check';
import { prompts } from '../../../src/prompts/registry.ts';
import { resources } from '../../../src/resources/registry.ts';
import { tools } from '../../../src/tools/registry.ts';
import { META } from '../../mcp/callers/raw-call.ts';
import { odd, toolArguments } from './arguments.ts';

/** A request or notification of MCP. */
export interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: unknown;
  readonly method: string;
  readonly params?: unknown;
}

const ID = fc.oneof(
  fc.constantFrom('img_x', 'last', 'job_x#1', 'batch_x', '..', '%2e%2e%2f', '%', '%00', '{id}', 'a/b', ''),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constant('x'.repeat(5_000)),
);
const addresses = resources.map((resource) => ('uriTemplate' in resource ? resource.uriTemplate : resource.uri));
const uri = fc.oneof(
  fc.tuple(fc.constantFrom(...addresses), ID).map(([template, id]) => template.replace('{id}', () => id)),
  fc.tuple(fc.constantFrom(...addresses), ID).map(([template, id]) => template + id),
  fc.constantFrom('file:///etc/passwd', 'firefly://', 'http://127.0.0.1/', 'FIREFLY://IMAGES', 'firefly:images', ''),
  odd,
);
const promptName = fc.constantFrom(...prompts.map(({ name }) => name), 'x', '__proto__');
const argumentNames = fc.constantFrom(
  ...prompts.flatMap((prompt) => prompt.arguments.map(({ name }) => name)),
  'id',
  '__proto__',
);
const paid = tools.filter(({ intent }) => intent === 'create').map(({ name }) => name);
/** A call that shows, and pays for nothing. */
const call = fc.tuple(fc.constantFrom(...tools.map(({ name }) => name)), toolArguments).map(([name, given]) => ({
  name,
  arguments: typeof given === 'object' && given !== null && paid.includes(name) ? { ...given, dry_run: true } : given,
}));
const argument = fc.record({ name: fc.oneof(argumentNames, odd), value: fc.oneof(ID, odd) });
const reference = fc.oneof(
  promptName.map((name) => ({ type: 'ref/prompt', name })),
  fc.oneof(fc.constantFrom(...addresses), uri).map((given) => ({ type: 'ref/resource', uri: given })),
  odd,
);
const notifications = fc.record(
  {
    resourceSubscriptions: fc.oneof(fc.array(uri, { maxLength: 4 }), odd),
    resourcesListChanged: odd,
    toolsListChanged: odd,
  },
  { requiredKeys: [] },
);
const form = <Method extends string, Params>(method: Method, params: fc.Arbitrary<Params>) =>
  fc.record({ method: fc.constant(method), params: params as fc.Arbitrary<unknown> });
const known = fc.oneof(
  form('resources/read', fc.record({ uri })),
  form('resources/subscribe', fc.record({ uri })),
  form('resources/unsubscribe', fc.record({ uri })),
  form('resources/list', fc.record({ cursor: odd }, { requiredKeys: [] })),
  form('resources/templates/list', fc.record({ cursor: odd }, { requiredKeys: [] })),
  form('prompts/list', fc.record({ cursor: odd }, { requiredKeys: [] })),
  form(
    'prompts/get',
    fc.record({ name: promptName, arguments: fc.oneof(fc.dictionary(argumentNames, fc.oneof(ID, odd)), odd) }),
  ),
  form('completion/complete', fc.record({ ref: reference, argument: fc.oneof(argument, odd), context: odd })),
  form('subscriptions/listen', fc.record({ notifications: fc.oneof(notifications, odd) })),
  form('logging/setLevel', fc.record({ level: odd })),
  form('server/discover', odd),
  form('tools/list', odd),
  form('tools/call', fc.oneof(call, odd)),
  form('initialize', fc.record({ protocolVersion: odd, capabilities: odd, clientInfo: odd })),
  form('notifications/cancelled', fc.record({ requestId: fc.oneof(fc.nat(20), odd), reason: odd })),
  form('notifications/progress', fc.record({ progressToken: odd, progress: odd })),
  form('notifications/initialized', odd),
  form('notifications/roots/list_changed', odd),
  form('tasks/get', fc.record({ taskId: odd })),
  form('ping', odd),
);
/** What a message says of itself, by either era. */
const meta = fc.oneof(
  fc.constant(undefined),
  fc.constant(META),
  fc.record({ progressToken: odd, traceparent: odd, ...constants(META) }, { requiredKeys: [] }),
);

/** Requests and notifications that the server knows, with most of their parameters wrong. */
export const request: fc.Arbitrary<Message> = fc
  .tuple(known, fc.oneof({ weight: 8, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: odd }), meta)
  .map(([{ method, params }, id, told]) => ({
    jsonrpc: '2.0',
    ...(method.startsWith('notifications/') ? {} : { id }),
    method,
    params: told === undefined || typeof params !== 'object' || params === null ? params : { ...params, _meta: told },
  }));

/** Each value of an object, or an odd one in its place. */
function constants(values: Readonly<Record<string, unknown>>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.oneof(fc.constant(value), odd)]));
}
