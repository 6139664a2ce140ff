import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { NAME } from './schemas.ts';
import type { Asked } from '../../src/mcp/calls/request-state.ts';
import { said, type Fixture, type FixtureCall } from './fixture.ts';

// Tools of the multi round-trip requests (MCP 2026-07-28), each named by the conformance suite.

const elicitName = (message: string) => inputRequired.elicit({ message, requestedSchema: NAME });
const capital = () => sampled('What is the capital of France?', 100);
const sampled = (text: string, maxTokens: number) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens });
const OK = { type: 'object' as const, properties: { ok: { type: 'boolean' as const } }, required: ['ok'] };
const COLOR = { type: 'object' as const, properties: { color: { type: 'string' as const } }, required: ['color'] };

/** What the client can be asked for. */
function declaredIn(envelope: object | undefined): object {
  const facts = z.object({ [CLIENT_CAPABILITIES_META_KEY]: z.looseObject({}) }).safeParse(envelope);
  return facts.data?.[CLIENT_CAPABILITIES_META_KEY] ?? {};
}

/** The words in the state that came back; the server has refused a changed one by then. */
const opened = (mcpReq: FixtureCall['mcpReq']) => mcpReq.requestState<Asked>()?.asked;

const confirmed: Fixture = async ({ mcpReq, seal }) => {
  const state = opened(mcpReq);
  if (state === undefined || mcpReq.inputResponses === undefined) {
    const confirm = inputRequired.elicit({ message: 'Please confirm', requestedSchema: OK });
    return inputRequired({ inputRequests: { confirm }, requestState: await seal('asked') });
  }
  return said('state-ok');
};

/** Every tool by its name. */
export const asking: Readonly<Record<string, Fixture>> = {
  test_input_required_result_elicitation: async ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_name', z.object({ name: z.string() }));
    if (answer !== undefined) return said(`Hello, ${answer.name}!`);
    return inputRequired({ inputRequests: { user_name: elicitName('What is your name?') } });
  },
  test_input_required_result_sampling: async ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question');
    if (answer.kind === 'sampling') return said(JSON.stringify(answer.result.content));
    return inputRequired({ inputRequests: { capital_question: capital() } });
  },
  test_input_required_result_list_roots: async ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots');
    if (answer.kind === 'roots') return said(answer.roots.map(({ uri }) => uri).join(' '));
    return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  },
  test_input_required_result_request_state: confirmed,
  test_input_required_result_tampered_state: confirmed,
  test_input_required_result_multiple_inputs: async ({ mcpReq, seal }) => {
    if (opened(mcpReq) !== undefined && mcpReq.inputResponses !== undefined) {
      return said(Object.keys(mcpReq.inputResponses).join(' '));
    }
    return inputRequired({
      inputRequests: {
        user_name: elicitName('What is your name?'),
        greeting: sampled('Generate a greeting', 50),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await seal('asked'),
    });
  },
  test_input_required_result_multi_round: async ({ mcpReq, seal }) => {
    const state = opened(mcpReq);
    if (state === 'second') return said('done');
    if (state === undefined) {
      return inputRequired({
        inputRequests: { step1: elicitName('Step 1: What is your name?') },
        requestState: await seal('first'),
      });
    }
    const message = 'Step 2: What is your favorite color?';
    const step2 = inputRequired.elicit({ message, requestedSchema: COLOR });
    return inputRequired({ inputRequests: { step2 }, requestState: await seal('second') });
  },
  test_input_required_result_capabilities: async ({ mcpReq, seal }) => {
    const declared = declaredIn(mcpReq.envelope);
    return inputRequired({
      inputRequests: {
        ...('elicitation' in declared && { user_name: elicitName('What is your name?') }),
        ...('sampling' in declared && { greeting: sampled('Generate a greeting', 50) }),
      },
      requestState: await seal('asked'),
    });
  },
};
