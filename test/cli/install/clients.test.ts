import { describe, expect, test } from 'vitest';
import type { Where } from '../../../src/cli/install/client.ts';
import { CLIENTS } from '../../../src/cli/install/clients.ts';
import { INPUTS, INPUT_VARIABLES, publishedLaunch } from '../../../src/cli/install/plan/launch.ts';

const linux: Where = { platform: 'linux', cwd: '/', home: '/home/ann', env: {}, names: () => [] };
const mac: Where = { ...linux, platform: 'darwin', home: '/Users/ann' };
const windows: Where = { ...linux, platform: 'win32', cwd: 'C:\\', home: 'C:\\Users\\ann', env: {} };
const LIBRARY = '/Users/ann/Library/Application Support';
const ROAMING = 'C:\\Users\\ann\\AppData\\Roaming';

/** The file that is taken on a machine without any, on Linux, macOS and Windows. */
const FILES: Readonly<Record<string, readonly [string, string, string]>> = {
  'claude-desktop': [
    '/home/ann/.config/Claude/claude_desktop_config.json',
    `${LIBRARY}/Claude/claude_desktop_config.json`,
    `${ROAMING}\\Claude\\claude_desktop_config.json`,
  ],
  'claude-code': ['/home/ann/.claude.json', '/Users/ann/.claude.json', 'C:\\Users\\ann\\.claude.json'],
  cursor: ['/home/ann/.cursor/mcp.json', '/Users/ann/.cursor/mcp.json', 'C:\\Users\\ann\\.cursor\\mcp.json'],
  vscode: ['/home/ann/.config/Code/User/mcp.json', `${LIBRARY}/Code/User/mcp.json`, `${ROAMING}\\Code\\User\\mcp.json`],
  codex: ['/home/ann/.codex/config.toml', '/Users/ann/.codex/config.toml', 'C:\\Users\\ann\\.codex\\config.toml'],
  'gemini-cli': [
    '/home/ann/.gemini/settings.json',
    '/Users/ann/.gemini/settings.json',
    'C:\\Users\\ann\\.gemini\\settings.json',
  ],
  windsurf: [
    '/home/ann/.codeium/windsurf/mcp_config.json',
    '/Users/ann/.codeium/windsurf/mcp_config.json',
    'C:\\Users\\ann\\.codeium\\windsurf\\mcp_config.json',
  ],
  cline: [
    '/home/ann/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
    `${LIBRARY}/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`,
    `${ROAMING}\\Code\\User\\globalStorage\\saoudrizwan.claude-dev\\settings\\cline_mcp_settings.json`,
  ],
  zed: [
    '/home/ann/.config/zed/settings.json',
    '/Users/ann/.config/zed/settings.json',
    `${ROAMING}\\Zed\\settings.json`,
  ],
  opencode: [
    '/home/ann/.config/opencode/opencode.json',
    '/Users/ann/.config/opencode/opencode.json',
    'C:\\Users\\ann\\.config\\opencode\\opencode.json',
  ],
  'lm-studio': ['/home/ann/.lmstudio/mcp.json', '/Users/ann/.lmstudio/mcp.json', 'C:\\Users\\ann\\.lmstudio\\mcp.json'],
  'copilot-cli': [
    '/home/ann/.copilot/mcp-config.json',
    '/Users/ann/.copilot/mcp-config.json',
    'C:\\Users\\ann\\.copilot\\mcp-config.json',
  ],
};

const clientOf = (id: string) => CLIENTS.find((client) => client.id === id)!;

describe('the configuration of a client', () => {
  test('is known for all twelve', () => {
    expect(CLIENTS.map(({ id }) => id).toSorted()).toEqual(Object.keys(FILES).toSorted());
  });

  test.each(CLIENTS.map((client) => [client.id, client] as const))('%s is where each system keeps it', (id, client) => {
    expect([linux, mac, windows].map((where) => client.files(where)[0])).toEqual(FILES[id]);
  });

  test.each([
    ['claude-code', { CLAUDE_CONFIG_DIR: '/etc/cc' }, '/etc/cc/.claude.json'],
    ['codex', { CODEX_HOME: '/etc/codex' }, '/etc/codex/config.toml'],
    ['gemini-cli', { GEMINI_CLI_HOME: '/etc/g' }, '/etc/g/.gemini/settings.json'],
    ['cline', { CLINE_MCP_SETTINGS_PATH: '/etc/cline.json' }, '/etc/cline.json'],
    ['opencode', { OPENCODE_CONFIG: '/etc/oc.json' }, '/etc/oc.json'],
    ['copilot-cli', { COPILOT_HOME: '/etc/cp' }, '/etc/cp/mcp-config.json'],
    ['zed', { XDG_CONFIG_HOME: '/etc/xdg' }, '/etc/xdg/zed/settings.json'],
    ['zed', { XDG_CONFIG_HOME: 'relative' }, '/home/ann/.config/zed/settings.json'],
    ['vscode', { XDG_CONFIG_HOME: '/etc/xdg' }, '/etc/xdg/Code/User/mcp.json'],
  ])('%s follows %o', (id, env, file) => {
    expect(clientOf(id).files({ ...linux, env })[0]).toBe(file);
  });

  test('Claude Desktop as a package of Windows has a folder of its own', () => {
    const names = (folder: string) =>
      folder === 'C:\\Users\\ann\\AppData\\Local\\Packages' ? ['Other_x', 'Claude_pzs8sxrjxfjjc'] : [];
    expect(clientOf('claude-desktop').files({ ...windows, names })[0]).toBe(
      'C:\\Users\\ann\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json',
    );
  });
});

describe('an address that installs', () => {
  test.each(['cursor', 'lm-studio'])('of %s holds the entry as base64', (id) => {
    const url = new URL(clientOf(id).link?.('firefly', publishedLaunch({}), []) ?? '');
    const config: unknown = JSON.parse(Buffer.from(url.searchParams.get('config') ?? '', 'base64').toString());
    expect(url.searchParams.get('name')).toBe('firefly');
    expect(config).toEqual({ command: 'npx', args: ['-y', 'firefly-mcp-server'] });
  });

  test('of VS Code lets VS Code ask for the credentials, the secret as a password', () => {
    const url = new URL(clientOf('vscode').link?.('firefly', publishedLaunch(INPUT_VARIABLES), INPUTS) ?? '');
    expect(JSON.parse(url.searchParams.get('config') ?? '')).toEqual({
      command: 'npx',
      args: ['-y', 'firefly-mcp-server'],
      env: {
        FIREFLY_CLIENT_ID: '${input:firefly-client-id}',
        FIREFLY_CLIENT_SECRET: '${input:firefly-client-secret}',
      },
    });
    expect(JSON.parse(url.searchParams.get('inputs') ?? '')).toMatchObject([
      { id: 'firefly-client-id', password: false },
      { id: 'firefly-client-secret', password: true },
    ]);
  });
});
