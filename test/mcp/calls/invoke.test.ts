import { getEventListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { invoke, UnknownTool, type Invocation } from '../../../src/mcp/calls/invoke.ts';
import type { ServingOptions } from '../../../src/mcp/options.ts';
import { noProgress } from '../../../src/mcp/calls/progress.ts';
import { toCallToolResult } from '../../../src/mcp/calls/result.ts';
import { LOCAL } from '../../../src/shared/caller.ts';
import { Problem } from '../../../src/shared/errors.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { prepareLocation } from '../../../src/store/sqlite/location.ts';
import { testOptions } from '../fixture/options.ts';
import { tools } from '../fixture/tools.ts';
import { callerNamed } from '../../support/callers.ts';
import { searchedLines, temporaryFolder } from '../../support/artefacts.ts';

function call(name: string, input: unknown, rest: Partial<Invocation> = {}, changes: Partial<ServingOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: searchedLines(lines), now: () => 0 });
  const invocation: Invocation = {
    name,
    input,
    caller: callerNamed('local', 'c1'),
    signals: [],
    progress: noProgress,
    ...rest,
  };
  return { lines, result: invoke(testOptions({ logger, ...changes }), invocation) };
}

/** What opening a store in a folder that cannot be made ends with. */
async function lostStore(): Promise<{ readonly store: unknown; readonly folder: string }> {
  const file = join(temporaryFolder('invoke-'), 'file');
  writeFileSync(file, '');
  const folder = join(file, 'home');
  const store: unknown = await prepareLocation(join(folder, 'firefly.sqlite')).catch((error: unknown) => error);
  return { store, folder };
}

describe('invoke', () => {
  test('runs the handler with parsed input and the caller', async () => {
    const rendered = await call('echo', { prompt: 'a cat' }).result;
    expect(rendered.isError).toBe(false);
    expect(JSON.parse(rendered.text)).toEqual({ prompt: 'a cat', count: 1, principal: 'local', conversation: 'c1' });
  });

  test('treats missing arguments as an empty object', async () => {
    expect((await call('picture', undefined).result).isError).toBe(false);
  });

  test('refuses an unknown tool before any tool is loaded, and suggests the nearest name', async () => {
    const loadTools = () => Promise.reject(new Error('not to be loaded'));
    const { result } = call('ecko', {}, {}, { loadTools });
    await expect(result).rejects.toThrow(UnknownTool);
    await expect(result).rejects.toThrow('There is no tool "ecko". Did you mean echo? The tools are echo, wait,');
  });

  test('refuses a tool of the registry that is not in the catalogue', async () => {
    const [first] = testOptions().catalogue;
    const { result } = call('wait', {}, {}, { catalogue: first ? [first] : [] });
    await expect(result).rejects.toThrow('There is no tool "wait".');
  });

  test('reports wrong arguments in the text and in the structured content', async () => {
    const rendered = await call('echo', { prompt: 'a', cuont: 1 }).result;
    expect(rendered.isError).toBe(true);
    expect(rendered.text).toContain('Did you mean "count"?');
    expect(rendered.structured).toMatchObject({ error: { code: 'invalid_argument' } });
  });

  test('renders a Problem with its own code and actor', async () => {
    const rendered = await call('refuse', {}).result;
    expect(rendered.text).toContain('The quota is used up.');
    expect(rendered.structured).toMatchObject({ error: { code: 'rate_limited', who_can_act: 'wait' } });
  });

  test.each([true, false])('shows places of a problem to callers that may see them only: %s', async (serverPaths) => {
    const { store, folder } = await lostStore();
    const caller = { ...callerNamed('ada'), can: { ...LOCAL.can, serverPaths } };
    const loadTools = async () => {
      throw store;
    };
    const { text } = await call('echo', { prompt: 'a' }, { caller }, { loadTools }).result;
    expect(text).toContain('cannot be used');
    expect(text.includes(folder)).toBe(serverPaths);
  });

  test('refuses a caller without the scope before its tool runs or its arguments are looked at', async () => {
    const caller = { ...callerNamed('ada'), can: { ...LOCAL.can, scopes: new Set<never>() } };
    const rendered = await call('echo', { wrong: true }, { caller }).result;
    expect(rendered.structured).toMatchObject({ error: { code: 'scope_missing', who_can_act: 'operator' } });
  });

  test('describes a defect in the log only', async () => {
    const { lines, result } = call('broken', {});
    const rendered = await result;
    expect(rendered.structured).toMatchObject({ error: { code: 'internal_error' } });
    expect(JSON.stringify(rendered)).not.toContain('secret inner detail');
    expect(lines.join('')).toContain('secret inner detail');
    expect(lines.join('')).toContain('"tool_defect"');
  });

  test('turns a registry that cannot be loaded into an error of the call', async () => {
    const rendered = await call('echo', { prompt: 'a' }, {}, { loadTools: () => Promise.reject(new Error('gone')) })
      .result;
    expect(rendered.structured).toMatchObject({ error: { code: 'internal_error' } });
  });

  test('does not log a defect where a handler ends because the client cancelled', async () => {
    const client = new AbortController();
    const { lines, result } = call('strict', { ms: 60_000 }, { signals: [client.signal] });
    client.abort('the user changed their mind');
    expect((await result).structured).toMatchObject({ error: { code: 'call_cancelled' } });
    expect(lines.join('')).not.toContain('tool_defect');
  });

  test('returns what a waiting call has when the connection drains, or the reason why it has nothing', async () => {
    const draining = new AbortController();
    const waiting = call('wait', {}, { signals: [undefined, draining.signal] }).result;
    const strict = call('strict', { ms: 60_000 }, { signals: [draining.signal] }).result;
    draining.abort(new Problem('server_closing', 'The server stops.', { next: 'Come again.' }));
    expect((await waiting).text).toBe('job_1 is still running');
    expect((await strict).structured).toMatchObject({ error: { code: 'server_closing' } });
  });

  test('resolves only after its progress has been sent', async () => {
    const events: string[] = [];
    const progress = {
      report: () => void events.push('report'),
      finish: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        events.push('finished');
      },
    };
    await call('wait', { ms: 1 }, { progress }).result;
    events.push('answered');
    expect(events[0]).toBe('report');
    expect(events.filter((event) => event !== 'report')).toEqual(['finished', 'answered']);
    expect(events.lastIndexOf('report')).toBeLessThan(events.indexOf('finished'));
  });

  test('leaves no listener on the signals of its request', async () => {
    const client = new AbortController();
    let during = 0;
    const loadTools = async () => {
      during = getEventListeners(client.signal, 'abort').length;
      return tools;
    };
    await call('echo', { prompt: 'a' }, { signals: [client.signal] }, { loadTools }).result;
    expect(during).toBe(1);
    expect(getEventListeners(client.signal, 'abort')).toEqual([]);
  });
});

const EVERYTHING = { links: true, structured: true };

describe('toCallToolResult', () => {
  test('puts text first, then pictures, then links with their size and audience', async () => {
    expect(toCallToolResult(await call('picture', {}).result, EVERYTHING)).toEqual({
      content: [
        { type: 'text', text: 'One picture.' },
        { type: 'image', data: 'aGVsbG8=', mimeType: 'image/webp' },
        {
          type: 'resource_link',
          uri: 'firefly://images/img_1',
          name: 'img_1',
          title: 'A cat',
          mimeType: 'image/png',
          size: 12,
          annotations: { audience: ['user'] },
        },
      ],
    });
  });

  test('keeps the structured content of an error', async () => {
    expect(toCallToolResult(await call('refuse', {}).result, EVERYTHING)).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'rate_limited' } },
    });
  });
});
