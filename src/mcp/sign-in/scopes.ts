import { isRecord } from '../../shared/text/json.ts';
import type { Rights, Scope } from '../../shared/caller.ts';
import type { ToolDescription } from '../../tools/definition/catalogue.ts';

/** Names of scopes in tokens, in the file of people and in challenges. */
export const SCOPE_NAMES: Readonly<Record<Scope, string>> = {
  read: 'firefly:read',
  generate: 'firefly:generate',
  admin: 'firefly:admin',
};

const SCOPES: readonly Scope[] = ['read', 'generate', 'admin'];

/** The scope that each method of the protocol needs; those that are absent need none. A tool has its own row. */
const METHODS: Readonly<Record<string, Scope>> = {
  'resources/list': 'read',
  'resources/templates/list': 'read',
  'resources/read': 'read',
  'resources/subscribe': 'read',
  'resources/unsubscribe': 'read',
  'completion/complete': 'read',
};

/** The scopes with these names; other names are those of other services. */
export function scopesNamed(names: readonly string[]): ReadonlySet<Scope> {
  return new Set(SCOPES.filter((scope) => names.includes(SCOPE_NAMES[scope])));
}

/** The scope of a tool: `read` for what changes nothing. */
function scopeOfTool({ annotations }: Pick<ToolDescription, 'annotations'>): Scope {
  return annotations.readOnlyHint ? 'read' : 'generate';
}

/**
 * The first scope that one of these messages needs and the sender lacks.
 * @param messages one message, or a list of them, as they were posted
 */
export function missingScope(
  messages: unknown,
  can: Pick<Rights, 'scopes'>,
  catalogue: readonly ToolDescription[],
): Scope | undefined {
  return (Array.isArray(messages) ? messages : [messages])
    .map((message: unknown) => neededScope(message, catalogue))
    .find((scope) => scope !== undefined && !can.scopes.has(scope));
}

function neededScope(message: unknown, catalogue: readonly ToolDescription[]): Scope | undefined {
  if (!isRecord(message) || typeof message['method'] !== 'string') return undefined;
  const { method, params } = message;
  if (method !== 'tools/call') return Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  const tool = catalogue.find(({ name }) => isRecord(params) && name === params['name']);
  // A name that is not listed may be a former one; the call itself is judged again where it is carried out.
  return tool && scopeOfTool(tool);
}
