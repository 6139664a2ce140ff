import { z } from 'zod';

/*
 * What hosts and registries accept, as their published documents say. Strict where these refuse unknown fields. Their own
 * schemas and tools are asked by `npm run test:compat`, as far as they can be had as packages.
 */

const Url = z.url({ protocol: /^https$/ });
const Version = z.string().regex(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
const Person = z.strictObject({ name: z.string().min(1), email: z.string().optional(), url: z.string().optional() });

const EnvironmentVariable = z.strictObject({
  name: z.string().regex(/^[A-Z_]+$/),
  description: z.string().min(1),
  isRequired: z.boolean(),
  isSecret: z.boolean(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']),
});
const Stdio = z.strictObject({ type: z.literal('stdio') });
const packageOf = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({
    registryType: z.literal(type),
    transport: Stdio,
    environmentVariables: z.array(EnvironmentVariable).optional(),
    ...shape,
  });

/** `server.json` of the MCP registry, schema 2025-12-11. */
export const ServerJson = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$|PUBLISHER_PLACEHOLDER/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: Version,
  repository: z.strictObject({ url: Url, source: z.literal('github') }),
  websiteUrl: Url,
  icons: z.array(
    z.strictObject({
      src: Url.max(255),
      mimeType: z.literal('image/png'),
      sizes: z.array(z.string().regex(/^\d+x\d+$/)),
    }),
  ),
  packages: z
    .array(
      z.discriminatedUnion('registryType', [
        packageOf('npm', {
          identifier: z.string().regex(/^[a-z][a-z-]*$/),
          version: Version,
          runtimeHint: z.literal('npx'),
          packageArguments: z.array(z.strictObject({ type: z.literal('positional'), value: z.string() })),
        }),
        packageOf('oci', { identifier: z.string().regex(/^ghcr\.io\/[\w/-]+:[\w.-]+$/) }),
        packageOf('mcpb', {
          identifier: Url.regex(/mcp/),
          version: Version,
          fileSha256: z.string().regex(/^[a-f0-9]{64}$/),
        }),
      ]),
    )
    .min(1),
});

/** Name of an Agent Plugin. */
const PluginName = z
  .string()
  .max(64)
  .regex(/^(?!.*(?:--|\.\.))[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/);

/** `plugin.json` of Agent Plugins 1.0.0: an unknown field makes clients refuse it. */
export const AgentPlugin = z.strictObject({
  $schema: z.literal('https://agent-plugins.org/schemas/1.0.0/plugin.schema.json'),
  name: PluginName,
  version: Version.optional(),
  description: z.string().optional(),
  author: Person.optional(),
  homepage: Url.optional(),
  repository: Url.optional(),
  license: z.string().optional(),
  keywords: z.array(z.string()).optional(),
});

/** `mcp.json` of Agent Plugins 1.0.0, for servers on stdio. */
export const AgentPluginServers = z.strictObject({
  $schema: z.literal('https://agent-plugins.org/schemas/1.0.0/mcp.schema.json'),
  mcpServers: z.record(
    z.string(),
    z.strictObject({
      type: z.literal('stdio'),
      command: z.string().min(1),
      args: z.array(z.string()).optional(),
      env: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

const Launch = z.strictObject({
  command: z.string().min(1),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
});

/** `gemini-extension.json`; its name is that of the folder, so it has dashes only. */
export const GeminiExtension = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  version: Version,
  description: z.string(),
  mcpServers: z.record(z.string(), Launch),
  settings: z.array(
    z.strictObject({
      name: z.string().min(1),
      description: z.string().min(1),
      envVar: z.string().regex(/^[A-Z_]+$/),
      sensitive: z.boolean(),
    }),
  ),
});

/** `.claude-plugin/plugin.json` of Claude Code: a strict form of what it asks the user. */
export const ClaudePlugin = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  version: Version,
  description: z.string(),
  author: Person,
  homepage: Url,
  repository: Url,
  license: z.string(),
  keywords: z.array(z.string()),
  userConfig: z.record(
    z.string().regex(/^[a-z_]+$/),
    z.strictObject({
      type: z.enum(['string', 'number', 'boolean', 'directory', 'file']),
      title: z.string(),
      description: z.string(),
      sensitive: z.boolean(),
      required: z.boolean(),
      default: z.string(),
    }),
  ),
  mcpServers: z.record(z.string(), Launch),
});
