import { expect, test } from 'vitest';
import type { Resource } from '../../../src/resources/define.ts';
import { serveBothWays } from '../fixture/both-ways.ts';

/** Requests at once: more than the listeners after which Node warns. */
const MANY = 20;
const URI = 'firefly://usage';

test('many reads at once warn of no leak', async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error) => void warnings.push(name);
  process.on('warning', note);
  let open = 0;
  let answer = () => {};
  const all = new Promise<void>((resolve) => (answer = resolve));
  const waiting: Resource = {
    kind: 'fixed',
    uri: URI,
    name: 'usage',
    title: 'Usage',
    description: 'The quota.',
    mimeType: 'text/plain',
    read: async () => {
      open += 1;
      if (open === MANY) answer();
      await all;
      return [{ uri: URI, mimeType: 'text/plain', text: '' }];
    },
  };
  const ways = await serveBothWays({ loadResources: async () => [waiting] });
  const reads = Array.from({ length: MANY }, (_, id) =>
    JSON.stringify({ jsonrpc: '2.0', id, method: 'resources/read', params: { uri: URI } }),
  );
  expect(await ways.stdio(reads.join('\n'), MANY)).toHaveLength(MANY);
  await ways.close();
  // Node warns a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);
  expect(warnings).not.toContain('MaxListenersExceededWarning');
});
