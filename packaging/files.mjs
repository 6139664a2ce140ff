// @ts-check
// Every generated file of the repository that has to do with installing, as text by path.
import { format, resolveConfig } from 'prettier';
import { compose, dockerfile, dockerignore } from './container.mjs';
import { DESCRIPTION, exampleLaunch } from './description.mjs';
import { agentPlugin, agentPluginServers, claudeMarketplace, claudePlugin, geminiExtension } from './plugins.mjs';
import { serverJson } from './registry.mjs';

/** Files that are copies of others, since hosts look for them within a plugin's folder. */
export const COPIES = { 'packaging/claude-plugin/.claude-plugin/icon.png': DESCRIPTION.icon };

/** @returns {unknown} `mcp.json.example`: one server for Adobe, one for the emulator */
export function mcpExample() {
  const { serverKey, demoKey } = DESCRIPTION;
  return { mcpServers: { [serverKey]: exampleLaunch(), [demoKey]: exampleLaunch({ demo: true }) } };
}

/**
 * @param {string} version of the package
 * @returns {Promise<ReadonlyMap<string, string>>} text of each generated file by its path in the repository
 */
export async function generatedFiles(version) {
  /** @type {Readonly<Record<string, unknown>>} */
  const json = {
    'mcp.json.example': mcpExample(),
    'server.json': serverJson(version),
    'gemini-extension.json': geminiExtension(version),
    '.claude-plugin/marketplace.json': claudeMarketplace(version),
    'packaging/claude-plugin/.claude-plugin/plugin.json': claudePlugin(version),
    'packaging/agent-plugin/plugin.json': agentPlugin(version),
    'packaging/agent-plugin/mcp.json': agentPluginServers(version),
  };
  const files = new Map(Object.entries({ Dockerfile: dockerfile(), '.dockerignore': dockerignore() }));
  files.set('compose.yaml', await formatted(compose(), 'yaml'));
  for (const [path, value] of Object.entries(json)) files.set(path, await formatted(JSON.stringify(value), 'json'));
  return files;
}

/**
 * @param {string} text
 * @param {'json' | 'yaml'} parser
 */
async function formatted(text, parser) {
  return format(text, { ...(await resolveConfig('package.json')), parser });
}
