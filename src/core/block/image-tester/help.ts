import type { Call, TesterCommand } from './command.ts';
import { TesterError } from './errors.ts';

const VALUE_COLUMN = 18;

/** A line about a command. */
export function usageLine({ name, syntax, help }: TesterCommand, typed = name): string {
  return `${syntax === '' ? typed : `${typed} ${syntax}`} -- ${help}\n`;
}

/** All that there is to say of a command. @param typed its name or its short name */
function helpText(command: TesterCommand, typed: string): string {
  const { about, options = [], short } = command;
  const lines = options.map(({ letter, value, help }) => {
    const option = value === undefined ? `-${letter}` : `-${letter} ${value}`;
    return ` ${option.padEnd(VALUE_COLUMN)}${help}\n`;
  });
  return [
    usageLine(command, typed),
    short === undefined ? '' : `\n In short: ${short}\n`,
    about === undefined ? '' : `\n ${about}\n`,
    lines.length === 0 ? '' : `\n${lines.join('')}`,
  ].join('');
}

/** The command of a name or short name. */
export function findCommand(table: readonly TesterCommand[], word: string): TesterCommand | undefined {
  return table.find(({ name, short }) => name === word || short === word);
}

/** The command that tells of the commands of a table, itself among them. */
export function helpCommand(table: () => readonly TesterCommand[]): TesterCommand {
  const run = ({ options, print }: Call) => {
    const [topic] = options.words;
    if (topic === undefined) {
      const lines = table().map(command => usageLine(command));
      print(`${lines.join('')}\n'help COMMAND' tells more of one.\n`);
      return;
    }
    const command = findCommand(table(), topic);
    if (!command) throw new TesterError(`command ${topic} not found`);
    print(helpText(command, topic));
  };
  return {
    name: 'help',
    short: '?',
    syntax: '[command]',
    help: 'what commands there are',
    least: 0,
    most: 1,
    run,
  };
}
