import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../../src/resources/registry.ts';
import { tools } from '../../../src/tools/registry.ts';
import { administrationContract } from './administration.contract.ts';
import { callerContract, completenessContract, type CallerKind } from './caller.contract.ts';
import { type Person, SharedServer } from './shared-server.ts';
import { signedAddressesContract } from './signed-addresses.contract.ts';

let server: SharedServer;
beforeAll(async () => {
  server = await SharedServer.open();
});
afterAll(() => server.end());

const HERE = { serverPaths: true, localFiles: true, uploadIds: 'any' } as const;
const ELSEWHERE = { serverPaths: false, localFiles: false, uploadIds: 'own' } as const;
const ada: CallerKind['connectOther'] = (on) => on.overNetwork('ada', 'sessions');

completenessContract();

// In npm test only the caller with the fewest rights is tried. The caller over stdio has a file of its own
// (over-stdio.long.ts), since stdio needs the built program.
describe('the local caller over HTTP', { tags: 'long' }, () => {
  callerContract({ can: HERE, connect: (on) => on.overLocalHttp('sessions'), connectOther: ada }, () => server);
});

describe('a person over the network', () => {
  callerContract(
    { can: ELSEWHERE, connect: ada, connectOther: (on) => on.overNetwork('ben', 'sessions') },
    () => server,
  );
});

signedAddressesContract(() => server);
administrationContract(() => server);

describe('a sign-in with some scopes only', () => {
  const scopeOf = (intent: string) => (intent === 'read' ? 'read' : 'generate');
  const answerTo = async (person: Person, name: string) => {
    const client = await server.overNetwork(person, 'requests');
    return JSON.stringify(await client.callTool({ name, arguments: {} }).catch(String));
  };

  test.each(tools.map(({ name, intent }) => ({ name, intent })))(
    'that lacks the one of $name is told so, and gets nothing else',
    async ({ name, intent }) => {
      const [lacking, having]: Person[] =
        scopeOf(intent) === 'read' ? ['adaMakes', 'adaReads'] : ['adaReads', 'adaMakes'];
      const refused = await answerTo(lacking ?? 'ada', name);
      expect(refused).toBe(`"InsufficientScopeError: Insufficient scope: required \\"firefly:${scopeOf(intent)}\\""`);
      expect(await answerTo(having ?? 'ada', name)).not.toContain('InsufficientScope');
    },
  );

  test('that may not read gets no resource, no list and no completion', async () => {
    const client = await server.overNetwork('adaMakes', 'requests');
    const lacking = expect.objectContaining({ name: 'InsufficientScopeError', requiredScope: 'firefly:read' });
    await expect(client.listResources()).rejects.toEqual(lacking);
    for (const resource of resources) {
      const uri = resource.kind === 'fixed' ? resource.uri : resource.uriTemplate.replace('{id}', 'img_nope');
      await expect(client.readResource({ uri })).rejects.toEqual(lacking);
    }
    const ref = { type: 'ref/resource', uri: 'firefly://images/{id}' } as const;
    await expect(client.complete({ ref, argument: { name: 'id', value: '' } })).rejects.toEqual(lacking);
  });

  test('sees the tools that it may not call, since the list is the same for all', async () => {
    const client = await server.overNetwork('adaReads', 'requests');
    expect((await client.listTools()).tools).toHaveLength(tools.length);
  });
});

describe('a wrong token', () => {
  test.each(['local', 'network'] as const)('is refused over %s HTTP before anything is looked at', async (way) => {
    for (const authorization of [undefined, 'Bearer wrong', 'Basic dXNlcjpwYXNz', 'Bearer']) {
      const headers = { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
      const answer = await fetch(server.urls[way], { method: 'POST', headers, body });
      expect(answer.status).toBe(401);
      const challenge = answer.headers.get('www-authenticate') ?? '';
      expect(challenge.includes('error="invalid_token"')).toBe(authorization === 'Bearer wrong');
      expect(await answer.text()).not.toMatch(/ada|ben|issuer/);
    }
  });

  test('of the network is none of the local server, and the other way round', async () => {
    const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer token-of-ada' };
    const answer = await fetch(server.urls.local, { method: 'POST', headers, body: '{}' });
    expect(answer.status).toBe(401);
  });
});

test('the token that a caller signs in with is sent to nobody (A26)', async () => {
  const client = await server.overNetwork('ada', 'requests');
  await client.callTool({ name: 'generate_image', arguments: { prompt: 'a token', wait_seconds: 60, new_job: true } });
  const sent = server.emulator.control.requests();
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const hashes = sent.map(({ authorization }) => authorization?.sha256);
  expect(hashes.filter((hash) => hash !== undefined).length).toBeGreaterThan(1);
  for (const token of ['Bearer token-of-ada', 'token-of-ada']) expect(hashes).not.toContain(hashOf(token));
  expect(JSON.stringify(sent)).not.toContain('token-of-');
});

test(
  '"last" of a caller without conversations is its own newest picture, never another one\'s',
  { tags: 'long' },
  async () => {
    const [of, other] = [await server.overNetwork('ada', 'requests'), await server.overNetwork('ben', 'requests')];
    const make = (prompt: string) => ({
      name: 'generate_image',
      arguments: { prompt, wait_seconds: 60, new_job: true },
    });
    await of.callTool(make('the newest of Ada'));
    await other.callTool(make('the newest of Ben'));
    const shown = JSON.stringify(await of.callTool({ name: 'show_images', arguments: {} }));
    expect(shown).toContain('the newest of Ada');
    expect(shown).not.toContain('of Ben');
  },
);
