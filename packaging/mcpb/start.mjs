// What Claude Desktop starts: `start.mjs DEMO [FOLDER …]`. Turns what the host fills in into a command line of the program.
import path from 'node:path';

const [demo, ...folders] = process.argv.slice(2);
// The host leaves what the user did not fill in as it is written in the manifest.
const isUnfilled = (value) => value === undefined || value === '' || /^\$\{user_config\.\w+\}$/.test(value);
const chosen = folders.filter((folder) => !isUnfilled(folder));
if (chosen.length > 0) process.env.FIREFLY_ROOTS = chosen.join(path.delimiter);
for (const [name, value] of Object.entries(process.env)) {
  if (name.startsWith('FIREFLY_') && isUnfilled(value)) delete process.env[name];
}
process.argv.splice(2, Infinity, 'stdio', ...(demo === 'true' ? ['--demo'] : []));
await import('../dist/main.js');
