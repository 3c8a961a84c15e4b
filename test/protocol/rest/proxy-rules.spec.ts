import assert from 'node:assert/strict';
import { proxyFor } from '../../../src/protocol/rest/proxy-rules';

const proxy = 'http://proxy.example:8080';

describe('the proxy for a URL', () => {
  it('is HTTPS_PROXY for https and wss, in either spelling', () => {
    for (const url of ['https://operated.ochno.com/x', 'wss://abc.iot.eu-west-1.amazonaws.com/mqtt']) {
      assert.equal(proxyFor(new URL(url), { HTTPS_PROXY: proxy }), proxy);
      assert.equal(proxyFor(new URL(url), { https_proxy: proxy, HTTPS_PROXY: 'http://other' }), proxy);
      assert.equal(proxyFor(new URL(url), { https_proxy: '', HTTPS_PROXY: ` ${proxy} ` }), proxy);
      assert.equal(proxyFor(new URL(url), { http_proxy: proxy, HTTP_PROXY: proxy }), undefined);
      assert.equal(proxyFor(new URL(url), {}), undefined);
    }
  });

  it('is http_proxy, in lower case only, for http and ws', () => {
    for (const url of ['http://127.0.0.1:1880/', 'ws://localhost:1/mqtt']) {
      assert.equal(proxyFor(new URL(url), { http_proxy: proxy }), proxy);
      assert.equal(proxyFor(new URL(url), { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, https_proxy: proxy }), undefined);
    }
  });

  it('does not exempt loopback by itself', () => {
    assert.equal(proxyFor(new URL('https://localhost:1'), { HTTPS_PROXY: proxy }), proxy);
    assert.equal(proxyFor(new URL('https://[::1]:1'), { HTTPS_PROXY: proxy }), proxy);
  });

  const direct: [url: string, noProxy: string][] = [
    ['https://operated.ochno.com', '*'],
    ['https://operated.ochno.com', 'operated.ochno.com'],
    ['https://OPERATED.ochno.com.', 'Operated.Ochno.COM'],
    ['https://operated.ochno.com', 'ochno.com'],
    ['https://operated.ochno.com', '.ochno.com'],
    ['https://operated.ochno.com', '*.ochno.com'],
    ['https://operated.ochno.com', 'a.example, ochno.com'],
    ['https://operated.ochno.com', 'a.example ochno.com'],
    ['https://operated.ochno.com', 'ochno.com:443'],
    ['wss://operated.ochno.com', '.ochno.com:443'],
    ['https://operated.ochno.com:8443', 'operated.ochno.com:8443'],
    ['https://10.1.2.3', '10.1.2.3'],
    ['https://10.1.2.3:8443', '10.1.2.3:8443'],
    ['https://10.1.2.3', '10.0.0.0/8'],
    ['https://192.168.7.9', '192.168.0.0/16'],
    ['https://127.0.0.1:1', 'localhost,127.0.0.1'],
    ['https://[::1]:8443', '::1'],
    ['https://[::1]:8443', '[::1]'],
    ['https://[::1]:8443', '[::1]:8443'],
  ];
  for (const [url, noProxy] of direct) {
    it(`is none for ${url} with NO_PROXY ${noProxy}`, () => {
      assert.equal(proxyFor(new URL(url), { HTTPS_PROXY: proxy, NO_PROXY: noProxy }), undefined);
      assert.equal(proxyFor(new URL(url), { HTTPS_PROXY: proxy, no_proxy: noProxy, NO_PROXY: 'other' }), undefined);
    });
  }

  const proxied: [url: string, noProxy: string][] = [
    ['https://operated.ochno.com', ''],
    ['https://operated.ochno.com', ',, '],
    ['https://operated.ochno.com', 'ed.ochno.com'],
    ['https://operated.ochno.com', 'evilochno.com'],
    ['https://operatedochno.com', 'ochno.com'],
    ['https://ochno.com.evil.example', 'ochno.com'],
    ['https://operated.ochno.com', 'ochno.com:8443'],
    ['https://operated.ochno.com:8443', 'ochno.com:443'],
    ['https://10.1.2.3', '10.1.2.30'],
    ['https://10.1.2.3', '2.3'],
    ['https://11.1.2.3', '10.0.0.0/8'],
    ['https://10.1.2.3', '10.0.0.0/99'],
    ['https://operated.ochno.com', '10.0.0.0/8'],
  ];
  for (const [url, noProxy] of proxied) {
    it(`is one for ${url} with NO_PROXY ${JSON.stringify(noProxy)}`, () => {
      assert.equal(proxyFor(new URL(url), { HTTPS_PROXY: proxy, NO_PROXY: noProxy }), proxy);
    });
  }
});
