import type { Candidate, CompletionRequest } from '../../src/monitor/types.ts';
import { childType } from './tree.ts';

/** Objects below the last `/` of what was typed; the only one that fits leads on, with a `/`, if it has children. */
export async function completeQomPath(request: CompletionRequest): Promise<Candidate[]> {
  if (request.index !== 1) return [];
  const directory = request.prefix.slice(0, request.prefix.lastIndexOf('/') + 1) || '/';
  const fitting = (await childrenOf(request, directory)).filter(({ text }) =>
    text.startsWith(request.prefix),
  );
  const [only] = fitting;
  if (fitting.length !== 1 || only === undefined || only.text === request.prefix) return fitting;
  const leadsOn = (await childrenOf(request, `${only.text}/`)).length > 0;
  return leadsOn ? [{ ...only, text: `${only.text}/` }] : fitting;
}

/** @param directory a path that ends with `/` */
async function childrenOf({ qmp }: CompletionRequest, directory: string): Promise<Candidate[]> {
  const path = directory === '/' ? '/' : directory.slice(0, -1);
  const properties = await qmp.execute('qom-list', { path });
  return properties.flatMap(({ name, type }) => {
    const child = childType(type);
    return child === undefined ? [] : [{ text: `${directory}${name}`, help: child }];
  });
}

/** A path, then one of the properties that the object there has. */
export async function completeQomProperty(request: CompletionRequest): Promise<Candidate[]> {
  if (request.index !== 2) return completeQomPath(request);
  const path = request.words.slice(1).find(word => word.startsWith('/'));
  if (path === undefined) return [];
  const properties = await request.qmp.execute('qom-list', { path });
  return properties.map(({ name, type }) => ({ text: name, help: type }));
}
