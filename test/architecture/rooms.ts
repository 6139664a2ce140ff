/**
 * What each room may import besides itself (docs/architecture.md#rooms-and-arrows). Without arrows, every change reaches
 * everywhere: a tool that opens a socket, a wire schema that knows a job, an emulator that is right because it shares the
 * client's mistake.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  config: ['shared'],
  'firefly/contract': ['shared'],
  firefly: ['firefly/contract', 'shared'],
  store: ['shared'],
  images: ['store', 'shared'],
  jobs: ['firefly', 'firefly/contract', 'images', 'store', 'shared'],
  maintenance: ['jobs', 'images', 'store', 'shared'],
  verify: ['jobs', 'firefly', 'firefly/contract', 'images', 'shared'],
  render: ['jobs', 'firefly', 'firefly/contract', 'images', 'store', 'shared'],
  tools: ['render', 'jobs', 'firefly', 'firefly/contract', 'images', 'store', 'shared'],
  resources: ['tools', 'render', 'jobs', 'firefly', 'firefly/contract', 'images', 'store', 'shared'],
  prompts: ['resources', 'tools', 'shared'],
  mcp: ['tools', 'resources', 'prompts', 'render', 'jobs', 'firefly', 'firefly/contract', 'images', 'store', 'shared'],
  emulator: ['firefly/contract', 'shared'],
  cli: [
    'config',
    'mcp',
    'tools',
    'resources',
    'prompts',
    'render',
    'maintenance',
    'jobs',
    'firefly',
    'firefly/contract',
    'images',
    'store',
    'emulator',
    'verify',
    'shared',
  ],
  main: ['cli'],
  // Runs in a browser. The build alone reads it, and of the program it sees the types of results (`arrows.test.ts`).
  apps: [],
};

/**
 * What each room inside `src/jobs` may import of the others (docs/architecture.md#inside-jobs). Rules about money (limits,
 * deduplication) must not reach for the engine, and SQL must not reach for rules. Files at the top of `src/jobs` put the
 * rooms together.
 */
export const MAY_IMPORT_IN_JOBS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  store: ['model'],
  limits: ['model', 'store'],
  deduplication: ['model', 'store'],
  engine: ['model', 'store', 'limits'],
  saving: ['model', 'store'],
  views: ['model', 'store', 'limits'],
  batches: ['model', 'store', 'limits', 'deduplication', 'engine', 'views', 'saving'],
};
