import { LAST_WORD, type Asked, type Loose, type Turn, type Written } from './api.ts';

/** Messages of Anthropic. */
export function readAnthropic(body: Loose): Asked {
  const blocks: Loose[] = (body.messages ?? []).flatMap((message: Loose) =>
    Array.isArray(message.content) ? message.content : [],
  );
  const results = blocks.filter((block) => block.type === 'tool_result');
  return { tools: body.tools ?? [], results, after: body.messages?.at(-1) };
}

export function answerAnthropic(turn: Turn, body: Loose): Written {
  const block =
    'tool' in turn
      ? { type: 'tool_use', id: `toolu_${turn.id}`, name: turn.tool.name, input: turn.args }
      : { type: 'text', text: LAST_WORD };
  const stop_reason = 'tool' in turn ? 'tool_use' : 'end_turn';
  const message = {
    id: `msg_${turn.id}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: [] as object[],
    stop_reason: null as string | null,
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const delta =
    'tool' in turn
      ? { type: 'input_json_delta', partial_json: JSON.stringify(turn.args) }
      : { type: 'text_delta', text: LAST_WORD };
  const empty = 'tool' in turn ? { ...block, input: {} } : { type: 'text', text: '' };
  const events: readonly (readonly [string, object])[] = [
    ['message_start', { message }],
    ['content_block_start', { index: 0, content_block: empty }],
    ['content_block_delta', { index: 0, delta }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 1 } }],
    ['message_stop', {}],
  ];
  return {
    json: { ...message, content: [block], stop_reason },
    events: events.map(([type, data]) => [type, { type, ...data }]),
  };
}
