import type { Argument, Command, Option } from 'commander';
import { exitCodes } from './exit-codes.ts';

/** What the page says besides the help of the commands, in the order of a manual. */
const FILES = `Events come as files of one JSON object a line: an event, or a record with the event in "pdu" and, where they are known, "room_id", "room_version", "event_id",
"stream_ordering" and "received_ts". Plain or packed with gzip; "-" is standard input. Errors and reports never hold what events say.`;

const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ['NO_COLOR', 'if it is set, nothing is coloured. Colour is used on terminals only, and never as the only sign.'],
  ['DEBUG', 'with the value "matrix-erasure", where in the program an error came from is printed as well.'],
];

/** The manual of a command line in the macros of man(7), from the same texts as its help. */
export function manPage(program: Command): string {
  const name = program.name();
  return `${[
    `.TH ${name.toUpperCase()} 1 "" "${name} ${program.version() ?? ''}"`,
    '.SH NAME',
    `${name} \\- redaction and erasure of Matrix events`,
    '.SH SYNOPSIS',
    `.B ${escaped(name)}`,
    '.I command',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    escaped(program.description()),
    '.SH COMMANDS',
    ...commandsIn(program).flatMap((command) => commandSection(command)),
    '.SH FILES',
    escaped(FILES),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => tagged(String(code), meaning)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([variable, meaning]) => tagged(variable, meaning)),
  ].join('\n')}\n`;
}

/** Every command that does something: one that only has commands stands for these. */
function commandsIn(program: Command): readonly Command[] {
  return visibleCommands(program).flatMap((command) => (visibleCommands(command).length === 0 ? [command] : commandsIn(command)));
}

function visibleCommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}

function commandSection(command: Command): readonly string[] {
  const args = command.registeredArguments.map(argumentText).join(' ');
  return [
    `.SS ${escaped(`${fullName(command)} ${args}`.trim())}`,
    escaped(command.description()),
    ...command.registeredArguments.filter(({ description }) => description !== '').flatMap((argument) => tagged(argumentText(argument), argument.description)),
    ...command.createHelp().visibleOptions(command).flatMap((option) => tagged(option.flags, optionText(option))),
    ...examplesOf(command),
  ];
}

/** The name as it is typed after that of the program. */
function fullName(command: Command): string {
  const parent = command.parent;
  return parent?.parent === null || parent?.parent === undefined ? command.name() : `${fullName(parent)} ${command.name()}`;
}

function argumentText(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function optionText(option: Option): string {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
  const fallback = typeof option.defaultValue === 'string' || typeof option.defaultValue === 'number' ? `; ${option.defaultValue} if it is not given` : '';
  return `${option.description}${choices}${fallback}`;
}

/** What help says after the options: longer explanations, and examples, in the lines in which they were written. */
function examplesOf(command: Command): readonly string[] {
  let text = '';
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  command.configureOutput(writeOut === undefined ? {} : { writeOut });
  const options = text.indexOf('print help');
  const after = options < 0 ? '' : text.slice(text.indexOf('\n', options) + 1).trim();
  return after === '' ? [] : ['.PP', '.nf', ...after.split('\n').map(escaped), '.fi'];
}

function tagged(tag: string, text: string): readonly string[] {
  return ['.TP', `.B ${escaped(tag)}`, escaped(text)];
}

/** No text can become a macro, and a hyphen stays one that can be copied. */
function escaped(text: string): string {
  return text.split('\n').map((line) => line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/[^ -~]/gu, codeOf).replace(/^(?=[.'])/, '\\&')).join('\n');
}

/** Not every man reads UTF-8. */
function codeOf(character: string): string {
  return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
