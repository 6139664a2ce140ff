import { afterwards, type Client, type Launch, type Where } from '../client.ts';
import { CLIENTS } from '../clients.ts';
import { INPUTS, INPUT_VARIABLES, launchOf, publishedLaunch, SERVER_NAME } from '../plan/launch.ts';
import { snippet } from '../plan/plan.ts';

/** Paths as people write them, on each system. */
const SYSTEMS: readonly (readonly [name: string, where: Where])[] = [
  ['Linux', written('linux', '~', {})],
  ['macOS', written('darwin', '~', {})],
  ['Windows', written('win32', '%USERPROFILE%', { APPDATA: '%APPDATA%', LOCALAPPDATA: '%LOCALAPPDATA%' })],
];

/** A program in a clone, and credentials, as a reader has to put them in. */
const PROGRAM = { node: 'node', script: '/absolute/path/to/firefly-mcp-server/dist/main.js' };
const VARIABLES = {
  FIREFLY_CLIENT_ID: 'your-client-id',
  FIREFLY_CLIENT_SECRET_FILE: '/absolute/path/to/a-file-with-the-secret',
};

/** One folded section of Markdown for each client: the command, the file, the entry, and the address where there is one. */
export function hostSections(): string {
  return CLIENTS.map(hostSection).join('\n\n');
}

/** The clients as a Markdown table: where their configuration is, where the secret goes, what was tried. */
export function hostTable(): string {
  const rows = CLIENTS.map((client) => {
    const secret = client.inputs === undefined ? 'a file of ours, mode 0600' : 'kept by the client';
    const tried = client.tried === undefined ? 'never run by us' : `\`${client.tried}\` listed it, on Linux`;
    const link = client.link === undefined ? 'no' : 'yes';
    return `| ${client.title} | \`${client.id}\` | ${places(client)} | ${secret} | ${link} | ${tried} |`;
  });
  return [
    '| host | CLIENT | configuration | client secret | address | tried |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function hostSection(client: Client): string {
  const asksItself = client.inputs !== undefined;
  const variables = asksItself ? INPUT_VARIABLES : VARIABLES;
  const launch: Launch = launchOf(PROGRAM, { demo: false, variables });
  const inputs = asksItself ? INPUTS : [];
  const entry = snippet(client, { name: SERVER_NAME, launch, inputs, written: [] });
  const address = client.link?.(SERVER_NAME, publishedLaunch(asksItself ? INPUT_VARIABLES : {}), inputs);
  return [
    `<details>\n<summary><b>${client.title}</b></summary>`,
    `\`node dist/main.js install ${client.id}\`, or by hand in ${places(client)}:`,
    `\`\`\`${client.format === 'toml' ? 'toml' : 'json'}\n${entry.trimEnd()}\n\`\`\``,
    afterwards(client),
    ...(address === undefined ? [] : [`[Add to ${client.title}](${address}), once the package is published.`]),
    '</details>',
  ].join('\n\n');
}

/** The files of a client on each system; systems with equal paths together. */
function places(client: Client): string {
  const found = new Map<string, string[]>();
  for (const [name, where] of SYSTEMS) {
    const files = client.files(where).map((file) => `\`${file}\``);
    const text = files.join(' or ');
    found.set(text, [...(found.get(text) ?? []), name]);
  }
  return [...found].map(([files, names]) => `${files} (${names.join(', ')})`).join(', ');
}

function written(platform: NodeJS.Platform, home: string, env: Readonly<Record<string, string>>): Where {
  // A package of Windows has a folder of its own, whose name has a part that Windows makes.
  const names = (folder: string) => (folder.endsWith('Packages') ? ['Claude_ID'] : []);
  return { platform, cwd: home, home, env, names };
}
