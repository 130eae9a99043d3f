import { describe, expect, it } from 'vitest';
import type { VncInfo2 } from '../../src/qapi/generated/types.ts';
import { shown, testContext } from '../test-support.ts';
import { infoVnc } from './info-vnc.ts';

const LISTENING: VncInfo2 = {
  id: 'default',
  auth: 'vencrypt',
  vencrypt: 'tls-vnc',
  display: 'gpu0',
  server: [
    {
      host: '::',
      service: '5900',
      family: 'ipv6',
      websocket: false,
      auth: 'vencrypt',
      vencrypt: 'tls-vnc',
    },
    { host: '0.0.0.0', service: '5700', family: 'ipv4', websocket: true, auth: 'none' },
  ],
  clients: [{ host: '10.0.0.2', service: '40000', family: 'ipv4', websocket: false, sasl_username: 'ada' }],
};

const CALLING: VncInfo2 = { id: 'out', auth: 'vnc', server: [], clients: [] };

describe('info vnc', () => {
  it('lists sockets and viewers of every server', async () => {
    const text = shown(await infoVnc(testContext({ 'query-vnc-servers': () => [LISTENING, CALLING] })));
    expect(text.split('\n')).toEqual([
      'default:',
      '  Server: :::5900 (ipv6)',
      '    Auth: vencrypt (Sub: tls-vnc)',
      '  Server: 0.0.0.0:5700 (ipv4 (Websocket))',
      '    Auth: none (Sub: none)',
      '  Client: 10.0.0.2:40000 (ipv4)',
      '    x509_dname: none',
      '    sasl_username: ada',
      '  Display: gpu0',
      'out:',
      '  Auth: vnc (Sub: none)',
      '',
    ]);
  });

  it('says so without a server', async () => {
    expect(shown(await infoVnc(testContext({ 'query-vnc-servers': () => [] })))).toBe('None\n');
  });
});
