import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';
import { PROGRAM } from '../support/program/command.ts';
import { install } from './installed.mjs';
import { COMPAT } from './nodes.ts';

/*
 * The built product beside the packages of OpenTelemetry, in a process that has them set up: an optional peer, which
 * npm test replaces by a double.
 */

const TRACING = join(COMPAT, 'tracing');
const why = await install(TRACING);
if (why !== undefined) console.log(`tracing: SKIPPED, since ${why}.`);

const folder = temporaryFolder('firefly-compat-tracing-');
afterAll(() => removeFolder(folder));

interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly parent?: { readonly traceId: string; readonly spanId: string; readonly isRemote?: boolean };
  readonly status: { readonly code: number };
}

/** The product as npm installs it: with the peer, where the installation has it, beside its own packages. */
function installed(): string {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const [from, names] of [
    [join(ROOT, 'node_modules'), ['sharp', 'pg', '@photostructure']],
    [join(TRACING, 'node_modules'), ['@opentelemetry']],
  ] as const) {
    for (const name of readdirSync(from).filter((each) => names.some((wanted) => wanted === each)))
      symlinkSync(join(from, name), join(modules, name), 'junction');
  }
  cpSync(dirname(PROGRAM), join(folder, 'dist'), { recursive: true });
  return join(folder, 'dist/main.js');
}

test.skipIf(why !== undefined)('each call is one span, with the parent that the client names in _meta', async () => {
  const file = join(folder, 'spans.jsonl');
  writeFileSync(file, '');
  const client = new Client({ name: 'traced', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ['--require', join(TRACING, 'register.cjs'), installed(), 'stdio', '--demo'],
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, FIREFLY_HOME: join(folder, 'home'), SPANS_FILE: file },
      stderr: 'ignore',
    }),
  );
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const _meta = { traceparent: `00-${trace}-${span}-01` };
  await client.callTool({ name: 'job_status', arguments: {}, _meta });
  await client.callTool({ name: 'show_images', arguments: { image: 'img_made_up' } });
  await client.close();
  const spans = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line): Span => JSON.parse(line));
  expect(spans).toMatchObject([
    {
      name: 'tools/call job_status',
      kind: 1,
      traceId: trace,
      parent: { traceId: trace, spanId: span, isRemote: true },
      attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'job_status', 'network.transport': 'pipe' },
      status: { code: 0 },
    },
    { name: 'tools/call show_images', attributes: { 'error.type': 'tool_error' }, status: { code: 2 } },
  ]);
  expect(spans[1]?.parent).toBeUndefined();
  expect(spans[1]?.traceId).not.toBe(trace);
});
