import { OPTION_LIST, type Option } from './options.ts';

/** One option in plain text, for help and README. */
interface OptionRow {
  readonly variables: readonly string[];
  readonly flag: string | undefined;
  readonly defaultValue: string;
  readonly help: string;
}

/** The option table in plain text. */
function optionRows(): readonly OptionRow[] {
  return OPTION_LIST.map(([, option]) => ({
    variables: option.variables,
    flag: option.flag === undefined ? undefined : `--${option.flag}`,
    defaultValue: option.defaultText ?? 'none',
    help: option.help,
  }));
}

/** The option table as a Markdown table. */
export function optionTable(): string {
  const rows = optionRows().map(({ variables, flag, defaultValue, help }) => {
    const names = variables.map((name) => `\`${name}\``).join(', ');
    return `| ${names} | ${flag === undefined ? '' : `\`${flag}\``} | ${help} | ${defaultValue} |`;
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

/** The flags without dashes; a `string` flag takes a value. */
export function optionFlags(): ReadonlyMap<string, 'string' | 'boolean'> {
  return new Map(
    OPTION_LIST.flatMap(([, { flag, placeholder }]) =>
      flag === undefined ? [] : [[flag, placeholder === undefined ? 'boolean' : 'string']],
    ),
  );
}

function sentence(option: Option<unknown>): string {
  const defaultValue = option.defaultText === undefined ? '' : ` Default: ${option.defaultText}.`;
  return `${option.help}${defaultValue} [${option.variables[0]}]`;
}
