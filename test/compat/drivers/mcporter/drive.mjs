// @ts-check
import { writeFileSync } from 'node:fs';
import { driveCommandLine, fileOf, json, run } from '../drive-command-line.mjs';
import { headers, task } from '../task.mjs';

const SCRIPT = fileOf(import.meta.url, 'node_modules/mcporter/dist/cli.js');
const { command, args, env, url } = task;
const firefly = task.transport === 'http' ? { baseUrl: url, headers, allowHttp: true } : { command, args, env };
writeFileSync('mcporter.json', JSON.stringify({ mcpServers: { firefly } }));
/** @param {string[]} words @param {Promise<void>} [giveUp] */
const ask = (words, giveUp) => run(SCRIPT, ['--config', 'mcporter.json', ...words], giveUp);

await driveCommandLine({
  listTools: async () => {
    const { tools } = json((await ask(['list', 'firefly', '--json'])).out);
    return tools.map((/** @type {any} */ tool) => tool.name);
  },
  call: (tool, given, giveUp) =>
    ask(['call', `firefly.${tool}`, '--args', JSON.stringify(given), '--output', 'json'], giveUp),
  readResource: async (uri) => json((await ask(['resource', 'firefly', uri, '--json'])).out),
});
