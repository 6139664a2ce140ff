// @ts-check
// server.json for the MCP registry (schema 2025-12-11).
import { ASKED_OPTIONS, DESCRIPTION } from './description.mjs';

const SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json';

/** What the registry wants to know of the bundle for Claude Desktop, which exists only after it was built. */
/** @typedef {{ url: string; sha256: string }} Mcpb */

/**
 * @param {string} version of the package
 * @param {Mcpb} [mcpb] the released bundle
 * @returns {Record<string, unknown>}
 */
export function serverJson(version, mcpb) {
  const { registryName, title, description, repository, homepage, icon } = DESCRIPTION;
  return {
    $schema: SCHEMA,
    name: registryName,
    title,
    description,
    version,
    repository: { url: repository, source: 'github' },
    websiteUrl: homepage,
    icons: [{ src: `${repository}/raw/v${version}/${icon}`, mimeType: 'image/png', sizes: ['512x512'] }],
    packages: [npmPackage(version), imagePackage(version), ...(mcpb ? [bundlePackage(version, mcpb)] : [])],
  };
}

/** @param {string} version */
function npmPackage(version) {
  return {
    registryType: 'npm',
    identifier: DESCRIPTION.package,
    version,
    runtimeHint: 'npx',
    transport: { type: 'stdio' },
    packageArguments: DESCRIPTION.args.stdio.map((value) => ({ type: 'positional', value })),
    environmentVariables: environmentVariables(),
  };
}

/** @param {string} version */
function imagePackage(version) {
  return {
    registryType: 'oci',
    identifier: `${DESCRIPTION.image}:${version}`,
    transport: { type: 'stdio' },
    // Folders of this machine do not exist in a container.
    environmentVariables: environmentVariables().filter(({ format }) => format !== 'filepath'),
  };
}

/**
 * @param {string} version
 * @param {Mcpb} mcpb
 */
function bundlePackage(version, { url, sha256 }) {
  return { registryType: 'mcpb', identifier: url, version, fileSha256: sha256, transport: { type: 'stdio' } };
}

function environmentVariables() {
  return ASKED_OPTIONS.map(({ variable, description, credential, secret, kind }) => ({
    name: variable,
    description,
    isRequired: credential,
    isSecret: secret,
    format: kind === 'number' ? 'number' : kind.startsWith('folder') ? 'filepath' : 'string',
  }));
}
