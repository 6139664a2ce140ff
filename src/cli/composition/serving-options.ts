import type { Config } from '../../config/resolve.ts';
import { authenticateLocal } from '../../mcp/authentication.ts';
import { catalogue } from '../../mcp/catalogue.ts';
import type { ServingOptions } from '../../mcp/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { VERSION } from '../version.ts';
import type { Composition } from './compose.ts';
import type { Configured } from './configure.ts';

/**
 * Options of the protocol edge, from the configuration and the rooms.
 * @param token bearer token of HTTP serving; without one, HTTP is refused
 */
export function servingOptions(
  { config, logger }: Pick<Configured, 'config' | 'logger'>,
  composition: Composition,
  { clock, random }: Pick<Terminal, 'clock' | 'random'>,
  token?: string,
): ServingOptions {
  return {
    info: { name: 'firefly', title: 'Adobe Firefly (unofficial)', version: VERSION },
    catalogue: config.readOnly ? catalogue.filter((tool) => tool.annotations.readOnlyHint) : catalogue,
    loadTools: async () => (await import('../../tools/registry.ts')).tools,
    loadResources: async () => (await import('../../resources/registry.ts')).resources,
    settings: toolSettings(config),
    services: () => composition.services(),
    clock,
    random,
    logger,
    authenticate: authenticateLocal(token),
  };
}

function toolSettings(config: Config): ServingOptions['settings'] {
  const { demo, waitSeconds, preview, outputFolder, confirmOver } = config;
  return { demo, waitSeconds, preview, outputFolder, confirmOver, serverPaths: true };
}
