// Prints the calls of a recorded conversation: node test/evals/summarise.mjs LOG.jsonl
import { readFileSync } from 'node:fs';

const [log] = process.argv.slice(2);
if (log === undefined) {
  process.stderr.write('Usage: node test/evals/summarise.mjs LOG.jsonl\n');
  process.exit(2);
}
const lines = readFileSync(log, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const answers = new Map();
for (const { from, bytes, message } of lines) {
  if (from === 'server' && message.id !== undefined && message.method === undefined)
    answers.set(message.id, { bytes, message });
}
let operations = 0;
let calls = 0;
for (const { from, message } of lines) {
  if (from !== 'assistant' || message.method !== 'tools/call') continue;
  calls += 1;
  const { name, arguments: given } = message.params;
  const { bytes = 0, message: answer = {} } = answers.get(message.id) ?? {};
  const facts = answer.result?.structuredContent ?? {};
  const text = (answer.result?.content ?? []).find(({ type }) => type === 'text')?.text ?? '';
  const outcome = answer.error
    ? `PROTOCOL ERROR ${answer.error.message}`
    : answer.result?.isError
      ? `error ${facts.error?.code ?? ''}: ${text.split('\n')[0]}`
      : text.split('\n')[0];
  const isPaidCall =
    facts.attached !== true && facts.dry_run !== true && !['job_status', 'cancel_job', 'list_images'].includes(name);
  const cost = isPaidCall ? (facts.will_cost?.operations ?? facts.cost?.operations ?? 0) : 0;
  operations += cost;
  process.stdout.write(
    `${calls}. ${name} ${JSON.stringify(given)}\n   ${outcome} (${bytes} bytes${cost ? `, ${cost} operations` : ''})\n`,
  );
}
process.stdout.write(`${calls} calls, ${operations} operations\n`);
