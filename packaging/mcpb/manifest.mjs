// @ts-check
// manifest.json of the bundle for Claude Desktop (MCPB, manifest version 0.3).
import { ASKED_OPTIONS, DESCRIPTION, PUBLISHER } from '../description.mjs';

const { package: name, title, description, longDescription, repository, homepage, privacy } = DESCRIPTION;
/** The file that the host starts. */
export const ENTRY = 'server/start.mjs';
/** Name of the icon within the bundle. */
export const ICON = 'icon.png';

/**
 * A tool as the list of the host shows it.
 * @typedef {{ name: string; description: string }} ListedTool
 */

/**
 * @param {{ version: string; node: string; tools: readonly ListedTool[] }} facts of the package: version, engines, tools
 */
export function manifest({ version, node, tools }) {
  const folders = ASKED_OPTIONS.find(({ kind }) => kind === 'folders');
  const others = ASKED_OPTIONS.filter((option) => option !== folders);
  return {
    manifest_version: '0.3',
    name,
    display_name: title,
    version,
    description,
    long_description: longDescription,
    author: { name: PUBLISHER },
    repository: { type: 'git', url: `${repository}.git` },
    homepage,
    documentation: `${repository}/tree/main/docs`,
    support: DESCRIPTION.advisories,
    icon: ICON,
    icons: [{ src: ICON, size: '512x512' }],
    server: {
      type: 'node',
      entry_point: ENTRY,
      mcp_config: {
        command: 'node',
        // A list becomes several arguments; within an environment variable the host could not fill it in.
        args: [`\${__dirname}/${ENTRY}`, '${user_config.demo}', `\${user_config.${folders?.key}}`],
        env: Object.fromEntries(others.map(({ variable, key }) => [variable, `\${user_config.${key}}`])),
      },
    },
    tools,
    tools_generated: false,
    keywords: DESCRIPTION.keywords,
    license: DESCRIPTION.license,
    privacy_policies: privacy.policies,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node } },
    user_config: { ...Object.fromEntries(ASKED_OPTIONS.map((option) => [option.key, asked(option)])), demo: DEMO },
  };
}

const DEMO = {
  type: 'boolean',
  title: 'Try it without an account',
  description: 'Everything is made by an emulator on this computer; the pictures are marked, and nothing is paid.',
  required: false,
  default: false,
};

/** @param {import('../description.mjs').AskedOption} option */
function asked({ title: label, description: help, secret, kind }) {
  const common = { title: label, description: help, required: false };
  if (kind === 'folders') return { type: 'directory', ...common, multiple: true, default: [] };
  if (kind === 'folder') return { type: 'directory', ...common };
  if (kind === 'number') return { type: 'number', ...common, min: 0 };
  return { type: 'string', ...common, sensitive: secret };
}
