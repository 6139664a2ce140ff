import {
  inputRequired,
  inputResponse,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ToolCall } from '../tools/definition/define.ts';
import { InputNeeded } from './invoke.ts';

/** The part of a client's capabilities that concerns elicitation. */
const Capabilities = z.object({
  elicitation: z.object({ form: z.unknown().optional(), url: z.unknown().optional() }).optional(),
});

/** Key of the one question that a call may ask. */
const CONFIRM = 'confirm';

/**
 * How a call asks its user: a client that declares form elicitation shows the question and repeats the call with the
 * answer (MCP 2026-07-28, "Multi round-trip requests"; for clients of the 2025 era the SDK sends `elicitation/create` over
 * the open connection instead). Undefined where the client declares no form elicitation: asking would be an error.
 */
export function elicitThrough(context: ServerContext, capabilities: unknown): ToolCall['ask'] {
  if (!takesForms(capabilities)) return undefined;
  return async (question) => {
    const answer = inputResponse(context.mcpReq.inputResponses, CONFIRM);
    if (answer.kind === 'missing') throw new InputNeeded(question);
    if (answer.kind !== 'elicit') return 'dismissed';
    if (answer.action === 'accept') return 'given';
    return answer.action === 'decline' ? 'declined' : 'dismissed';
  };
}

/** An empty object declares forms: before MCP 2025-11-25 ("Elicitation") there was no `form` or `url` to name. */
function takesForms(capabilities: unknown): boolean {
  const elicitation = Capabilities.safeParse(capabilities).data?.elicitation;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/** The question as the protocol carries it. The form has no fields: accepting it is the consent. */
export function toInputRequired(question: string): InputRequiredResult {
  const requestedSchema = { type: 'object' as const, properties: {} };
  const ask = inputRequired.elicit({ mode: 'form', message: question, requestedSchema });
  return inputRequired({ inputRequests: { [CONFIRM]: ask } });
}
