// @ts-check
// Plugins and extensions: small folders that tell a host how to start the package. Each starts its own version, by npx.
import { ASKED_OPTIONS, DESCRIPTION, PUBLISHER } from './description.mjs';

const { package: name, serverKey, title, description, license, keywords, homepage, repository } = DESCRIPTION;
/** Names of plugins: short, since hosts put them before the names of tools. */
const PLUGIN = 'firefly-mcp';
const credentials = ASKED_OPTIONS.filter(({ credential }) => credential);

/** @param {string} version */
function launch(version) {
  return { command: DESCRIPTION.npx.command, args: ['-y', `${name}@${version}`, ...DESCRIPTION.args.stdio] };
}

/**
 * What every manifest of a plugin says of it.
 * @param {string} version
 */
function identity(version) {
  return {
    name: PLUGIN,
    version,
    description,
    author: { name: PUBLISHER },
    homepage,
    repository,
    license,
    keywords,
  };
}

/**
 * Agent Plugins 1.0.0. Unknown fields make hosts refuse a plugin, and there is none for what a user is asked: credentials
 * come from the environment or from `config.json`.
 * @param {string} version
 */
export function agentPlugin(version) {
  return {
    $schema: 'https://agent-plugins.org/schemas/1.0.0/plugin.schema.json',
    ...identity(version),
  };
}

/** @param {string} version */
export function agentPluginServers(version) {
  return {
    $schema: 'https://agent-plugins.org/schemas/1.0.0/mcp.schema.json',
    mcpServers: { [serverKey]: { type: 'stdio', ...launch(version) } },
  };
}

/**
 * The plugin for Claude Code, which asks for the credentials and keeps the secret in the system's key store.
 * @param {string} version
 */
export function claudePlugin(version) {
  const asked = credentials.map(({ key, title: label, description: help, secret }) => [
    key,
    // The empty default lets the server start without credentials; it then says what is missing.
    { type: 'string', title: label, description: help, sensitive: secret, required: false, default: '' },
  ]);
  const env = Object.fromEntries(credentials.map(({ variable, key }) => [variable, `\${user_config.${key}}`]));
  return {
    ...identity(version),
    userConfig: Object.fromEntries(asked),
    mcpServers: { [serverKey]: { ...launch(version), env } },
  };
}

/**
 * The list from which Claude Code installs the plugin.
 * @param {string} version
 */
export function claudeMarketplace(version) {
  const source = './packaging/claude-plugin';
  return {
    name: PLUGIN,
    owner: { name: PUBLISHER },
    description: `${title}. ${description}`,
    plugins: [{ name: PLUGIN, source, description, version, license, homepage, keywords }],
  };
}

/**
 * The extension for Gemini CLI, which asks for the credentials when it is installed.
 * @param {string} version
 */
export function geminiExtension(version) {
  return {
    name: PLUGIN,
    version,
    description,
    mcpServers: { [serverKey]: launch(version) },
    settings: credentials.map(({ title: label, description: help, variable, secret }) => ({
      name: label,
      description: help,
      envVar: variable,
      sensitive: secret,
    })),
  };
}
