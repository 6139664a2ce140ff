import { LAST_WORD, type Asked, type Loose, type Offered, type Turn, type Written } from './api.ts';

/** Tools, of which some come in named groups. */
const ungrouped = (tools: readonly Loose[]): Offered[] =>
  tools.flatMap((tool): Offered[] =>
    tool.type === 'namespace'
      ? (tool.tools ?? []).map((inner: Loose) => ({ ...inner, group: tool.name }))
      : [{ ...tool, name: tool.name ?? tool.type }],
  );

/** Responses of OpenAI. A search for tools answers with more of them. */
export function readResponses(body: Loose): Asked {
  const items: Loose[] = Array.isArray(body.input) ? body.input : [];
  const results = items.filter((item) => String(item.type).endsWith('_output'));
  const found = results.flatMap((item) => (item.type === 'tool_search_output' ? (item.tools ?? []) : []));
  return { tools: ungrouped([...(body.tools ?? []), ...found]), results, after: items.at(-1) };
}

export function answerResponses(turn: Turn, body: Loose): Written {
  const id = `fc_${turn.id}`;
  const word = { type: 'output_text', text: LAST_WORD, annotations: [] };
  let item: object = { type: 'message', role: 'assistant', id, status: 'completed', content: [word] };
  if ('tool' in turn) {
    const call = { id, call_id: `call_${turn.id}`, status: 'completed' };
    const group = turn.tool.group === undefined ? {} : { namespace: turn.tool.group };
    item =
      turn.tool.type === 'tool_search'
        ? { ...call, type: 'tool_search_call', execution: 'client', arguments: turn.args }
        : { ...call, ...group, type: 'function_call', name: turn.tool.name, arguments: JSON.stringify(turn.args) };
  }
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  };
  const head = { id: `resp_${turn.id}`, object: 'response', created_at: 1, model: body.model, tools: [], usage };
  const json = { ...head, status: 'completed', output: [item] };
  const events: readonly (readonly [string, object])[] = [
    ['response.created', { response: { ...head, status: 'in_progress', output: [] } }],
    ['response.output_item.added', { output_index: 0, item }],
    ['response.output_item.done', { output_index: 0, item }],
    ['response.completed', { response: json }],
  ];
  return { json, events: events.map(([type, data], index) => [type, { type, sequence_number: index, ...data }]) };
}

/** Chat completions of OpenAI. */
export function readChat(body: Loose): Asked {
  const messages: Loose[] = body.messages ?? [];
  return {
    tools: (body.tools ?? []).map((tool: Loose) => tool.function ?? tool),
    results: messages.filter((message) => message.role === 'tool'),
    after: messages.at(-1),
  };
}

export function answerChat(turn: Turn): Written {
  const calls =
    'tool' in turn
      ? [
          {
            id: `call_${turn.id}`,
            type: 'function',
            function: { name: turn.tool.name, arguments: JSON.stringify(turn.args) },
          },
        ]
      : undefined;
  const message = { role: 'assistant', content: calls ? null : LAST_WORD, ...(calls && { tool_calls: calls }) };
  const finish_reason = calls ? 'tool_calls' : 'stop';
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const base = { id: `chat_${turn.id}`, created: 1, model: 'scripted' };
  const chunk = (choices: readonly object[], more: object = {}) =>
    [undefined, { ...base, object: 'chat.completion.chunk', choices, ...more }] as const;
  const delta = { ...message, ...(calls && { tool_calls: calls.map((call, index) => ({ index, ...call })) }) };
  return {
    json: { ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage },
    events: [
      chunk([{ index: 0, delta, finish_reason: null }]),
      chunk([{ index: 0, delta: {}, finish_reason }]),
      chunk([], { usage }),
      [undefined, '[DONE]'],
    ],
  };
}
