import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import type {
  VncBasicInfo,
  VncClientInfo,
  VncInfo2,
  VncServerInfo2,
} from '../../src/qapi/generated/types.ts';

const socket = (label: string, { host, service, family, websocket }: VncBasicInfo) =>
  `  ${label}: ${host}:${service} (${family}${websocket ? ' (Websocket)' : ''})\n`;

const login = (indent: string, { auth, vencrypt }: Pick<VncServerInfo2, 'auth' | 'vencrypt'>) =>
  `${indent}Auth: ${auth} (Sub: ${vencrypt ?? 'none'})\n`;

const viewer = (client: VncClientInfo) =>
  `${socket('Client', client)}    x509_dname: ${client.x509_dname ?? 'none'}\n` +
  `    sasl_username: ${client.sasl_username ?? 'none'}\n`;

function server(info: VncInfo2): string {
  const sockets = info.server.map(each => socket('Server', each) + login('    ', each));
  // without a socket of its own the server has called its viewer
  const called = info.server.length === 0 ? login('  ', info) : '';
  const display = info.display === undefined ? '' : `  Display: ${info.display}\n`;
  return `${info.id}:\n${sockets.join('')}${info.clients.map(viewer).join('')}${called}${display}`;
}

/** `info vnc` */
export async function infoVnc(ctx: CommandContext): Promise<Result> {
  const servers = await ctx.qmp.execute('query-vnc-servers');
  return data(servers, servers.length === 0 ? 'None\n' : servers.map(server).join(''));
}
