import type { WayIn } from './inputs.ts';
import { addresses } from './ways/addresses.ts';
import { answersOfAdobe } from './ways/adobe-answers.ts';
import { stepsOfAdobe } from './ways/adobe-steps.ts';
import { answersOnStdio, answersWithCalls } from './ways/mcp/answers-of-people.ts';
import { batchFiles } from './ways/batch-files.ts';
import { commandLine } from './ways/command-line.ts';
import { configuration } from './ways/configuration.ts';
import { httpRequests } from './ways/http-requests.ts';
import { jsonRpcLines } from './ways/mcp/json-rpc-lines.ts';
import { mcpOverHttp } from './ways/mcp/over-http.ts';
import { mcpOverStdio } from './ways/mcp/over-stdio.ts';
import { pictures } from './ways/pictures.ts';
import { signIn } from './ways/sign-in.ts';
import { toolCalls } from './ways/tool-calls.ts';

/** Every way in, with the number of inputs that the suite has time for. */
export const WAYS_IN: readonly (readonly [name: string, way: WayIn, runs: number])[] = [
  ['arguments of tools', toolCalls, 150],
  ['batch files', batchFiles, 40],
  ['pictures', pictures, 60],
  ['lines of JSON-RPC', jsonRpcLines, 200],
  ['HTTP requests', httpRequests, 60],
  ['answers of Adobe', answersOfAdobe, 60],
  ['steps of Adobe', stepsOfAdobe, 30],
  ['configuration', configuration, 300],
  ['command lines', commandLine, 60],
  ['requests of MCP over stdio', mcpOverStdio, 100],
  ['requests of MCP over HTTP', mcpOverHttp, 60],
  ['requests to other addresses', addresses, 60],
  ['tokens and keys of an issuer', signIn, 60],
  ['answers to a question on stdio', answersOnStdio, 60],
  ['answers to a question with the call', answersWithCalls, 40],
];
