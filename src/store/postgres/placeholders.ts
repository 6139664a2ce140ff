/** What a `?` inside does not count as a placeholder in: strings, quoted names, comments. Or the placeholder itself. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

/** SQL with `?` placeholders as PostgreSQL wants it: `$1`, `$2`, … in their order. */
export function numbered(sql: string): string {
  let count = 0;
  return sql.replace(PIECES, (piece) => (piece === '?' ? `$${(count += 1)}` : piece));
}

/** `numbered`, remembering what it has seen: statements are constants, so there are few. */
export function rememberedNumbering(): (sql: string) => string {
  const known = new Map<string, string>();
  return (sql) => {
    const seen = known.get(sql);
    if (seen !== undefined) return seen;
    const text = numbered(sql);
    known.set(sql, text);
    return text;
  };
}
