import { OPTION_LIST, type Option } from './options.ts';

/** What the README says about one option, as plain text. */
interface OptionRow {
  readonly variables: readonly string[];
  readonly flag: string | undefined;
  readonly fallback: string;
  readonly help: string;
}

/** The option table for people. */
function optionRows(): readonly OptionRow[] {
  return OPTION_LIST.map(([, option]) => ({
    variables: option.variables,
    flag: option.flag === undefined ? undefined : `--${option.flag}`,
    fallback: option.fallbackText ?? 'none',
    help: option.help,
  }));
}

/** The option table as a Markdown table. */
export function optionTable(): string {
  const rows = optionRows().map(({ variables, flag, fallback, help }) => {
    const names = variables.map((name) => `\`${name}\``).join(', ');
    return `| ${names} | ${flag === undefined ? '' : `\`${flag}\``} | ${help} | ${fallback} |`;
  });
  return ['| variable | flag | meaning | default |', '|---|---|---|---|', ...rows].join('\n');
}

/** The options that have a flag, as lines of a help text. */
export function optionHelp(): string {
  const flags = OPTION_LIST.map(([, option]) => option).filter((option) => option.flag !== undefined);
  const heads = flags.map(
    ({ flag, placeholder }) => `  --${flag}${placeholder === undefined ? '' : ` ${placeholder}`}`,
  );
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  return flags.map((option, index) => `${(heads[index] ?? '').padEnd(width)}${sentence(option)}`).join('\n');
}

/** The flags, without dashes, and whether a value follows them. */
export function optionFlags(): ReadonlyMap<string, 'string' | 'boolean'> {
  return new Map(
    OPTION_LIST.flatMap(([, { flag, placeholder }]) =>
      flag === undefined ? [] : [[flag, placeholder === undefined ? 'boolean' : 'string']],
    ),
  );
}

function sentence(option: Option<unknown>): string {
  const fallback = option.fallbackText === undefined ? '' : ` Default: ${option.fallbackText}.`;
  return `${option.help}${fallback} [${option.variables[0]}]`;
}
