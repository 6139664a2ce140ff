import { parseSync, Visitor, type StringLiteral } from 'oxc-parser';
import type { SourceFile } from './source-files.ts';

/** One import or re-export of any kind: `import`, `export … from`, `import()`, and `import('…')` as a type. */
export interface Import {
  /** As written. */
  readonly from: string;
  /** Only types: gone at run time. */
  readonly typeOnly: boolean;
  /** `import()`. */
  readonly lazy: boolean;
}

/** What a file imports. Throws for a file that does not parse and for an `import()` whose target is computed. */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  const add = (source: StringLiteral | null, typeOnly: boolean): void => {
    if (source) found.push({ from: source.value, typeOnly, lazy: false });
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => add(source, importKind === 'type'),
    ExportNamedDeclaration: ({ source, exportKind }) => add(source, exportKind === 'type'),
    ExportAllDeclaration: ({ source, exportKind }) => add(source, exportKind === 'type'),
    TSImportType: ({ source }) => add(source, true),
    ImportExpression: ({ source }) => {
      if (source.type !== 'Literal' || typeof source.value !== 'string')
        throw new Error(`${file.path} computes what it imports`);
      found.push({ from: source.value, typeOnly: false, lazy: true });
    },
  }).visit(parsed(file).program);
  return found;
}

/** Every identifier of a file: names of variables, types, parameters, fields and methods, private ones without `#`. */
export function identifiersOf(file: SourceFile): ReadonlySet<string> {
  const found = new Set<string>();
  const add = ({ name }: { readonly name: string }) => void found.add(name);
  new Visitor({ Identifier: add, PrivateIdentifier: add }).visit(parsed(file).program);
  return found;
}

/** The text with every comment replaced by nothing, line ends kept. */
export function withoutComments(file: SourceFile): string {
  return parsed(file).comments.reduceRight(
    (text, { start, end }) => text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, '') + text.slice(end),
    file.text,
  );
}

function parsed(file: SourceFile): ReturnType<typeof parseSync> {
  const result = parseSync(file.path, file.text);
  const [error] = result.errors;
  if (error) throw new Error(`${file.path} does not parse: ${error.message}`);
  return result;
}

/**
 * Statements that run a function of the language and drop its result. The bundler takes them for statements without effect
 * and leaves them out, together with the error that they were to throw.
 */
export function idleCalls(file: SourceFile): readonly string[] {
  const found: string[] = [];
  new Visitor({
    ExpressionStatement: ({ expression }) => {
      if (expression.type !== 'CallExpression' && expression.type !== 'NewExpression') return;
      const callee = file.text.slice(expression.callee.start, expression.callee.end);
      if (IDLE.test(callee)) found.push(file.text.slice(expression.start, expression.end));
    },
  }).visit(parsed(file).program);
  return found;
}

/** Functions and constructors that do nothing but return a value or throw. */
const IDLE =
  /^(?:(?:de|en)codeURI(?:Component)?|String|Number|BigInt|Boolean|Symbol|RegExp|URL|Date|Array|TextDecoder|(?:String|JSON|Number)\.\w+)$/;
