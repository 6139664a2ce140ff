import { describe, expect, test } from 'vitest';
import { contentOf } from './model/content.ts';
import { gotOf } from './model/script.ts';
import { hear, type Spoken } from './recording/spoken.ts';

/* What the steps of `npm run test:compat` judge by. The clients themselves are not needed for it. */

const BASE64 = 'abcd'.repeat(200);

describe('what a model was given', () => {
  test('is a picture in the form of each API, also in a message of its own or beside the result', () => {
    const anthropic = { type: 'tool_result', content: [{ type: 'image', source: { data: BASE64 } }] };
    expect(contentOf(anthropic, { content: [anthropic] })).toMatchObject({ pictures: 1, base64AsText: false });
    const chat = { role: 'tool', content: 'Made 1 picture.' };
    const message = { role: 'user', content: [{ type: 'image_url', image_url: { url: BASE64 } }] };
    expect(contentOf(chat, message)).toMatchObject({ pictures: 1, base64AsText: false });
    expect(contentOf(chat, chat)).toMatchObject({ pictures: 0 });
    const gemini = { functionResponse: { response: { output: 'Made 1 picture.' } } };
    const beside = { inlineData: { mimeType: 'image/jpeg', data: BASE64 } };
    expect(contentOf(gemini, { parts: [gemini, beside] })).toMatchObject({ pictures: 1, base64AsText: false });
  });

  test('is base64 as text where a host quotes the picture', () => {
    const quoted = { role: 'tool', content: JSON.stringify([{ type: 'image', data: BASE64 }]) };
    expect(contentOf(quoted, quoted)).toMatchObject({ pictures: 0, base64AsText: true });
  });

  test('is nothing where a result did not come back, and an empty form where its words are missing', () => {
    const given = { api: 'chat', tool: 'generate_image', text: '', pictures: 0, base64AsText: false };
    expect(gotOf([given])).toEqual({ generate_image: '', show_images: 'nothing', refusal: 'nothing' });
    const text = '{\\"state\\":\\"succeeded\\"} Made 1 picture.\\n';
    expect(gotOf([{ ...given, text, pictures: 1 }]).generate_image).toBe('text + structured + picture');
    const refused = {
      ...given,
      tool: 'fill_image',
      text: 'It needs to know what may change. Nobody answered.\nNext: …',
    };
    expect(gotOf([refused]).refusal).toBe('text');
    const record = JSON.stringify({ code: 'invalid_argument', message: 'It needs to know what may change. No.' });
    expect(gotOf([{ ...refused, text: `${record}\n` }]).refusal).toBe('structured');
  });
});

test('what was said tells revision, calls, progress and cancellation', () => {
  const call = { method: 'tools/call', params: { name: 'list_images', _meta: { progressToken: 1 } } };
  const spoken: Spoken[] = [
    { from: 'server', message: { result: { protocolVersion: '2025-11-25' } } },
    { from: 'client', message: call },
    { from: 'server', message: { method: 'notifications/progress' } },
  ];
  const calls = [{ tool: 'list_images', arguments: {} }];
  const heard = { revision: '2025-11-25', calls, asksForProgress: true, progress: 1, cancelled: false };
  expect(hear(spoken)).toEqual(heard);
  const answered = { method: 'tools/call', params: { name: 'list_images', inputResponses: {} } };
  expect(hear([...spoken, { from: 'client', message: answered }])).toEqual(heard);
  const cancelled: Spoken = { from: 'client', message: { method: 'notifications/cancelled' } };
  expect(hear([...spoken, cancelled])).toEqual({ ...heard, cancelled: true });
});
