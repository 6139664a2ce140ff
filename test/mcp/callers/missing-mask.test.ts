import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plain } from '../../images/pictures.ts';
import { accepted, callRaw, questionIn, type RawAnswer, type Repeated } from './raw-call.ts';
import { SharedServer } from './shared-server.ts';

let server: SharedServer;
let dataUri: string;
beforeAll(async () => {
  server = await SharedServer.open({ FIREFLY_CONFIRM: 'always' });
  const picture = await plain(1024, 1024).png().toBuffer();
  dataUri = `data:image/png;base64,${picture.toString('base64')}`;
});
afterAll(() => server.end());

/** What a person is asked, and who answers "left half" and then ticks the box. */
function person() {
  const asked: { message: string; fields: readonly string[] }[] = [];
  const prepare = (client: Client) =>
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      const { properties = {} } = 'requestedSchema' in params ? params.requestedSchema : {};
      asked.push({ message: params.message, fields: Object.keys(properties) });
      return { action: 'accept', content: 'choice' in properties ? { choice: 'left half' } : { spend: true } };
    });
  return { asked, setup: { capabilities: { elicitation: { form: {} } }, prepare } };
}

type Setup = ReturnType<typeof person>['setup'];
const CLIENTS = [
  ['stdio, 2025-11-25', (setup?: Setup) => server.overStdio('legacy', setup)],
  ['stdio, 2026-07-28', (setup?: Setup) => server.overStdio({ pin: '2026-07-28' }, setup)],
  ['HTTP, 2025-11-25', (setup?: Setup) => server.overNetwork('ada', 'sessions', setup)],
  ['HTTP, 2026-07-28', (setup?: Setup) => server.overNetwork('ada', 'requests', setup)],
] as const;

describe.each(CLIENTS)('a fill without a mask over %s', (way, connect) => {
  test('asks the user once for the part and once for the money, and then is made', { tags: 'long' }, async () => {
    const { asked, setup } = person();
    const client = await connect(setup);
    const input = { image: dataUri, prompt: `a hat ${way}`, wait_seconds: 30 };
    const result = await client.callTool({ name: 'fill_image', arguments: input });
    expect(asked).toEqual([
      {
        message: expect.stringContaining('what may change in img_'),
        fields: ['choice', 'left', 'top', 'width', 'height'],
      },
      { message: expect.stringContaining('Spend 1 operation'), fields: ['spend'] },
    ]);
    expect(result.isError ?? false).toBe(false);
    expect(JSON.stringify(result.structuredContent)).toContain('The user was asked and chose mask_shapes');
  });

  test('names the arguments where the client cannot ask', { tags: 'long' }, async () => {
    const client = await connect();
    const result = await client.callTool({ name: 'fill_image', arguments: { image: dataUri, prompt: 'a hat' } });
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_argument' } } });
    for (const name of ['mask_shapes', 'select', 'mask']) expect(JSON.stringify(result)).toContain(name);
  });
});

describe('the answer about a mask in the 2026-07-28 era', () => {
  const submits = () => server.emulator.control.jobs().length;

  const send = (who: 'ada' | 'ben', repeated: Repeated, prompt = 'a raw hat') =>
    callRaw(server, who, { name: 'fill_image', input: { image: dataUri, prompt, wait_seconds: 0 }, repeated });
  const reply = (asked: RawAnswer) =>
    accepted(asked, 'choice' in questionIn(asked).properties ? { choice: 'left half' } : { spend: true });
  const REFUSED = { result: { isError: true, structuredContent: { error: { code: 'invalid_argument' } } } };

  test('counts with the state of its question only, for its principal and its call', async () => {
    const before = submits();
    const choice = reply(await send('ada', {}));
    const changed = choice.requestState.replace(/.(?=.{5}$)/, (one) => (one === 'A' ? 'B' : 'A'));
    expect(await send('ada', { ...choice, requestState: changed })).toMatchObject({ error: { code: -32602 } });
    expect(await send('ben', choice)).toMatchObject({ error: { code: -32602 } });
    expect(await send('ada', { inputResponses: choice.inputResponses })).toMatchObject(REFUSED);
    // Another call is asked about itself.
    expect(await send('ada', choice, 'a raw scarf')).toMatchObject({ result: { resultType: 'input_required' } });
    const money = reply(await send('ada', choice));
    expect(await send('ben', money)).toMatchObject({ error: { code: -32602 } });
    // The state of the second question holds the answer to the first.
    expect(submits()).toBe(before);
    expect(await send('ada', money)).toMatchObject({ result: { resultType: 'complete' } });
    await expect.poll(submits).toBe(before + 1);
  });
});
