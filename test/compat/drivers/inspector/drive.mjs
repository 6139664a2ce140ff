// @ts-check
import { driveCommandLine, fileOf, json, run } from '../drive-command-line.mjs';
import { headers, task } from '../task.mjs';

const SCRIPT = fileOf(import.meta.url, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const era = ['--protocol-era', 'modern', '--format', 'json'];
const variables = Object.entries(task.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
const server =
  task.transport === 'http'
    ? ['--server-url', task.url, '--transport', 'http', '--header', `Authorization: ${headers.Authorization}`, ...era]
    : [...variables, ...era, task.command, ...task.args];
/** @param {string[]} args @param {Promise<void>} [giveUp] */
const ask = (args, giveUp) => run(SCRIPT, ['--cli', ...args, ...server], giveUp);

await driveCommandLine({
  listTools: async () => {
    const { tools } = json((await ask(['--method', 'tools/list'])).out);
    return tools.map((/** @type {any} */ tool) => tool.name);
  },
  call: (tool, args, giveUp) =>
    ask(['--method', 'tools/call', '--tool-name', tool, '--tool-args-json', JSON.stringify(args)], giveUp),
  readResource: async (uri) => json((await ask(['--method', 'resources/read', '--uri', uri])).out),
});
