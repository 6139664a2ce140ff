import { inputRequired, type CallToolResult } from '@modelcontextprotocol/server';
import { asking } from './asking.ts';
import { PIXEL, said, text, type Fixture, type FixtureCall } from './fixture.ts';
import { DEFAULTS, ENUMS, JSON_SCHEMA, NAME, USER } from './schemas.ts';

// The tools that the conformance suite calls by name. The suite's own descriptions say what each has to answer.

/** A sound without a sample. */
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const fixed =
  (...content: CallToolResult['content']): Fixture =>
  async () => ({ content });
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
const image = { type: 'image', data: PIXEL, mimeType: 'image/png' } as const;
const resource = (uri: string, mimeType: string, words: string) =>
  ({ type: 'resource', resource: { uri, mimeType, text: words } }) as const;

const progress: Fixture = async ({ mcpReq }) => {
  const progressToken = mcpReq._meta?.progressToken;
  for (const done of [0, 50, 100]) {
    const params = { progressToken, progress: done, total: 100 };
    if (progressToken !== undefined) await mcpReq.notify({ method: 'notifications/progress', params });
    await pause();
  }
  return said('done');
};
const logging: Fixture = async ({ mcpReq }) => {
  for (const words of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await mcpReq.log('info', words);
    await pause();
  }
  return said('done');
};

/** Returns a question, and its answer in the next round. */
function ask(request: (args: FixtureCall['args']) => ReturnType<typeof inputRequired.elicit>): Fixture {
  return async ({ args, mcpReq }) => {
    const answer = mcpReq.inputResponses?.['asked'];
    if (answer === undefined) return inputRequired({ inputRequests: { asked: request(args) } });
    return said(`Answer: ${JSON.stringify(answer)}`);
  };
}

const sample = (words: unknown) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: String(words) } }],
    maxTokens: 100,
  }) as ReturnType<typeof inputRequired.elicit>;

const NOTHING = { type: 'object' as const };
/** Every tool with the schema of its arguments. */
export const FIXTURES: Readonly<Record<string, { readonly inputSchema: object; readonly run: Fixture }>> = {
  ...plain({
    test_simple_text: fixed(text('This is a simple text response for testing.')),
    test_image_content: fixed(image),
    test_audio_content: fixed({ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }),
    test_embedded_resource: fixed(
      resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.'),
    ),
    test_multiple_content_types: fixed(
      text('Multiple content types test:'),
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ),
    test_error_handling: async () => ({
      ...said('This tool intentionally returns an error for testing'),
      isError: true,
    }),
    test_tool_with_progress: progress,
    test_tool_with_logging: logging,
    test_logging_tool: logging,
    test_elicitation_sep1034_defaults: ask(() =>
      inputRequired.elicit({ message: 'Check these.', requestedSchema: DEFAULTS }),
    ),
    test_elicitation_sep1330_enums: ask(() => inputRequired.elicit({ message: 'Choose.', requestedSchema: ENUMS })),
    test_streaming_elicitation: ask(() =>
      inputRequired.elicit({ message: 'What is your name?', requestedSchema: NAME }),
    ),
    test_missing_capability: ask(() => sample('Hello')),
    ...asking,
  }),
  test_sampling: {
    inputSchema: { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
    run: ask(({ prompt }) => sample(prompt)),
  },
  test_elicitation: {
    inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    run: ask(({ message }) => inputRequired.elicit({ message: String(message), requestedSchema: USER })),
  },
  test_header: {
    inputSchema: {
      type: 'object',
      properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
      required: ['region'],
    },
    run: async ({ args }) => said(String(args['region'])),
  },
  json_schema_2020_12_tool: { inputSchema: JSON_SCHEMA, run: async () => said('taken') },
};

function plain(runs: Readonly<Record<string, Fixture>>) {
  return Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, { inputSchema: NOTHING, run }]));
}
