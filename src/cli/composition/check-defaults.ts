import type { Config } from '../../config/resolve.ts';
import { defaultable } from '../../mcp/offer/catalogue.ts';
import { Problem } from '../../shared/errors.ts';
import { suggestion } from '../../shared/text/suggest.ts';
import { quoteUntrusted } from '../../shared/text/text.ts';
import { withoutRivals } from '../../tools/arguments/rivals.ts';

/**
 * Refuses defaults that no paid tool could take.
 * @throws Problem `config_invalid`, one sentence about the first of them
 */
export function requireDefaults({ defaults }: Pick<Config, 'defaults'>): void {
  for (const [name, text] of Object.entries(defaults)) {
    const fault = nameFault(name) ?? valueFault(name, text) ?? rivalFault(name, defaults);
    if (fault === undefined) continue;
    throw new Problem('config_invalid', `FIREFLY_DEFAULTS ${fault}.`, {
      next: 'Correct it or remove it; it is written as model=image5 aspect_ratio=16:9.',
    });
  }
}

function nameFault(name: string): string | undefined {
  if (Object.hasOwn(defaultable, name)) return undefined;
  const names = Object.keys(defaultable);
  const hint = suggestion(name, names);
  return `names "${quoteUntrusted(name, 40)}", which can have no default.${hint} It takes ${names.join(', ')}`;
}

function valueFault(name: string, text: string): string | undefined {
  const values = defaultable[name];
  const got = `not "${quoteUntrusted(text, 60)}"`;
  if (values?.kind === 'number') {
    const { least, most } = values;
    const isLegal = /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
    return isLegal ? undefined : `sets ${name}, which must be a whole number from ${least} to ${most}, ${got}`;
  }
  if (values?.kind === 'choice') {
    const { choices, several } = values;
    const wrong = (several ? text.split(',') : [text]).find((entry) => !choices.includes(entry.trim()));
    if (wrong === undefined) return undefined;
    const listed = choices.length > 40 ? `${choices.slice(0, 5).join(', ')} and so on` : choices.join(', ');
    return `sets ${name}, which must be one of ${listed}, ${got}.${suggestion(wrong, choices)}`.replace(/\.$/, '');
  }
  return values !== undefined && text.length > values.longest
    ? `sets ${name}, which has at most ${values.longest} characters, not ${text.length}`
    : undefined;
}

/** One of two arguments would never count. */
function rivalFault(name: string, defaults: Config['defaults']): string | undefined {
  const others = Object.keys(defaults).filter((other) => other !== name);
  const left = withoutRivals(defaults, [name]);
  const rival = others.find((other) => !Object.hasOwn(left, other));
  return rival === undefined ? undefined : `sets both ${name} and ${rival}, of which each stands in place of the other`;
}
