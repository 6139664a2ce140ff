import { LAST_WORD, type Asked, type Loose, type Turn, type Written } from './api.ts';

/** `generateContent` and `streamGenerateContent` of Gemini. */
export function readGemini(body: Loose): Asked {
  const parts: Loose[] = (body.contents ?? []).flatMap((content: Loose) => content.parts ?? []);
  return {
    tools: (body.tools ?? []).flatMap((tool: Loose) => tool.functionDeclarations ?? []),
    results: parts.filter((part) => part.functionResponse),
    after: body.contents?.at(-1),
  };
}

export function answerGemini(turn: Turn): Written {
  const part = 'tool' in turn ? { functionCall: { name: turn.tool.name, args: turn.args } } : { text: LAST_WORD };
  const json = {
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  };
  return { json, events: [[undefined, json]] };
}
