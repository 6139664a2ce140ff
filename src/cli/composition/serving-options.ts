import { createRequire } from 'node:module';
import type { Config } from '../../config/resolve.ts';
import { authenticateLocal } from '../../mcp/client/authentication.ts';
import { AskedSets } from '../../tools/definition/asked-sets.ts';
import { DeclinedQuestions } from '../../tools/definition/declined-questions.ts';
import { catalogue as everyTool, toolsets } from '../../mcp/offer/catalogue.ts';
import { offerTools } from '../../mcp/offer/offer.ts';
import { ICON } from '../../mcp/offer/icon.ts';
import type { TracingApi } from '../../mcp/calls/tracing.ts';
import type { ServingOptions } from '../../mcp/options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { DESCRIPTION, VERSION } from '../version.ts';
import type { Composition } from './compose.ts';
import type { Configured } from './configure.ts';

/** Time for open calls over HTTP to finish after SIGTERM, so that the whole shutdown takes less than five seconds. */
export const HTTP_GRACE_MS = 2_000;
/** Time for a person to open an address of the studio that is printed. */
export const ENTRANCE_MS = 10 * 60_000;

/**
 * Options of the protocol edge, from the configuration and the rooms.
 * @param token bearer token of HTTP serving, and the file that holds it; without one, HTTP is refused
 */
export function servingOptions(
  { config, logger }: Pick<Configured, 'config' | 'logger'>,
  composition: Composition,
  { clock, random }: Pick<Terminal, 'clock' | 'random'>,
  token?: { readonly value: string; readonly file: string },
): ServingOptions {
  const { catalogue, absentTools } = offerTools(everyTool, (tool) => isOffered(tool, config));
  return {
    info: {
      name: 'firefly',
      title: 'Adobe Firefly (unofficial)',
      version: VERSION,
      description: DESCRIPTION,
      icons: [ICON],
    },
    catalogue,
    loadTools: async () => (await import('../../tools/registry.ts')).tools,
    loadResources: async () => (await import('../../resources/registry.ts')).resources,
    loadPrompts: async () => (await import('../../prompts/registry.ts')).prompts,
    settings: { ...toolSettings(config), absentTools },
    resourceLinks: config.resourceLinks,
    services: () => composition.services(),
    openServices: () => composition.openServices(),
    declined: new DeclinedQuestions(clock),
    asked: new AskedSets(clock),
    tracing,
    clock,
    random,
    logger,
    authenticate: authenticateLocal(token?.value, token?.file),
  };
}

/** An optional peer: no part of the bundle. */
const TRACING_PACKAGE = '@opentelemetry/api';

/** The package under which an SDK of OpenTelemetry is registered in this process; without one nothing is loaded. */
async function tracing(): Promise<TracingApi | undefined> {
  if (!(Symbol.for('opentelemetry.js.api.1') in globalThis)) return undefined;
  try {
    const api: TracingApi = createRequire(import.meta.url)(TRACING_PACKAGE);
    return api;
  } catch {
    return undefined;
  }
}

/** Whether a tool is of a set that is offered, and allowed where nothing may be changed. */
function isOffered({ name, annotations }: ServingOptions['catalogue'][number], { toolsets: sets, readOnly }: Config) {
  return sets.some((set) => set === toolsets[name]) && (annotations.readOnlyHint || !readOnly);
}

function toolSettings(config: Config): ServingOptions['settings'] {
  const { demo, waitSeconds, preview, outputFolder, confirmOver, defaults } = config;
  return { demo, waitSeconds, preview, outputFolder, confirmOver, defaults };
}
