import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QmpError } from '../../qapi/errors.ts';
import { parseLegacyChardev } from './legacy.ts';
import { parseChardev, parseChardevChange } from './options.ts';

const unix = (path: string) => ({ type: 'unix', data: { path } });
const inet = (host: string, port: string) => ({ type: 'inet', data: { host, port } });

describe('-chardev', () => {
  it.each([
    ['null,id=a', { type: 'null', data: {} }],
    ['file,id=a,path=/x,,y,append=on', { type: 'file', data: { out: '/x,y', append: true } }],
    [
      'file,id=a,path=/x,input-path=/i,logfile=/l',
      { type: 'file', data: { out: '/x', in: '/i', logfile: '/l' } },
    ],
    ['socket,id=a,path=/s', { type: 'socket', data: { addr: unix('/s'), server: false } }],
    ['socket,id=a,path=/s,server', { type: 'socket', data: { addr: unix('/s'), server: true, wait: true } }],
    [
      'socket,id=a,host=h,port=1,reconnect=2,telnet=on',
      { type: 'socket', data: { addr: inet('h', '1'), server: false, telnet: true, 'reconnect-ms': 2000n } },
    ],
    ['udp,id=a,port=7', { type: 'udp', data: { remote: inet('localhost', '7') } }],
    [
      'udp,id=a,host=h,port=7,localaddr=l,localport=8',
      { type: 'udp', data: { remote: inet('h', '7'), local: inet('l', '8') } },
    ],
    ['ringbuf,id=a,size=4k', { type: 'ringbuf', data: { size: 4096n } }],
    ['pipe,id=a,path=/p', { type: 'pipe', data: { device: '/p' } }],
    ['mux,id=a,chardev=b', { type: 'mux', data: { chardev: 'b' } }],
  ])('%s', (text, backend) => {
    expect(parseChardev(text)).toEqual({ id: 'a', backend, mux: false });
  });

  it.each([
    ['null', 'chardev: no id specified'],
    ['id=c1', 'chardev: "c1" missing backend'],
    ['foo,id=c1', "'foo' is not a valid char driver name"],
    ['null,id=c9,foo=bar', "Invalid parameter 'foo'"],
    ['null,id=9c', "Parameter 'id' expects an identifier"],
    ['socket,id=s,host=h', 'chardev: socket: no port given'],
    ['socket,id=s,path=/y,server=maybe', "Parameter 'server' expects 'on' or 'off'"],
    [
      'socket,id=s,path=/y,server=on,reconnect=2',
      "'reconnect' option is incompatible with socket in server listen mode",
    ],
    ['file,id=f', 'chardev: file: no filename given'],
    ['pipe,id=p', 'chardev: pipe: no device path given'],
    ['udp,id=u', 'chardev: udp: remote port not specified'],
    ['mux,id=m', 'chardev: mux: no chardev given'],
    ['ringbuf,id=r,size=x', "Parameter 'size' expects a size"],
    ['=x,id=r', "Expected parameter before '=x'"],
  ])('refuses %s', (text, message) => {
    expect(() => parseChardev(text)).toThrow(message);
  });

  it('takes no id where there is one', () => {
    expect(parseChardevChange('a', 'null')).toEqual({ type: 'null', data: {} });
    expect(() => parseChardevChange('a', 'null,id=b')).toThrow("Unexpected 'id' parameter");
  });

  it('says what is wrong with any text', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'socket',
        'udp',
        'file',
        'ringbuf',
        'id',
        'path',
        'port',
        'host',
        'size',
        'server',
        '__proto__',
      ),
      fc.string(),
    );
    const element = fc.tuple(
      word,
      fc.constantFrom('', '=', '=on', '=1', '=9999999999999999999999', '=-1', '=,,'),
    );
    fc.assert(
      fc.property(fc.array(element.map(([key, value]) => `${key}${value}`)), elements => {
        try {
          parseChardev(elements.join(','));
          parseLegacyChardev('serial0', elements.join(':'));
        } catch (error) {
          expect(error).toBeInstanceOf(QmpError);
        }
      }),
    );
  });
});

describe('-serial', () => {
  it.each([
    ['vc', { type: 'vc', data: {} }],
    ['vc:80Cx24C', { type: 'vc', data: {} }],
    ['null', { type: 'null', data: {} }],
    ['file:/a,b', { type: 'file', data: { out: '/a,b' } }],
    ['pipe:/p', { type: 'pipe', data: { device: '/p' } }],
    ['/dev/ttyS9', { type: 'serial', data: { device: '/dev/ttyS9' } }],
    ['unix:/s,server=on,wait=off', { type: 'socket', data: { addr: unix('/s'), server: true, wait: false } }],
    ['tcp:h:1', { type: 'socket', data: { addr: inet('h', '1'), server: false } }],
    ['tcp::1,server=on', { type: 'socket', data: { addr: inet('', '1'), server: true, wait: true } }],
    ['telnet:h:1', { type: 'socket', data: { addr: inet('h', '1'), server: false, telnet: true } }],
    ['udp::7@:8', { type: 'udp', data: { remote: inet('localhost', '7'), local: inet('', '8') } }],
  ])('%s', (spec, backend) => {
    expect(parseLegacyChardev('serial0', spec)).toEqual({ id: 'serial0', backend, mux: false });
  });

  it('knows what is shared, and what it does not know', () => {
    expect(parseLegacyChardev('serial0', 'mon:stdio')?.mux).toBe(true);
    expect(parseLegacyChardev('serial0', 'pigeon')).toBeUndefined();
  });
});
