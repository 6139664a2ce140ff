/** Forms of placeholders in the examples of hosts and of Adobe. */
const PLACEHOLDERS: readonly RegExp[] = [
  /^<.*>$/,
  /^\[.*\]$/,
  /^\$\{.*\}$/,
  /^\{\{.*\}\}$/,
  /^%\w+%$/,
  /^\$(env:)?[A-Za-z_]\w*$/,
  /^\{(env|file|input):.*\}$/i,
  /^\$\(.*\)$/,
  /^(op|vault|bws|doppler|secret|keychain|keyring|ref\+\w+):\/\//i,
  /^x{3,}[x-]*$/i,
  /^[.…*•_-]+$/,
  /^change[-_ ]?me$/i,
  /^replace[-_ ]?(me|this)/i,
  /^(your|my)[-_ ]/i,
  /^(paste|insert|enter|put|add)[-_ ]/i,
  /[-_ ]here$/i,
  /^(todo|tbd|placeholder|example|dummy|none|null|undefined|secret|client[-_ ]?(id|secret)|access[-_ ]?token)$/i,
];

/** Whether a credential is a placeholder from an example: `your-client-id`, `<…>`, `xxx`, `${…}`. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDERS.some((pattern) => pattern.test(value.trim()));
}
