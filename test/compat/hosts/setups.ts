import type { Step } from '../model/scripted.ts';
import type { Way } from '../stage.ts';

/** How one host is set up to use the server, and the scripted model in place of its own. */
export interface Setup {
  /** Files below its home, by path. */
  files(way: Way, model: string): Readonly<Record<string, string>>;
  /** Arguments with which it does what the words say, without asking. */
  readonly args: (words: string) => readonly string[];
  env(model: string): Record<string, string>;
  /** Calls of tools of its own, where it shows its model none of ours at first. */
  readonly before?: Readonly<Partial<Record<'generate_image' | 'show_images', Step>>>;
}

const json = (value: object): string => JSON.stringify(value, null, 2);

/** A server in the words that most hosts share. */
const entry = ({ transport, command, args, env, url, token }: Way, more: object = {}): object => ({
  ...(transport === 'stdio' ? { command, args, env } : { url, headers: { Authorization: `Bearer ${token}` } }),
  ...more,
});

const claude: Setup = {
  files: (way) => ({
    'mcp.json': json({ mcpServers: { firefly: entry(way, way.transport === 'http' ? { type: 'http' } : {}) } }),
  }),
  args: (words) => ['-p', words, '--mcp-config', 'mcp.json', '--strict-mcp-config', '--allowedTools', 'mcp__firefly'],
  env: (model) => ({
    ANTHROPIC_BASE_URL: model,
    ANTHROPIC_API_KEY: 'sk-none',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  }),
  before: {
    show_images: {
      tool: ['ToolSearch'],
      args: { query: 'select:mcp__firefly__show_images,mcp__firefly__fill_image', max_results: 2 },
    },
  },
};

const codex: Setup = {
  files: ({ transport, command, args, env, url, token }, model) => ({
    '.codex/config.toml': [
      'model = "gpt-5.5"',
      'model_provider = "scripted"',
      '[model_providers.scripted]',
      'name = "scripted"',
      `base_url = "${model}/v1"`,
      'wire_api = "responses"',
      'env_key = "SCRIPTED_KEY"',
      '[mcp_servers.firefly]',
      ...(transport === 'stdio'
        ? [
            `command = ${JSON.stringify(command)}`,
            `args = ${JSON.stringify(args)}`,
            '[mcp_servers.firefly.env]',
            ...Object.entries(env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`),
          ]
        : [`url = "${url}"`, `http_headers = { Authorization = "Bearer ${token}" }`]),
    ].join('\n'),
  }),
  args: (words) => ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', words],
  env: () => ({ SCRIPTED_KEY: 'none' }),
  before: {
    generate_image: { tool: ['tool_search'], args: { query: 'draw an image, show images, fill image', limit: 8 } },
  },
};

const gemini: Setup = {
  files: ({ transport, url, ...way }) => ({
    '.gemini/settings.json': json({
      security: { auth: { selectedType: 'gemini-api-key' } },
      mcpServers: {
        firefly:
          transport === 'stdio'
            ? entry({ transport, url, ...way }, { trust: true })
            : { httpUrl: url, headers: { Authorization: `Bearer ${way.token}` }, trust: true },
      },
    }),
  }),
  args: (words) => ['--yolo', '-m', 'gemini-2.5-flash', '-p', words],
  env: (model) => ({
    GEMINI_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: model,
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
    GEMINI_CLI_NO_RELAUNCH: 'true',
  }),
};

const opencode: Setup = {
  files: ({ transport, command, args, env, url, token }, model) => ({
    '.config/opencode/opencode.json': json({
      autoupdate: false,
      share: 'disabled',
      model: 'scripted/scripted',
      small_model: 'scripted/scripted',
      provider: {
        scripted: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${model}/v1`, apiKey: 'none' },
          // A model that sees pictures; without this the host leaves them out.
          models: { scripted: { attachment: true, modalities: { input: ['text', 'image'], output: ['text'] } } },
        },
      },
      mcp: {
        firefly:
          transport === 'stdio'
            ? { type: 'local', command: [command, ...args], environment: env, enabled: true }
            : { type: 'remote', url, headers: { Authorization: `Bearer ${token}` }, oauth: false, enabled: true },
      },
    }),
  }),
  args: (words) => ['run', words],
  env: () => ({ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' }),
};

const copilot: Setup = {
  files: (way) => ({
    '.copilot/mcp-config.json': json({
      mcpServers: { firefly: entry(way, { type: way.transport === 'stdio' ? 'local' : 'http', tools: ['*'] }) },
    }),
  }),
  args: (words) => ['-p', words, '--allow-all-tools'],
  env: (model) => ({
    COPILOT_OFFLINE: 'true',
    COPILOT_PROVIDER_BASE_URL: `${model}/v1`,
    COPILOT_PROVIDER_API_KEY: 'none',
    COPILOT_MODEL: 'scripted',
  }),
};

/** The hosts that can be given another model, by their folders. */
export const SETUPS: Readonly<Record<string, Setup>> = {
  'claude-code': claude,
  codex,
  'copilot-cli': copilot,
  'gemini-cli': gemini,
  opencode,
};
