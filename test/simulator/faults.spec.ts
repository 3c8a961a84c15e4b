import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultTable } from './fault-table';
import { Faults } from './faults';

describe('the switches of faults', () => {
  it('know the faults of the table only, and say which there are', () => {
    const faults = new Faults();
    assert.throws(() => faults.set('no-such-fault'), /no-such-fault.*login-refused/);
    for (const name of Object.keys(faultTable)) faults.set(name);
  });

  it('strike while on, with their value', () => {
    const faults = new Faults();
    assert.equal(faults.strike('rest-error'), undefined);
    faults.set('rest-error', 503);
    assert.equal(faults.strike('rest-error'), '503');
    assert.equal(faults.strikeNumber('rest-error', 500), 503);
    faults.set('rest-error');
    assert.equal(faults.strikeNumber('rest-error', 500), 500);
    faults.set('rest-error', false);
    assert.equal(faults.strike('rest-error'), undefined);
  });

  it('strike so many times, and only on such paths', () => {
    const faults = new Faults();
    faults.set('rest-error', '502;times=2;path=/hubs');
    assert.equal(faults.strike('rest-error', '/api/ports'), undefined);
    assert.equal(faults.strike('rest-error', '/api/hubs'), '502');
    assert.equal(faults.strike('rest-error', '/api/hubs/1'), '502');
    assert.equal(faults.strike('rest-error', '/api/hubs'), undefined);
    assert.equal(faults.isOn('rest-error'), false);
  });

  it('strike what contains their text', () => {
    const faults = new Faults();
    faults.set('suback-refused', 'hub2');
    assert.equal(faults.strikesText('suback-refused', ['/ports/c/l/hub1/#']), false);
    assert.equal(faults.strikesText('suback-refused', ['/ports/c/l/hub2/#']), true);
    faults.set('suback-refused');
    assert.equal(faults.strikesText('suback-refused', ['anything']), true);
  });

  it('can be given as on the command line', () => {
    const faults = new Faults();
    faults.setByText('rest-slow=50;times=1');
    faults.setByText('login-hang');
    faults.setByText('iot-access-fields={"host": "a;b", "protocol": "x=y"}');
    assert.equal(faults.strike('rest-slow'), '50');
    assert.equal(faults.isOn('rest-slow'), false);
    assert.equal(faults.strike('login-hang'), '');
    assert.equal(faults.strike('iot-access-fields'), '{"host": "a;b", "protocol": "x=y"}');
  });

  it('tell when they are switched', () => {
    const faults = new Faults();
    const heard: unknown[] = [];
    faults.onSwitch((name, value) => heard.push([name, value]));
    faults.set('clock-skew', 12);
    faults.set('clock-skew', false);
    assert.deepEqual(heard, [
      ['clock-skew', '12'],
      ['clock-skew', undefined],
    ]);
  });

  it('are each exercised by a test', () => {
    const files = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
    const specs = files.filter((name) => name.endsWith('faults.spec.ts'));
    const text = specs.map((name) => readFileSync(join(__dirname, name), 'utf8')).join('');
    const forgotten = Object.keys(faultTable).filter((name) => !text.includes(`'${name}'`));
    assert.deepEqual(forgotten, []);
  });
});
