import {
  inputRequired,
  inputResponse,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ToolCall } from '../tools/definition/define.ts';
import { InputNeeded } from './invoke.ts';

/** What a client says it can do, as far as questions go. */
const Capabilities = z.object({
  elicitation: z.object({ form: z.unknown().optional(), url: z.unknown().optional() }).optional(),
});

/** Name of the one question in a call. */
const CONFIRM = 'confirm';

/**
 * How a call asks its user: the client that declares form elicitation shows the question and repeats the call with the
 * answer (2026-07-28, "Multi round-trip requests"; the SDK does the same for clients of the 2025 era over a connection
 * that can carry it). Undefined where the client does not declare it: asking would then be an error.
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

/** Before `form` and `url` were told apart, an empty object meant forms (2025-11-25, "Elicitation"). */
function takesForms(capabilities: unknown): boolean {
  const elicitation = Capabilities.safeParse(capabilities).data?.elicitation;
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

/** The question as the protocol carries it. There is nothing to fill in: to accept the form is the yes. */
export function toInputRequired(question: string): InputRequiredResult {
  const requestedSchema = { type: 'object' as const, properties: {} };
  const ask = inputRequired.elicit({ mode: 'form', message: question, requestedSchema });
  return inputRequired({ inputRequests: { [CONFIRM]: ask } });
}
