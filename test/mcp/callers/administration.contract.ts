import type { Client } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../../src/mcp/http/routes/registry.ts';
import type { Person, SharedServer } from './shared-server.ts';

/** A path of each route for administrators, by its name: what it names is of that person's. */
const PATHS: Readonly<Record<string, (job: string, principal: string) => string>> = {
  metrics: () => '/metrics',
  'admin spending': () => '/admin/spending',
  'admin jobs': () => '/admin/jobs',
  'admin cancel': (job) => `/admin/jobs/${job}`,
  'admin forget': (_job, principal) => `/admin/people?principal=${encodeURIComponent(principal)}`,
};
const guarded = ROUTES.filter((route) => route.access === 'identity' && route.scope === 'admin');
const rows = guarded.map(({ name, methods: [method] }) => ({ name, method }));
const OTHERS: readonly (Person | undefined)[] = [undefined, 'ada', 'adaReads', 'adaMakes', 'ben'];

/** What holds for the routes of administrators. */
export function administrationContract(shared: () => SharedServer): void {
  const begin = async (client: Client, prompt: string) => {
    const { structuredContent } = await client.callTool({
      name: 'generate_image',
      arguments: { prompt, wait_seconds: 0, new_job: true },
    });
    return (structuredContent as { job: string }).job;
  };
  const json = async (answer: Promise<Response>) => (await (await answer).json()) as Record<string, unknown>;
  const slowly = async (work: () => Promise<void>) => {
    shared().emulator.control.setLatency(60_000);
    await work().finally(() => shared().emulator.control.setLatency(50));
  };

  describe('the addresses of administrators', () => {
    test('each have a row here', () => {
      expect(Object.keys(PATHS)).toEqual(rows.map(({ name }) => name));
    });

    test.each(rows)('$name tells nobody else anything, of a thing that exists or of one that does not', async (row) => {
      await slowly(async () => {
        const client = await shared().overNetwork('carol', 'requests');
        const job = await begin(client, `of Carol, for ${row.name}`);
        const own = shared().principalOf('carol');
        for (const person of OTHERS) {
          const answers = [];
          for (const [id, principal] of [
            [job, own],
            ['job_00000000000000000000', 'nobody'],
          ] as const) {
            const path = PATHS[row.name]?.(id, principal) ?? '';
            const answer = await shared().fetch(person, path, { method: row.method });
            answers.push([answer.status, answer.headers.get('www-authenticate'), await answer.text()]);
          }
          expect(answers[0]).toEqual(answers[1]);
          expect(answers[0]?.[0]).toBe(person === undefined ? 401 : 403);
          if (person !== undefined) expect(answers[0]?.[1]).toContain('scope="firefly:admin"');
        }
        const { structuredContent } = await client.callTool({ name: 'cancel_job', arguments: { job } });
        expect(structuredContent).toMatchObject({ job });
      });
    });

    test('show an administrator whose jobs are running, end them, and show no prompt', async () => {
      await slowly(async () => {
        const client = await shared().overNetwork('carol', 'requests');
        const job = await begin(client, 'a secret of Carol');
        const listed = await json(shared().fetch('root', '/admin/jobs?limit=1000'));
        expect(listed['jobs']).toContainEqual(
          expect.objectContaining({ job, principal: shared().principalOf('carol'), tool: 'generate_image' }),
        );
        expect(JSON.stringify(listed)).not.toContain('secret');
        const cancelled = await json(shared().fetch('root', `/admin/jobs/${job}`, { method: 'DELETE' }));
        expect(cancelled).toMatchObject({ job, principal: shared().principalOf('carol') });
        const state = async () => {
          const { structuredContent } = await client.callTool({ name: 'job_status', arguments: { job } });
          return (structuredContent as { state: string }).state;
        };
        await expect.poll(state).toBe('cancelled');
        expect((await shared().fetch('root', `/admin/jobs/${job}`, { method: 'DELETE' })).status).toBe(409);
        const never = await shared().fetch('root', '/admin/jobs/job_00000000000000000000', { method: 'DELETE' });
        expect([never.status, await never.json()]).toMatchObject([404, { error: { code: 'unknown_job' } }]);
      });
    });

    test('show an administrator who spent what on which day', async () => {
      const client = await shared().overNetwork('carol', 'requests');
      await client.callTool({ name: 'generate_image', arguments: { prompt: 'a bill', wait_seconds: 60 } });
      const { spending } = (await json(shared().fetch('root', '/admin/spending?days=2'))) as {
        spending: { principal: string; operations: number; day: string }[];
      };
      const carol = spending.filter(({ principal }) => principal === shared().principalOf('carol'));
      expect(carol.reduce((sum, { operations }) => sum + operations, 0)).toBeGreaterThan(0);
      expect(carol[0]?.day).toMatch(/^\d{4}-\d\d-\d\d$/);
      for (const query of ['days=0', 'days=31', 'days=x', 'days=-1']) {
        expect((await shared().fetch('root', `/admin/spending?${query}`)).status, query).toBe(400);
      }
    });

    test('delete everything of a person, and nothing of anybody else', async () => {
      const [carol, ben] = [
        await shared().overNetwork('carol', 'requests'),
        await shared().overNetwork('ben', 'requests'),
      ];
      const listOf = async (client: Client) =>
        JSON.stringify(await client.callTool({ name: 'list_images', arguments: { limit: 50 } }));
      await ben.callTool({ name: 'generate_image', arguments: { prompt: 'that stays', wait_seconds: 60 } });
      await carol.callTool({ name: 'generate_image', arguments: { prompt: 'that goes', wait_seconds: 60 } });
      const before = await listOf(ben);
      const path = PATHS['admin forget']?.('', shared().principalOf('carol')) ?? '';
      const planned = await json(shared().fetch('root', `${path}&dry_run=true`, { method: 'DELETE' }));
      expect(planned).toMatchObject({ dry_run: true, pictures: expect.any(Number) as number });
      expect(await listOf(carol)).toContain('that goes');
      const done = await json(shared().fetch('root', path, { method: 'DELETE' }));
      expect(done).toMatchObject({ dry_run: false, pictures: planned['pictures'] });
      expect(await listOf(carol)).not.toContain('img_');
      expect(await listOf(ben)).toBe(before);
      for (const wrong of ['/admin/people', `${path}&dry_run=maybe`]) {
        expect((await shared().fetch('root', wrong, { method: 'DELETE' })).status).toBe(400);
      }
    });
  });
}
