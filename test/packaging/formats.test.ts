import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZodType } from 'zod';
import { describe, expect, test } from 'vitest';
import packageFacts from '../../package.json' with { type: 'json' };
import { ASKED_OPTIONS, DESCRIPTION } from '../../packaging/description.mjs';
import { manifest } from '../../packaging/mcpb/manifest.mjs';
import { serverJson } from '../../packaging/registry.mjs';
import { ROOT } from '../architecture/source-files.ts';
import { AgentPlugin, AgentPluginServers, ClaudePlugin, GeminiExtension, ServerJson } from './formats.ts';

const json = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;
const { version } = packageFacts;
const secrets = ASKED_OPTIONS.filter(({ secret }) => secret);

const FILES: readonly (readonly [path: string, format: ZodType, wrong: Record<string, unknown>])[] = [
  ['server.json', ServerJson, { description: 'x'.repeat(101) }],
  ['packaging/agent-plugin/plugin.json', AgentPlugin, { displayName: 'unknown to 1.0.0' }],
  ['packaging/agent-plugin/mcp.json', AgentPluginServers, { mcpServers: { firefly: { command: 'npx' } } }],
  ['gemini-extension.json', GeminiExtension, { name: 'firefly_mcp' }],
  ['packaging/claude-plugin/.claude-plugin/plugin.json', ClaudePlugin, { userConfig: { a: { type: 'secret' } } }],
];

describe.each(FILES)('%s', (path, format, wrong) => {
  test('has the form that its readers accept, and the version of the package', () => {
    expect(format.safeParse(json(path)).error).toBeUndefined();
    if (!path.endsWith('mcp.json')) expect(json(path)).toMatchObject({ version });
    expect(format.safeParse({ ...json(path), ...wrong }).success).toBe(false);
  });

  test('holds no secret, and no name of a secret in an argument', () => {
    const text = JSON.stringify(json(path));
    for (const { variable } of secrets) expect(text).not.toMatch(new RegExp(`--[a-z-]*secret|${variable}=`));
  });
});

test('a release adds the bundle for Claude Desktop to server.json, with its hash', () => {
  const mcpb = { url: `${DESCRIPTION.repository}/releases/download/v1/x.mcpb`, sha256: 'a'.repeat(64) };
  const released = serverJson(version, mcpb);
  expect(ServerJson.safeParse(released).error).toBeUndefined();
  expect(released['packages']).toMatchObject([
    { registryType: 'npm' },
    { registryType: 'oci' },
    { fileSha256: mcpb.sha256 },
  ]);
});

describe('the manifest of the bundle for Claude Desktop', () => {
  const made = manifest({ version, node: packageFacts.engines.node, tools: [] });

  test('asks for a secret as such, for folders as a list, and for nothing that is required', () => {
    expect(made.user_config).toMatchObject({
      client_secret: { type: 'string', sensitive: true },
      client_id: { type: 'string', sensitive: false },
      roots: { type: 'directory', multiple: true, default: [] },
      output_dir: { type: 'directory' },
      demo: { type: 'boolean', default: false },
    });
    expect(Object.values(made.user_config).filter(({ required }) => required)).toEqual([]);
  });

  test('passes the secret in the environment, and every answer somewhere', () => {
    const { args, env } = made.server.mcp_config;
    expect(env['FIREFLY_CLIENT_SECRET']).toBe('${user_config.client_secret}');
    expect(args.join()).not.toContain('secret');
    const used = JSON.stringify({ args, env }).match(/(?<=user_config\.)\w+/g);
    expect(used?.toSorted()).toEqual(Object.keys(made.user_config).toSorted());
  });

  test('names the privacy policies that apply, ours and Adobe’s', () => {
    expect(made.privacy_policies).toHaveLength(2);
    expect(made.privacy_policies[0]).toBe(`${DESCRIPTION.repository}/blob/main/docs/privacy.md`);
    expect(readFileSync(join(ROOT, 'docs/privacy.md'), 'utf8')).toContain('Adobe');
  });
});
