import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/**
 * A seeded mistake: what a later change might make of a guard by accident.
 *
 * @typedef {object} Mistake
 * @property {string} name What is wrong in the program that has it.
 * @property {string} file Where, from the folder of the project.
 * @property {string} within Name of the function, method or constant that is changed; `Outer.inner` where one is not enough.
 * @property {RegExp} find Has to match there exactly once; a space matches any white space.
 * @property {string} replace What comes in its place, with `$1` for a group of `find`.
 * @property {readonly string[]} tests Test files, one of which has to fail.
 */

/**
 * The file with the mistake in it.
 *
 * @param {Mistake} mistake
 * @param {string} root Folder of the project.
 * @returns {string}
 * @throws {Error} where the function or what is to be changed in it is gone, or the outcome does not parse
 */
export function withMistake(mistake, root) {
  const text = readFileSync(join(root, mistake.file), 'utf8');
  const { start, end } = rangeOf(mistake, text);
  const code = text.slice(start, end);
  const pattern = new RegExp(mistake.find.source.replaceAll(' ', '\\s+'), 'g');
  const matches = [...code.matchAll(pattern)].length;
  if (matches !== 1) throw new Error(`${place(mistake)} has ${matches} of ${mistake.find}, not one`);
  const changed = text.slice(0, start) + code.replace(pattern, mistake.replace) + text.slice(end);
  const [error] = parseSync(mistake.file, changed).errors;
  if (error) throw new Error(`${place(mistake)} does not parse any more: ${error.message}`);
  return changed;
}

/**
 * @param {Mistake} mistake
 * @param {string} text
 */
function rangeOf(mistake, text) {
  const found = declarationsIn(mistake.file, text).filter(
    ({ path }) => path === mistake.within || path.endsWith(`.${mistake.within}`),
  );
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} of ${place(mistake)}, not one`);
  return only;
}

/**
 * Everything in a file that has a name: functions, methods, constants, each with the names of what it is in.
 *
 * @param {string} file
 * @param {string} text
 * @returns {{ path: string, start: number, end: number }[]}
 */
function declarationsIn(file, text) {
  const found = [];
  const outer = [];
  const enter = (key) => (node) => {
    const name = nameOf(node[key]);
    if (name === undefined) return;
    outer.push(name);
    found.push({ path: outer.join('.'), start: node.start, end: node.end });
  };
  const leave = (key) => (node) => void (nameOf(node[key]) === undefined || outer.pop());
  new Visitor({
    ClassDeclaration: enter('id'),
    'ClassDeclaration:exit': leave('id'),
    FunctionDeclaration: enter('id'),
    'FunctionDeclaration:exit': leave('id'),
    MethodDefinition: enter('key'),
    'MethodDefinition:exit': leave('key'),
    VariableDeclarator: enter('id'),
    'VariableDeclarator:exit': leave('id'),
  }).visit(parseSync(file, text).program);
  return found;
}

function nameOf(node) {
  if (node?.type === 'Identifier') return node.name;
  return node?.type === 'PrivateIdentifier' ? `#${node.name}` : undefined;
}

/** @param {Mistake} mistake */
function place({ file, within, name }) {
  return `"${name}": ${within} in ${file}`;
}
