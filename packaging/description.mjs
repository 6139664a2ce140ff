// @ts-check
// What the product is called, how it is started and what a user is asked for: the one description from which every way of
// installing it is generated (`npm run packaging`) and which `firefly-mcp install` reads. Names and versions come from
// package.json, meanings of options from src/config/options.ts, held together by test/packaging/.

/** Owner of the repository and of the names in registries. A tree that has the placeholder is not released. */
export const PUBLISHER = 'PUBLISHER_PLACEHOLDER';

/**
 * An option that a user is asked for at installation.
 * @typedef {object} AskedOption
 * @property {string} variable environment variable, as in src/config/options.ts
 * @property {string} key name in forms of hosts (snake_case)
 * @property {string} title short label
 * @property {string} description one or two sentences beside the field
 * @property {boolean} secret never shown, never in a command line; kept in the host's secret store, or in a file of mode 0600
 * @property {boolean} credential needed to reach Adobe; without it the server starts and says what is missing
 * @property {'text' | 'folder' | 'folders' | 'number'} kind
 * @property {string} [example] placeholder in example files; the program takes it for "not configured"
 */

/** @type {readonly AskedOption[]} */
export const ASKED_OPTIONS = [
  {
    variable: 'FIREFLY_CLIENT_ID',
    key: 'client_id',
    title: 'Client id',
    description:
      'Client id of an OAuth server-to-server credential with Firefly Services, from the Adobe Developer Console.',
    secret: false,
    credential: true,
    kind: 'text',
    example: 'your-client-id',
  },
  {
    variable: 'FIREFLY_CLIENT_SECRET',
    key: 'client_secret',
    title: 'Client secret',
    description: 'Client secret of that credential.',
    secret: true,
    credential: true,
    kind: 'text',
    example: 'your-client-secret',
  },
  {
    variable: 'FIREFLY_ROOTS',
    key: 'roots',
    title: 'Folders with pictures',
    description: 'Folders that pictures may be read from. Without any, only pictures made here can be edited.',
    secret: false,
    credential: false,
    kind: 'folders',
  },
  {
    variable: 'FIREFLY_OUTPUT_DIR',
    key: 'output_dir',
    title: 'Folder for saved pictures',
    description: 'Folder that pictures are saved to. Without one: Firefly in your pictures folder.',
    secret: false,
    credential: false,
    kind: 'folder',
  },
  {
    variable: 'FIREFLY_DAILY_BUDGET',
    key: 'daily_budget',
    title: 'Most to spend in a day',
    description:
      'Limit of what is paid for in 24 hours; further calls are refused and cost nothing. Without one: no limit.',
    secret: false,
    credential: false,
    kind: 'number',
  },
];

/** Name, texts and command lines of the product. */
export const DESCRIPTION = {
  /** Name of the npm package and of its first program. */
  package: 'firefly-mcp-server',
  /** Programs of the package: the server, as `npx` starts it, and the command line. Both are one file. */
  bins: { server: 'firefly-mcp-server', commandLine: 'firefly-mcp' },
  /** Key of the server in configurations of hosts. */
  serverKey: 'firefly',
  /** Key of a second server that runs on the emulator, where an example shows both. */
  demoKey: 'firefly-demo',
  title: 'Firefly MCP',
  /** At most 100 characters, as the MCP registry wants. */
  description: 'Make and edit images with Adobe Firefly, never paying twice by accident. Not affiliated with Adobe.',
  longDescription:
    'Draws images from text and edits parts of pictures with Adobe Firefly. Pictures stay on your disk, every paid job is stored before it is sent, and none is ever repeated without asking you. With `--demo` everything runs on an emulator, without an account. An independent project; not affiliated with, endorsed or sponsored by Adobe.',
  license: 'Apache-2.0',
  keywords: ['mcp', 'model-context-protocol', 'firefly', 'image-generation'],
  categories: ['design'],
  /** Icon, 512 pixels square. */
  icon: 'packaging/icon.png',
  repository: `https://github.com/${PUBLISHER}/firefly-mcp-server`,
  homepage: `https://github.com/${PUBLISHER}/firefly-mcp-server#readme`,
  /** Private form for reports of vulnerabilities. */
  advisories: `https://github.com/${PUBLISHER}/firefly-mcp-server/security/advisories/new`,
  /** Name in the MCP registry, which proves it by the owner of the repository; also `mcpName` in package.json. */
  registryName: `io.github.${PUBLISHER}/firefly-mcp-server`,
  image: `ghcr.io/${PUBLISHER}/firefly-mcp-server`,
  /** What leaves the machine, and the policies that hosts show before they install. */
  privacy: {
    text: 'Prompts and the pictures that you name are sent to Adobe, whose privacy policy applies to them. Nothing is sent anywhere else: no telemetry, no account here. Jobs and pictures are kept in the data folder on this machine until you delete them.',
    policies: [
      `https://github.com/${PUBLISHER}/firefly-mcp-server/blob/main/docs/privacy.md`,
      'https://www.adobe.com/privacy/policy.html',
    ],
  },
  /** Arguments of the program that serve MCP on stdin and stdout, for Adobe and for the emulator. */
  args: { stdio: ['stdio'], demo: ['stdio', '--demo'] },
  /** Start without anything installed but Node. */
  npx: { command: 'npx', args: ['-y', 'firefly-mcp-server'] },
};

/**
 * How a host starts the server.
 * @typedef {object} Launch
 * @property {string} command
 * @property {readonly string[]} args
 * @property {Readonly<Record<string, string>>} [env]
 */

/**
 * The entry of an example configuration, started by npx.
 * @param {{ demo?: boolean }} [options] `demo` runs the emulator, which needs no credentials
 * @returns {Launch}
 */
export function exampleLaunch({ demo = false } = {}) {
  const { command, args } = DESCRIPTION.npx;
  if (demo) return { command, args: [...args, ...DESCRIPTION.args.demo] };
  return { command, args, env: exampleEnv() };
}

/** @returns {Record<string, string>} the credentials with their example values */
export function exampleEnv() {
  const examples = ASKED_OPTIONS.filter(({ example }) => example !== undefined);
  return Object.fromEntries(examples.map(({ variable, example }) => [variable, example ?? '']));
}
