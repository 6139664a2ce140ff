import { describe, expect, test } from 'vitest';
import { requestIdOf } from '../../../src/mcp/request-id.ts';
import { MessageSizeLimit, type DroppedMessage } from '../../../src/mcp/stdio/message-size-limit.ts';

async function through(chunks: readonly string[], maxBytes: number) {
  const dropped: DroppedMessage[] = [];
  const limit = new MessageSizeLimit({ maxBytes, onDropped: (message) => dropped.push(message) });
  for (const chunk of chunks) limit.write(chunk);
  limit.end();
  const passed: string[] = [];
  for await (const part of limit) passed.push(String(part));
  return { passed, dropped };
}

describe('the message size limit', () => {
  test('passes whole lines, whatever chunks they arrive in', async () => {
    expect((await through(['ab', 'c\nde', 'f\n', 'g\nh\n'], 10)).passed).toEqual(['abc\n', 'def\n', 'g\n', 'h\n']);
  });

  test('passes a line of exactly the limit, drops one with a byte more, and passes the next', async () => {
    const { passed, dropped } = await through(['12345\n123456\n1\n'], 5);
    expect(passed).toEqual(['12345\n', '1\n']);
    expect(dropped).toEqual([{ bytes: 6, head: '123456', tail: '123456' }]);
  });

  test('keeps both ends of a dropped line that arrived in pieces', async () => {
    const { dropped } = await through(['{"id":1,', 'x'.repeat(600), 'y'.repeat(600), 'end}\n'], 100);
    expect(dropped[0]?.bytes).toBe(8 + 600 + 600 + 4);
    expect(dropped[0]?.head).toMatch(/^\{"id":1,/);
    expect(dropped[0]?.tail).toMatch(/yend\}$/);
  });

  test('passes a last line without newline', async () => {
    expect((await through(['a\nb'], 5)).passed).toEqual(['a\n', 'b\n']);
  });
});

describe('the request id of a dropped message', () => {
  test.each([
    [{ head: '{"jsonrpc":"2.0","id":5,"method":"x"', tail: 'xxx"}}' }, 5],
    [{ head: '{"id":"abc","method":"x"', tail: 'xxx"}}' }, 'abc'],
    [{ head: '{"method":"tools/call","params":{"a":"', tail: 'xxx"},"jsonrpc":"2.0","id":7}' }, 7],
    [{ head: '{"method":"tools/call","params":{"a":"', tail: 'xxx"},"id":7,"jsonrpc":"2.0"}' }, 7],
    [{ head: '{"method":"tools/call","params":{"id":3,"a":"', tail: 'xxx","id":9}}' }, undefined],
    [{ head: 'garbage', tail: 'garbage' }, undefined],
  ])('with the ends %j is %s', (ends, id) => {
    expect(requestIdOf(ends)).toBe(id);
  });
});
